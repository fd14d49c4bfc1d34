"""Pages that were made, or happened, to hang a reader: each ends in time, through the workers, with its text or a reason."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from wirecopy.models import Article
from wirecopy.workers import WorkerFailure, WorkerPool

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEEN = datetime(2026, 3, 2, 12, tzinfo=UTC)
MARKER = "The ferry stays in service until then"
STORY = (
    "<p>The harbour authority said on Monday that the new bridge will open before the end of the year, although no exact date "
    "has been set for it yet.</p><p>Builders had found weak ground under two of the nine piers and needed four months more "
    f"than planned to drive longer piles into it, the engineer in charge explained.</p><p>{MARKER}, at the fares that "
    "passengers have paid since the spring, and with two more crossings on market days.</p>"
)
MB = 1_000_000


def page(body: str = STORY, head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html><head><title>The bridge opens</title>{head}</head><body><article>{body}</article></body></html>"
    )


def ld(text: str) -> str:
    return page(head=f'<script type="application/ld+json">{text}</script>')


def around(open_: str, close: str, depth: int) -> str:
    return page(open_ * depth + STORY + close * depth)


def news(**members: Any) -> str:
    return ld(json.dumps({"@type": "NewsArticle", **members}))


def meta(name: str, content: str) -> str:
    return page(head=f'<meta name="{name}" property="{name}" content="{content}">')


# name -> page. Each must give the article's text.
READ: dict[str, Callable[[], str]] = {
    "json-ld, unterminated string of 12 kB": lambda: ld('{"@type":"NewsArticle","headline":"' + "x " * 6_000),
    "json-ld, unterminated string of 24 kB": lambda: ld('{"@type":"NewsArticle","headline":"' + "x " * 12_000),
    "json-ld, unterminated string of 2 MB": lambda: ld('{"@type":"NewsArticle","headline":"' + "x " * MB),
    "json-ld, backslashes and quotes": lambda: ld('{"a":"' + '\\"' * MB),
    "json-ld, open braces": lambda: ld("{" * 2 * MB),
    "json-ld, spaces": lambda: ld('{"@type":"NewsArticle",' + " \n" * MB),
    "json-ld, nested lists": lambda: ld("[" * 100_000 + "]" * 100_000),
    "json-ld, nested objects": lambda: ld('{"@graph":' * 50_000 + "1" + "}" * 50_000),
    "json-ld, nested 900 deep": lambda: ld('{"@graph":[' * 450 + "1" + "]}" * 450),
    "json-ld, a list of 200,000": lambda: ld("[" + ",".join(['{"@type":"Thing"}'] * 200_000) + "]"),
    "json-ld, 10,000 blocks": lambda: page(head='<script type="application/ld+json">{"@type":"Thing"}</script>' * 10_000),
    "json-ld, 50,000 authors": lambda: news(author=[{"@type": "Person", "name": f"Anna {n}"} for n in range(50_000)]),
    "json-ld, an author of 1 MB": lambda: news(author={"@type": "Person", "name": "Anna and " * (MB // 9)}),
    "json-ld, an author of 80 kB of brackets": lambda: news(author={"@type": "Person", "name": "(" * 80_000}),
    "an author of 80 kB of brackets": lambda: page(head=f'<meta name="author" content="{"(" * 80_000}">'),
    "json-ld, an author of 1 MB of spaces": lambda: news(author="By" + " " * MB + "x"),
    "json-ld, a headline of 2 MB": lambda: news(headline="The bridge - " * (2 * MB // 13)),
    "json-ld, dates of 1 MB": lambda: news(datePublished="2026-03-01 " * (MB // 11), dateModified="1" * MB),
    "json-ld, keywords of 2 MB": lambda: news(keywords="a," * MB),
    "__NEXT_DATA__, nested": lambda: page(
        STORY + '<script id="__NEXT_DATA__" type="application/json">' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "</script>"
    ),
    "depth 300": lambda: around("<div>", "</div>", 300),
    "depth 2,000": lambda: around("<div>", "</div>", 2_000),
    "depth 20,000": lambda: around("<div>", "</div>", 20_000),
    "depth 50,000": lambda: around("<div>", "</div>", 50_000),
    "depth 20,000, nothing closed": lambda: around("<font><div>", "", 10_000),
    "depth 20,000 before the article": lambda: page("<span>" * 20_000 + "</span>" * 20_000 + STORY),
    "a script of 4 MB": lambda: page(STORY + "<script>" + "var a = 1;" * (4 * MB // 10) + "</script>"),
    "a style of 4 MB before the article": lambda: page("<style>" + "a{b:c}" * (4 * MB // 6) + "</style>" + STORY),
    "pictures of 8 MB in the page": lambda: page(f'<img src="data:image/png;base64,{"A" * 4 * MB}">' * 2 + STORY),
    "an attribute of 4 MB": lambda: page(f'<div data-x="{"x" * 4 * MB}">{STORY}</div>'),
    "100,000 class names": lambda: page('<div class="' + "story " * 100_000 + f'">{STORY}</div>'),
    "800,000 entities": lambda: page(STORY + "<p>" + "&amp;" * (4 * MB // 5) + "</p>"),
    "entities that nothing ends": lambda: page(STORY + "<p>" + "&#x" * MB + "</p>"),
    "an entity of 2 MB": lambda: page(STORY + "<p>&" + "a" * 2 * MB + ";</p>"),
    "a number of 2 MB": lambda: page(STORY + "<p>&#" + "1" * 2 * MB + ";</p>"),
    "100,000 meta tags": lambda: page(head="".join(f'<meta name="a{n}" content="b">' for n in range(100_000))),
    "100,000 meta tags of one name": lambda: page(head='<meta property="article:author" content="A B">' * 100_000),
    "a title of 1 MB": lambda: page().replace("The bridge opens", "The bridge | " * (MB // 13)),
    "a title of 1 MB of spaces": lambda: page().replace("The bridge opens", "The" + " " * MB + "bridge"),
    "a heading of 1 MB": lambda: page(f"<h1>{'The bridge ' * (MB // 11)}</h1>{STORY}"),
    "an author of 1 MB": lambda: meta("author", "Anna, " * (MB // 6)),
    "a date of 1 MB": lambda: meta("article:published_time", "2026-" * (MB // 5)),
    "a date of 1 MB of digits": lambda: meta("date", "1" * MB),
    "a site name of 1 MB": lambda: meta("og:site_name", "(" * MB),
    "20,000 times": lambda: page(STORY + '<time datetime="2026-03-01T10:00:00Z">1 March</time>' * 20_000),
    "a canonical address of 1 MB": lambda: page(head=f'<link rel="canonical" href="{"../" * (MB // 3)}a">'),
    "a canonical address of 1 MB of a host": lambda: page(head=f'<link rel="canonical" href="https://{"a." * (MB // 2)}com/">'),
    "a base of 1 MB": lambda: page(head=f'<base href="{"a/" * (MB // 2)}"><link rel="canonical" href="b">'),
    "a picture address of 1 MB": lambda: meta("og:image", "https://a.example/?" + "a=b&amp;" * (MB // 8)),
    "charset, 1 MB of it": lambda: page(head=f'<meta charset="{"utf-" * (MB // 4)}">'),
    "charset, said 10,000 times": lambda: page(head='<meta charset="x-nothing">' * 10_000),
    "NUL bytes": lambda: page(STORY.replace(" new ", " \x00new\x00 ")),
    "lone surrogates": lambda: page(f"<p>&#xD800;&#xDFFF;&#55296; A quay wall stands.</p>{STORY}"),
    "bidi controls": lambda: page(f"<p>\u202eA quay wall\u2066\u2069 stands\u202c.</p>{STORY}"),
    "100,000 bidi controls": lambda: page(f"<p>{chr(0x202E) * 100_000}A quay wall stands.</p>{STORY}"),
    "100,000 combining marks": lambda: page(f"<p>A{chr(0x301) * 100_000} quay wall stands.</p>{STORY}"),
    "half-open tags": lambda: page(STORY + "<p <div " * (MB // 4)),
    "open comments": lambda: page(STORY + "<!-- " * (MB // 4)),
    "open quotes": lambda: page(STORY + '<a href="' * (MB // 8)),
    "colspan 9e15": lambda: page(f'{STORY}<table><tr><td colspan="9000000000000000" rowspan="9999999999">x</td></tr></table>'),
    "20,000 pictures": lambda: page(STORY + '<figure><img src="a.jpg" alt="b"><figcaption>c</figcaption></figure>' * 20_000),
}
# Pages that are large rather than sly: cut where that is told, and each ends with the text before the cut.
LARGE: dict[str, Callable[[], str]] = {
    "a text of 10 MB": lambda: page(f"{STORY}<p>{'word ' * (2 * MB)}</p>"),
    "a text of 5 MB without a space": lambda: page(f"{STORY}<p>{'x' * 5 * MB}</p>"),
    "a line of 4 MB that nearly is a teaser": lambda: page(f"{STORY}<p>Read also: {'- ' * (2 * MB)}</p>"),
    "5 MB of links": lambda: page(STORY + '<a href="/a/b">A quay</a> ' * (5 * MB // 27)),
    "30,000 links": lambda: page(STORY + "".join(f'<p><a href="/a/{n}">A quay {n}</a></p>' for n in range(30_000))),
    "50,000 divs": lambda: page(STORY + "".join(f"<div>A quay wall stands here, number {n}.</div>" for n in range(50_000))),
    "50,000 paragraphs": lambda: page(STORY + "".join(f"<p>A quay wall stands here, number {n}.</p>" for n in range(50_000))),
    "20,000 rows": lambda: page(f"{STORY}<table>{'<tr><td>A quay</td><td>12</td></tr>' * 20_000}</table>"),
    "20,000 list items": lambda: page(f"{STORY}<ul>{'<li>A quay wall</li>' * 20_000}</ul>"),
    "2 MB that look like dates": lambda: page(STORY + "<p>12.03.2026 1 March 2026 2026-03-01 </p>" * (2 * MB // 40)),
    "100,000 line breaks": lambda: page(f"{STORY}<p>{'a<br>' * 100_000}</p>"),
    "10,000 quotations in one another": lambda: around("<blockquote>", "</blockquote>", 10_000),
    "5,000 tables in one another": lambda: around("<table><tr><td>", "</td></tr></table>", 5_000),
    "50,000 elements of one's own": lambda: page(STORY + "<x-a>b</x-a>" * 50_000),
}
MOST_S = 15.0


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(1, timeout_s=MOST_S, memory_bytes=1_500_000_000) as workers:
        (first,) = workers.map("extract_page", [(page().encode(), "https://courier.example/a", None, SEEN)])
        assert MARKER in first.text
        yield workers


def read(pool: WorkerPool, source: str) -> tuple[Any, float]:
    body = source.encode("utf-8", "surrogatepass")
    started = time.monotonic()
    (result,) = pool.map("extract_page", [(body, "https://courier.example/news/bridge", "text/html; charset=utf-8", SEEN)])
    return result, time.monotonic() - started


@pytest.mark.parametrize("name", [*READ, *LARGE])
def test_the_text_is_read_in_time(pool: WorkerPool, name: str) -> None:
    result, took_s = read(pool, (READ | LARGE)[name]())
    assert isinstance(result, Article), result
    assert MARKER in result.text
    assert took_s < MOST_S


def test_what_was_cut_or_flattened_is_told(pool: WorkerPool) -> None:
    told = {name: read(pool, (READ | LARGE)[name]())[0].warnings for name in ("a text of 10 MB", "50,000 divs", "depth 20,000")}
    assert told == {
        "a text of 10 MB": ("longer than 5000000 bytes; the rest was not read",),
        "50,000 divs": ("more than 20000 elements; the rest was not read",),
        "depth 20,000": ("nested too deeply; read without the wrappers of its texts",),
    }


def test_a_page_that_nothing_bounds_is_killed_and_the_next_one_is_read() -> None:
    # libxml2 looks through an element's attributes for each further one: 10 s for 100,000 of them, 40 s for twice as many.
    attributes = " ".join(f"a{n}=1" for n in range(400_000))
    bodies = [page(f"<div {attributes}>{STORY}</div>").encode(), page().encode()]
    with WorkerPool(1, timeout_s=3, memory_bytes=1_500_000_000) as workers:
        late, fine = workers.map("extract_page", [(body, None, None, SEEN) for body in bodies])
    assert isinstance(late, WorkerFailure)
    assert late.reason == "not read within 3 s; its process was killed"
    assert MARKER in fine.text


def test_a_json_ld_body_of_open_tags_takes_the_place_of_none(pool: WorkerPool) -> None:
    result, took_s = read(pool, news(articleBody="<p " * MB))
    assert isinstance(result, Article)
    assert took_s < MOST_S
