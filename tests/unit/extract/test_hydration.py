import html
import json
import time

import pytest

from wirecopy.extract.article import read_article
from wirecopy.extract.page.document import parse_html
from wirecopy.extract.text.hydration import find_article_html

BODY = "".join(
    f"<p>Paragraph {n} of the story, long enough that nobody takes it for a menu or a caption.</p>" for n in range(6)
)
TEASER = "<p>Subscribe.</p>"


def page(*scripts):
    return (
        "<html><head><title>Harbour</title></head><body><div id='root'></div>" + "".join(scripts) + "</body></html>"
    ).encode()


def pushed(stream, size=200):
    pieces = [stream[start : start + size] for start in range(0, len(stream), size)]
    return "".join(
        f"<script>self.__next_f.push([1,{json.dumps(piece).replace('<', chr(92) + 'u003c')}])</script>" for piece in pieces
    )


@pytest.mark.parametrize(
    "scripts",
    [
        (pushed(f"1:HL[]\n2:T{len(BODY):x},{BODY}\n3:null\n"),),
        (pushed("4:" + json.dumps(["$", "div", None, {"html": BODY, "ad": TEASER}]) + "\n"),),
        (
            '<script id="__NEXT_DATA__" type="application/json">'
            + json.dumps({"a": [{"b": BODY}, TEASER]}).replace("</", "<\\/")
            + "</script>",
        ),
    ],
    ids=["text row", "json row", "next data"],
)
def test_the_article_is_found_in_the_data_of_a_page_without_markup(scripts):
    article = read_article(page(*scripts), url="https://courier.test/a", content_type="text/html")
    assert article.text.splitlines() == [line.strip() for line in BODY.replace("<p>", "").split("</p>") if line]


LINES = [f"Paragraph {n} of the story, long enough that nobody takes it for a menu or a caption." for n in range(6)]
ELEMENTS = {
    "arc": [
        *({"_id": str(n), "type": "text", "content": f"{line[:9]} <b>{line[10:]}</b>"} for n, line in enumerate(LINES)),
        {"type": "image", "caption": "A bridge, seen from the west on a cloudy morning in spring"},
    ],
    "sanity": [
        {
            "_type": "block",
            "style": "normal",
            "children": [{"_type": "span", "text": line[:20]}, {"_type": "span", "text": line[20:]}],
        }
        for line in LINES
    ],
    "contentful": [{"nodeType": "paragraph", "content": [{"nodeType": "text", "value": line, "marks": []}]} for line in LINES],
    "draft": [{"key": "a", "type": "unstyled", "text": line} for line in LINES],
    "editor": [{"type": "paragraph", "data": {"text": line}} for line in LINES],
}


@pytest.mark.parametrize("elements", ELEMENTS.values(), ids=ELEMENTS)
@pytest.mark.parametrize(
    "script",
    [
        "<script>window.Fusion=window.Fusion||{};Fusion.globalContent=%s;Fusion.lastModified=1</script>",
        "<script>window.__APOLLO_STATE__ = %s</script>",
        '<script id="__NUXT_DATA__" type="application/json">%s</script>',
    ],
)
def test_an_article_that_is_a_list_of_objects_is_found(script, elements):
    data = json.dumps({"site": {"name": "Courier"}, "story": {"content_elements": elements}})
    article = read_article(page(script % data), url="https://courier.test/a", content_type="text/html")
    assert article.text.splitlines() == LINES


def test_data_that_a_script_parses_or_an_attribute_holds_are_found():
    data = json.dumps({"props": {"article": {"body": BODY}}})
    parsed = f"<script>window.__STATE__ = JSON.parse({json.dumps(data)});</script>".replace("</p>", "<\\/p>")
    attribute = f"<div id='app' data-page='{html.escape(data)}'></div>"
    for source in (parsed, attribute):
        assert read_article(page(source), url=None, content_type="text/html").text.splitlines() == LINES


def test_the_kinds_of_such_a_list_are_kept():
    elements = [
        {"type": "text", "content": LINES[0]},
        {"type": "header", "level": 2, "content": "What is next"},
        {"type": "text", "content": LINES[1]},
        {"type": "quote", "content_elements": [{"type": "text", "content": "We waited for three years, said the mayor."}]},
        {"type": "list", "items": [{"type": "text", "content": "The first of the points"}, {"content": "And the second"}]},
        *({"type": "text", "content": line} for line in LINES[2:]),
    ]
    data = json.dumps({"story": {"content_elements": elements}})
    article = read_article(page(f"<script>Fusion.globalContent={data};</script>"), url=None, content_type="text/html")
    assert article.outline == "phpqllpppp"


def test_teasers_in_a_pages_data_are_no_article():
    teasers = [
        {"type": "story", "title": f"Headline {n}", "text": f"What the story {n} is about, in a line."} for n in range(40)
    ]
    data = json.dumps({"latest": teasers})
    assert read_article(page(f"<script>window.__S__={data}</script>"), url=None, content_type="text/html").text == ""


def test_markup_that_has_the_article_is_not_overruled():
    shown = "".join(
        f"<p>What the page shows to anyone, sentence {n}, is what a reader reads and nothing else.</p>" for n in range(6)
    )
    body = page(f"<article>{shown}</article>", pushed(f"2:T1,{BODY}\n"))
    assert "Paragraph 1" not in read_article(body, url=None, content_type="text/html").text


def test_two_paragraphs_are_no_article():
    assert read_article(page(pushed(f"2:T1,{TEASER * 2}\n")), url=None, content_type="text/html").text == ""


@pytest.mark.parametrize(
    "source",
    [
        'self.__next_f.push([1,"' + "a" * 2_000_000,
        'self.__next_f.push([1,"\\' * 200_000,
        "self.__next_f.push([1," * 100_000,
        'x = JSON.parse("' * 100_000,
        "a = {" * 200_000,
        "window.__STATE__ = " + "[" * 500_000,
    ],
    ids=["unterminated", "backslashes", "openings", "parsed", "assigned", "nested"],
)
def test_a_string_that_never_ends_takes_no_time(source):
    tree = parse_html(f"<p>x</p><script>{source}</script>", "x")
    start = time.process_time()
    assert find_article_html(tree) is None
    assert time.process_time() - start < 2
