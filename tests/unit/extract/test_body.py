"""Structures and rescues, on pages of our own writing."""

import time

import pytest

from wirecopy.extract.page.document import parse_html
from wirecopy.extract.text import body as body_module
from wirecopy.extract.text.blocks import outline_of, text_of_blocks
from wirecopy.extract.text.body import find_body
from wirecopy.models import RemovalReason

LINES = (
    "The city council voted on Tuesday evening to reopen the old harbour bridge after three years of repairs.",
    "Engineers had found cracks in four of the bolts that hold the western pier of the bridge, the report said.",
    "Traffic will return in two stages, beginning with buses and bicycles in the first week of March.",
    "Shopkeepers on the eastern bank said they had lost a third of their customers since the closure.",
    "The mayor promised that the tolls would stay abolished for at least ten years, whatever the budget said.",
    "Critics recalled that the first estimate had been half of what the work finally cost the city.",
)
OTHERS = tuple(f"Something else entirely happened in another town, says sentence {n} of the other story." for n in range(8))
NAV = "<nav><ul>" + "".join(f'<li><a href="/s{n}">Section {n}</a></li>' for n in range(12)) + "</ul></nav>"
FOOTER = "<footer><p>Copyright The Courier. All rights reserved. Terms apply to any use of this site.</p></footer>"
MENU = "".join(f'<div><a href="/{n}">Headline number {n} about something</a></div>' for n in range(25))


def paragraphs(lines=LINES, tag="p"):
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


def page(content, *, head="<h1>Bridge reopens</h1>"):
    return f"<html><head><title>Bridge reopens</title></head><body>{NAV}{head}{content}{FOOTER}</body></html>"


def find(source, *, article_body=None, descriptions=()):
    tree = parse_html(source, "page")
    return find_body(tree, None, article_body=article_body, titles=("Bridge reopens",), descriptions=descriptions).blocks


def lines_of(source, **told):
    return tuple(block.text for block in find(source, **told) if block.text != "Bridge reopens")


ROWS = "<tr><td width=120>" + "<br>".join(f"<a href={n}>Link {n}</a>" for n in range(9)) + "</td>"
HALF = len(LINES) // 2


@pytest.mark.parametrize(
    "source",
    [
        page(f"<article>{paragraphs()}</article>"),
        page("<div class='content'>" + "<br><br>".join(LINES) + "</div>"),
        f"<body><table>{ROWS}<td><h1>Bridge reopens</h1>{paragraphs()}</td></tr></table></body>",
        page(f"<div class='art'>{paragraphs(tag='div')}</div>"),
        page("<section>" + "".join(f"<span style='display:block'>{line}</span>" for line in LINES) + "</section>"),
        page(
            "<article><pre>" + "\n\n".join(line[:20] + line[20:].replace(" ", "\n", 1) for line in LINES) + "</pre></article>"
        ),
        page("<dl>" + "".join(f"<dt>{a}</dt><dd>{b}</dd>" for a, b in zip(LINES[::2], LINES[1::2], strict=True)) + "</dl>"),
        page(f"<div id=app></div><noscript><article>{paragraphs()}</article></noscript>"),
        page(f'<news-text><template shadowrootmode="open"><article>{paragraphs()}</article></template></news-text>'),
        page(f'<article>{paragraphs()}<template id="later"><p>{OTHERS[0]}</p></template></article>'),
        page(
            f'<div class="chunk article-body">{paragraphs(LINES[:HALF])}</div><div class="ad"><p>Buy now.</p></div>'
            f'<div class="chunk article-body">{paragraphs(LINES[HALF:])}</div>'
        ),
        page(
            "".join(
                f'<div class="grid"><div itemprop="articleBody">{paragraphs(part)}</div><p>Advertisement</p></div>'
                for part in (LINES[:HALF], LINES[HALF:])
            )
        ),
        page(
            f"<article><h1>Bridge reopens</h1>{paragraphs()}</article><article><h1>Other</h1>{paragraphs(OTHERS)}</article>",
            head="",
        ),
        page(
            f"<article><h1>Bridge reopens</h1>{paragraphs(LINES[:3])}<article><a href=/o><h3>Other story</h3></a>"
            f"<p>{OTHERS[0]}</p></article>{paragraphs(LINES[3:])}</article>",
            head="",
        ),
        page(f"<article>{paragraphs()}</article><section id='comments'><h2>Top comments</h2>{paragraphs(OTHERS)}</section>"),
        page(
            f"<article>{paragraphs()}<div itemprop='comment' itemtype='https://schema.org/Comment'>{paragraphs(OTHERS)}</div></article>"
        ),
        page(
            f"<article>{paragraphs(LINES[:4])}<div class='factBox'>{paragraphs(OTHERS[:2])}</div>{paragraphs(LINES[4:])}</article>"
        ),
        page(
            f"<article>{paragraphs()}<h3>More of this</h3><ul><li><a href=/a>Harbour</a></li><li><a href=/b>Bridges</a></li></ul></article>"
        ),
        page(
            f"<article><ol itemtype='https://schema.org/BreadcrumbList'><li>Home</li><li>Town</li></ol>{paragraphs()}</article>"
        ),
        page(f"<form id=aspnetForm><div class='x'>{paragraphs()}</div></form>"),
    ],
    ids=[
        *(
            "plain",
            "breaks",
            "layout table",
            "divs",
            "spans",
            "pre",
            "interview",
            "noscript",
            "shadow root",
            "template",
            "parts",
        ),
        *("marked parts", "next article", "card", "comments", "marked comment", "fact box", "link list", "breadcrumbs", "form"),
    ],
)
def test_the_article_is_read_whole_and_alone(source):
    assert lines_of(source) == LINES


