import json
import time

import pytest

from wirecopy.extract.article import read_article
from wirecopy.extract.hydration import find_article_html

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
    ],
    ids=["unterminated", "backslashes", "openings"],
)
def test_a_string_that_never_ends_takes_no_time(source):
    class Script:
        text = source

    start = time.process_time()
    assert find_article_html([Script()]) is None
    assert time.process_time() - start < 2
