import pytest

from wirecopy.extract.page.document import parse_html
from wirecopy.extract.text.standfirst import find_descriptions, find_standfirst

TEXT = (
    "The city council voted on Tuesday evening to reopen the old harbour bridge.",
    "Engineers had found cracks in four bolts.",
)
STAND = "After three years of repairs the bridge opens again, and the tolls stay abolished for ten years."
PROSE = "".join(f"<p>{line}</p>" for line in TEXT)


def find(header, *, descriptions=(), text=TEXT, after=""):
    tree = parse_html(f"<body><header><h1>Bridge reopens</h1>{header}</header><article>{PROSE}</article>{after}</body>", "page")
    return find_standfirst(tree, text, titles=("Bridge reopens",), descriptions=descriptions)


@pytest.mark.parametrize(
    "header",
    [
        f'<p class="article__standfirst">{STAND}</p>',
        f'<div class="ArticleLead-x1"><p>{STAND}</p></div>',
        f'<h2 itemprop="description">{STAND}</h2>',
        f'<p class="description">{STAND}</p>',
        f'<div data-testid="article-intro"><span>{STAND}</span></div>',
        f'<p class="entradilla"><b>Rome.</b> {STAND[6:]}</p>',
    ],
)
def test_it_is_known_by_its_name(header):
    assert (find(header) or "").endswith(STAND[6:])


def test_it_is_known_by_the_pages_description():
    assert find(f'<p class="x1">By A. Writer</p><p class="x2">{STAND}</p>', descriptions=(f"{STAND[:60]}…",)) == STAND


@pytest.mark.parametrize(
    "header",
    [
        f'<p class="x2">{STAND}</p>',  # neither name nor description
        f'<figure><figcaption class="lead">{STAND}</figcaption></figure>',
        f'<p class="lead"><a href="/other">{STAND}</a></p>',
        f'<ul><li><p class="teaser">{STAND}</p></li></ul>',
        f'<div class="media__description">{STAND}</div>',
        '<p class="lead">Short</p>',
        '<p class="subtitle">Bridge reopens</p>',
        f'<p class="lead">{TEXT[0]}</p>',
        f'<div class="lead"><time>3 March</time>{STAND}</div>',
    ],
    ids=["no evidence", "caption", "link", "teaser", "media", "short", "headline", "text", "byline"],
)
def test_what_is_none(header):
    assert find(header) is None


def test_below_the_texts_beginning_there_is_none():
    assert find("", after=f'<p class="lead">{STAND}</p>', descriptions=(STAND,)) is None
    assert find(f'<p class="lead">{STAND}</p>', text=(STAND, *TEXT)) is None


def test_descriptions_are_the_pages_own():
    metas = {"og:description": "A", "description": "B", "twitter:description": "A"}
    assert find_descriptions(metas, {"description": ["no", "text"]}) == ("A", "B")