@pytest.mark.parametrize(
    "content",
    [
        f"<aside class='column'><h1>Bridge reopens</h1>{paragraphs()}</aside>",
        "<article><h1>Bridge reopens</h1>"
        + "".join(f"<div class='fact-box'><h3>Point {n}</h3><p>{line}</p></div>" for n, line in enumerate(LINES))
        + "</article>",
        "<article><h1>Bridge reopens</h1>"
        + "".join(f"<article><h3><a href='/{n}'>Bridge {n}</a></h3><p>{line}</p></article>" for n, line in enumerate(LINES))
        + "</article>",
    ],
    ids=["aside", "boxes", "cards"],
)
def test_what_is_most_of_the_text_is_the_article_whatever_its_name(content):
    found = lines_of(page(content, head=""))
    assert [line for line in found if line in LINES] == list(LINES)


def test_a_column_of_teasers_beside_a_text_without_paragraphs_stays_out():
    source = page(f"<div class='content'>{'<br><br>'.join(LINES)}</div><aside class='side'>{paragraphs(OTHERS)}</aside>")
    assert lines_of(source) == LINES


def test_every_kind_of_block_has_its_line_and_its_letter():
    blocks = find(
        page(
            f"<article><p>{LINES[0]}</p><h2>What happened</h2><p>{LINES[1]}</p><blockquote><p>{LINES[2]}</p><p>{LINES[3]}</p>"
            "</blockquote><ul><li>One point of the list</li><li>Another<ul><li>with a point of its own</li></ul></li></ul>"
            "<table><tr><th>Year</th><th>Cost</th></tr><tr><td>2024</td><td>3 million</td></tr></table>"
            f"<p>{LINES[4]}</p></article>"
        )
    )
    assert outline_of(blocks) == "phpqqlllttp"
    assert text_of_blocks(blocks).split("\n") == [
        *(LINES[0], "What happened", *LINES[1:4], "One point of the list", "Another", "with a point of its own"),
        *("Year | Cost", "2024 | 3 million", LINES[4]),
    ]


def test_what_stands_in_a_line_stays_in_it():
    line = "She called it <q>a new <i>beginning</i></q> for <a href=/t>the town</a>, and no<b>body</b> disagreed on <time>3 March</time>."
    found = lines_of(page(f"<article>{paragraphs()}<p>{line}</p></article>"))
    assert found[-1] == "She called it “a new beginning” for the town, and nobody disagreed on 3 March."


def test_chinese_text_wrapped_in_its_source_gets_no_spaces():
    lines = (
        "市议会星期二晚上决定，\n   经过三年的维修，<a href=/x>旧港</a>大桥将重新开放。",
        "工程师在固定西侧桥墩的四个螺栓上发现了裂缝。" * 5,
    )
    assert (
        lines_of(page(f"<article>{paragraphs(lines)}</article>"))[0]
        == "市议会星期二晚上决定，经过三年的维修，旧港大桥将重新开放。"
    )


def test_a_live_report_has_all_its_entries():
    entries = "".join(
        f"<article class='entry'><time>1{n}:05</time><h2>Update {n}</h2><p>{line} {line}</p></article>"
        for n, line in enumerate(LINES)
    )
    blocks = find(page(f"<main><div class='feed'>{entries}</div></main>"))
    assert [block.text for block in blocks if block.kind == "h"] == [f"Update {n}" for n in range(6)]
    assert [block.text for block in blocks if block.kind == "p"] == [f"{line} {line}" for line in LINES]


@pytest.mark.parametrize("content", [f"<div>{MENU}</div>", MENU, MENU.replace("div>", "p>") + "<p>Please accept cookies.</p>"])
def test_a_menu_is_no_article(content):
    assert find(page(content)) == ()


def test_a_page_that_is_a_teaser_gives_the_teaser_alone():
    teaser = "The bridge opens again after three years; what that means for the shops on the eastern bank."
    source = page(f'<p class="standfirst">{teaser}</p><div>{MENU}</div>')
    assert lines_of(source) == (teaser,)


def test_json_ld_helps_out_where_little_was_found_and_not_where_the_page_was_read():
    whole = "\n".join(LINES)
    assert lines_of(page(f"<article>{paragraphs(LINES[:2])}</article>"), article_body=whole) == LINES
    long = tuple(f"{n}. {line}" for n in range(8) for line in LINES)
    told = "\n".join((*long, *OTHERS * 4))
    assert lines_of(page(f"<article>{paragraphs(long)}</article>"), article_body=told) == long


def test_a_short_report_on_a_page_of_teasers_stays_short():
    teasers = "".join(f"<div class='promo'><h3>Story {n}</h3><p>{OTHERS[n % 8]}</p></div>" for n in range(16))
    source = page(f"<article><div class='article-body'>{paragraphs(LINES[:4])}</div></article><div>{teasers}</div>")
    assert lines_of(source) == LINES[:4]


def test_the_second_opinion_is_asked_only_where_the_first_covers_little(monkeypatch):
    asked = []
    real = body_module.trafilatura.bare_extraction

    def spy(*given, options, **named):
        asked.append(options.fast)
        return real(*given, options=options, **named)

    monkeypatch.setattr(body_module.trafilatura, "bare_extraction", spy)
    find(page(f"<article>{paragraphs()}</article>"))
    assert asked == [True]
    find(page(f"<article>{paragraphs(LINES[:4])}</article><div class='x'>{paragraphs(OTHERS * 2)}</div>"))
    assert asked == [True, True, False]


@pytest.mark.parametrize(
    "content",
    [
        '<div class="article-body">' * 10_000 + "x",
        '<div class="article-body"><p>' + "x" * 150 + "</p></div>",
        "<h1>t</h1>" + '<div class="lead">word word word word ' * 10_000,
        '<div role="complementary"><p>some words</p>' * 10_000,
        '<article class="a"><time>1</time><h2>x</h2><p>words</p>' * 8_000,
        "<table><tr><td>words " * 4_000,
        "<ul><li><a href=x>y</a>" * 8_000,
        "<pre>" + "\n \t" * 400_000 + "</pre>",
        "<p>" + "語 \n " * 400_000,
        "<p>語" + " " * 2_000_000 + "語",
    ],
    ids=["nested bodies", "bodies", "standfirsts", "asides", "entries", "tables", "lists", "pre", "wrapped", "spaces"],
)
def test_what_is_done_before_and_after_takes_time_in_proportion(content, monkeypatch):
    monkeypatch.setattr(
        body_module.trafilatura, "bare_extraction", lambda *_, **__: None
    )  # its own time is the worker's business
    start = time.process_time()
    find(page(content))
    assert time.process_time() - start < 5


def test_what_stands_beside_the_article_is_kept_apart_by_its_beginning() -> None:
    long = "The bridge is 340 metres long and 12 metres wide. " * 10
    box = f"<div class='fact-box'><script>var box = 1;</script><h3>The bridge</h3><p>{long}</p></div>"
    tree = parse_html(page(f"<article><h1>Bridge reopens</h1>{paragraphs()}{box}{paragraphs()}</article>"), "page")
    body = find_body(tree, None, article_body=None, titles=("Bridge reopens",))
    assert "340 metres" not in text_of_blocks(body.blocks)
    (line,) = body.removed
    assert line.reason is RemovalReason.ASIDE
    assert line.text.startswith("The bridge The bridge is 340 metres long")
    assert line.text.endswith(" …")
    assert len(line.text) <= 122


def test_lines_of_a_menu_that_was_found_in_place_of_a_text_are_kept_apart() -> None:
    tree = parse_html(page(MENU.replace("div>", "p>"), head=""), "page")
    body = find_body(tree, None, article_body=None)
    assert body.blocks == ()
    assert {line.reason for line in body.removed} == {RemovalReason.NAVIGATION}
    assert "Headline number 3 about something" in [line.text for line in body.removed]
