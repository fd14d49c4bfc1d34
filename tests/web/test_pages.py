"""Every page over a filled store: what it shows, what it never does, and the headers of every answer."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest
from starlette.testclient import TestClient

from wirecopy.errors import ConfigError, StoreUnavailable
from wirecopy.models import CopyKind
from wirecopy.outcomes import MEANINGS, State
from wirecopy.web.app import create_app
from wirecopy.web.security import HEADERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from httpx2 import Response

    from wirecopy.store.ports import Store

_VOID = {"input", "link", "meta", "img", "br", "hr"}


class Page(HTMLParser):
    """A page's elements in order, with checks that hold for every page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> list[str]:
        return [attributes["href"] for attributes in self.all("a")]


def page_of(answer: Response) -> Page:
    """The page of an answer, after the checks that hold for every one."""
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page(answer.text)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("h1") == tags.count("main") == tags.count("header") - tags.count("article") == 1
    assert page.all("html") == [{"lang": "en"}]
    assert [attributes["src"].partition("?")[0].rpartition("/")[2] for attributes in page.all("script")] == ["keys.js"]
    assert not {"style", "img", "iframe", "object", "embed", "base", "form "} & set(tags)
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"], tag
        for name in ("href", "src", "action"):
            target = attributes.get(name, "")
            assert not target.startswith("/"), "absolute paths break under a mount"
            assert re.match(r"(https?://|data:,$|\.?\.?/|#|\./)", target) or name not in attributes, target
            if tag == "a" and target.startswith("http"):
                assert {"noopener", "noreferrer"} <= set(attributes["rel"].split())
                assert "target" not in attributes
    return page


@pytest.fixture
def client(store_factory: Callable[[], Store]) -> Iterator[TestClient]:
    with TestClient(create_app(store_factory=store_factory), follow_redirects=False) as client:
        yield client


def test_results_are_stories_with_their_copies(client: TestClient, news) -> None:
    page = page_of(client.get("/?q=harbour"))
    assert "2 stories, 4 articles" in page.words
    assert "4 articles, 3 found" in page.words
    assert "4 outlets: courier, herald, kurier, mina" in page.words
    assert "3 languages: en, de, ar" in page.words
    assert f"./story/{news.story[0].link.story_id}" in page.links
    assert "harbour" in re.findall(r"<mark>([^<]*)</mark>", client.get("/?q=harbour").text)


def test_all_copies_are_listed_one_by_one(client: TestClient, news) -> None:
    page = page_of(client.get("/?q=harbour&copies=all"))
    found = [link for link in page.links if link.startswith("./article/")]
    assert set(found) == {f"./article/{document.id}" for document in (*news.story[:2], news.story[3], news.hostile)}


def test_without_a_query_the_newest_come_first(client: TestClient) -> None:
    page = page_of(client.get("/"))
    assert "Newest: 3 stories, 6 articles" in page.words
    assert page.words.index("WWW") < page.words.index("hostile")


def test_filters_narrow_and_stay_in_the_form(client: TestClient) -> None:
    page = page_of(client.get("/?q=&lang=de+ar&source=mina&since=2026-11-22T08:00&until=2026-11-22"))
    assert "1 story, 1 article" in page.words
    inputs = {attributes.get("name"): attributes.get("value") for attributes in page.all("input")}
    assert inputs == {"q": "", "lang": "de ar", "source": "mina", "since": "2026-11-22T08:00", "until": "2026-11-22"}
    assert any(link.startswith("./?lang=de+ar&source=mina&") and "copies=all" in link for link in page.links)
    assert "Nothing found" in page_of(client.get("/?q=harbour&until=2026-11-21")).words


def test_pages_of_results(client: TestClient, store_factory: Callable[[], Store], document_of) -> None:
    store_factory().documents.put(
        [document_of(f"https://many.test/{n}", title=f"Ferry {n}", minute=100 + n) for n in range(45)]
    )
    first = page_of(client.get("/?q=ferry"))
    assert "Page 1 of 3" in first.words
    assert "./?q=ferry&page=2" in first.links
    last = page_of(client.get("/?q=ferry&page=3"))
    assert [link for link in last.links if "page=" in link] == ["./?q=ferry&page=2"]
    assert last.all("ol")[0]["start"] == "41"
    for odd in ("0", "-1", "x", "99999999", "٣"):
        assert client.get("/", params={"q": "ferry", "page": odd}).status_code == 200
    beyond = page_of(client.get("/?q=ferry&page=400"))
    assert "No page 400: there are 3" in beyond.words
    assert [link for link in beyond.links if "page=" in link] == ["./?q=ferry&page=3"]


@pytest.mark.parametrize(
    ("query", "marked", "words"),
    [
        ('harbour "strike', '"', "a quote is not closed, at character 9"),
        ("titel:x", "t", "did you mean title:x?"),
        ("a OR", "O", "nothing follows OR"),
        ("(" * 30, "(", "deeper than 20"),
    ],
)
def test_a_query_that_cannot_be_read_is_shown_with_its_place(client: TestClient, query: str, marked: str, words: str) -> None:
    answer = client.get("/", params={"q": query})
    assert answer.status_code == 400
    page = page_of(answer)
    assert words in page.words.replace("Did", "did")
    assert re.search(r'<pre class="place"[^>]*>[^<]*<mark>([^<]*)</mark>', answer.text.replace("&#34;", '"'))[1] == marked
    assert next(attributes for attributes in page.all("input") if attributes.get("id") == "q")["value"] == query


def test_a_filter_that_cannot_be_read_is_named(client: TestClient) -> None:
    answer = client.get("/?q=harbour&since=yesterday")
    assert answer.status_code == 400
    assert "First seen since): 'yesterday' is neither a date nor a time" in page_of(answer).words
    assert client.get("/?lang=german").status_code == 400
    many = client.get("/", params={"source": " ".join(map(str, range(2_000)))})
    assert many.status_code == 400
    assert "(Outlets): 2,000 values are too many" in page_of(many).words


def test_the_query_as_read_is_echoed(client: TestClient) -> None:
    assert "Read as harbour AND NOT (lang:de OR lang:fr)" in page_of(client.get("/?q=harbour -lang:(de OR fr)")).words
    assert "Read as" not in page_of(client.get("/?q=harbour")).words
    assert "“or” is looked for as a word" in page_of(client.get("/?q=harbour or dock")).words


def test_an_address_as_a_query_leads_to_its_article(client: TestClient, news) -> None:
    page = page_of(client.get("/", params={"q": "http://www.courier.test/2026/harbour-strike/?utm_source=x"}))
    assert f"./article/{news.story[0].id}" in page.links
    gone = page_of(client.get("/", params={"q": "https://courier.test/gone"}))
    assert "the ledger says gone: the site answered 404" in gone.words
    assert "./ledger?url=https%3A%2F%2Fcourier.test%2Fgone" in gone.links


def test_a_story_page_has_copies_kinds_and_evidence(client: TestClient, news) -> None:
    page = page_of(client.get(f"/story/{news.story[0].link.story_id}"))
    places = [page.words.index(title) for title in ("Northport dockers on strike", "Hafenarbeiter in", "إضراب")]
    assert places == sorted(places)
    for words in (
        "+12 min", "+3 h 5 min", "The same text in another language.", "states 2026-11-22T08:55+01:00",
        "most of the shorter and enough of the longer shared", "coverage of this article", "96%",
        "in the harbour of Northport walked out on Sunday", "only a phrase shared", "Looked at and not linked", "score 0.93",
    ):  # fmt: skip
        assert words in page.words
    titles = [attributes for attributes in page.all("bdi") if attributes.get("lang") == "ar"]
    assert titles == [{"lang": "ar", "dir": "rtl"}]
    assert "https://herald.test/news/dockers" in page.links
    assert page_of(client.get(f"/story/{news.story[2].id}")).words == page.words


def test_a_round_up_names_the_stories_it_mentions(
    client: TestClient, store_factory: Callable[[], Store], news, document_of
) -> None:
    origin, near = news.story[:2]
    mentions = [
        {"article": near.id, "story_id": origin.link.story_id, "share": 0.4},
        {"article": "0" * 24, "story_id": "1" * 24, "share": 0.3},
    ]
    week = document_of("https://herald.test/week", title="The week", kind=CopyKind.ROUNDUP, evidence={"mentions": mentions})
    opinion = document_of("https://herald.test/opinion", title="Opinion", evidence={"quotes": mentions[:1]})
    store_factory().documents.put([week, opinion])
    for path in (f"/story/{week.id}", f"/article/{week.id}"):
        page = page_of(client.get(path))
        assert "Dockers walk out in Northport harbour · share 40%" in page.words
        assert f"../story/{origin.link.story_id}" in page.links
        assert "0" * 24 in page.words, "what is not in the index keeps its id"
    page = page_of(client.get(f"/story/{opinion.id}"))
    assert "Northport dockers on strike · share 40%" in page.words
    assert f"../article/{near.id}" in page.links


def test_an_article_page_has_text_times_trail_copies_and_versions(client: TestClient, news) -> None:
    page = page_of(client.get(f"/article/{news.story[0].id}"))
    for words in (
        "The Northport Courier", "Ana Brook, Tom Reed", "that perishable goods would be unloaded first.",
        "2026-11-22 08:00:00 UTC", "2026-11-22T08:55+01:00 (to the minute; stated by json-ld)", "2026-11-22-courier.warc.gz@4711",
        "indexed as origin", "leads to the page above", "this article", "herald", "A first short report.",
        "2 lines taken out as boilerplate", "https://courier.test/harbour-strike", news.story[0].id, news.story[0].version_id,
    ):  # fmt: skip
        assert words in page.words
    assert "https://courier.test/2026/harbour-strike" in page.links
    assert f"../story/{news.story[0].id}" in page.links


def test_an_article_in_arabic_is_set_from_right_to_left(client: TestClient, news) -> None:
    page = page_of(client.get(f"/article/{news.story[3].id}"))
    assert {"class": "text", "lang": "ar", "dir": "rtl"} in page.all("div")
    assert "The ledger does not have it" in page.words
    unknown = page_of(client.get(f"/article/{news.long.id}"))
    assert {"class": "text", "dir": "auto"} in unknown.all("div")


def test_nothing_hostile_becomes_markup(client: TestClient, news) -> None:
    # `page_of` refuses scripts, images and handlers on every page; here the strings are on all of them.
    for path in (f"/article/{news.hostile.id}", f"/story/{news.hostile.id}", "/?q=hostile", "/?q=hostile&copies=all"):
        answer = client.get(path)
        page = page_of(answer)
        assert answer.status_code == 200
        assert "<script>alert(1)</script>" in page.words
        assert not [link for link in page.links if link.startswith("javascript:")]
        assert not [attributes for _, attributes in page.elements if "alert" in attributes.get("lang", "")]
    assert "<script>" in page_of(client.get("/ledger?state=quarantined")).words
    for path in ("/", "/ledger", "/find", "/story/<script>alert(1)</script>", "/ledger?state=<script>"):
        page_of(client.get(path, params={"q": "<script>", "url": "<script>", "id": "<script>", "lang": "<script>"}))


def test_the_ledger_counts_every_state(client: TestClient) -> None:
    page = page_of(client.get("/ledger"))
    for state, meaning in MEANINGS.items():
        assert state.value in page.words
        assert meaning.replace("`", "") in page.words
    assert "as many as were ever discovered" in page.words
    assert "./ledger?state=quarantined" in page.links


def test_the_ledger_lists_a_state_in_pages(client: TestClient) -> None:
    page = page_of(client.get("/ledger?state=pending"))
    first = [link for link in page.links if link.startswith("https://courier.test/waiting/")]
    (following,) = [link for link in page.links if "after=" in link]
    rest = page_of(client.get(urljoin("/ledger", following)))
    second = [link for link in rest.links if link.startswith("https://courier.test/waiting/")]
    assert (len(first), len(second), len({*first, *second})) == (100, 30, 130)
    assert not [link for link in rest.links if "after=" in link]
    assert "next attempt after 2026-11-22 09:00:00 UTC" in page_of(client.get("/ledger?state=retrying")).words
    assert client.get("/ledger?state=nonsense").status_code == 404
    assert "No address is in this state" in page_of(client.get(f"/ledger?state={State.PAYWALL.value}")).words


def test_the_ledger_says_what_became_of_an_address(client: TestClient, news) -> None:
    page = page_of(client.get("/ledger", params={"url": "https://courier.test/2026/harbour-strike#top"}))
    assert "indexed as origin" in page.words
    assert "leads to the page above" in page.words
    assert f"./article/{news.story[0].id}" in page.links
    assert "no feed brought this address" in page_of(client.get("/ledger?url=https://courier.test/no")).words
    answer = client.get("/ledger?url=nonsense")
    assert answer.status_code == 400
    assert "This is no web address" in page_of(answer).words


def test_an_id_or_address_leads_to_its_article(client: TestClient, news) -> None:
    answer = client.get("/find", params={"id": "https://sho.rt/x"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"./article/{news.story[0].id}")
    assert client.get("/find").status_code == 404


@pytest.mark.parametrize("path", ["/story/zzz", f"/article/{'0' * 24}", "/nothing", "/a/b/c", "/static/../app.py", "/static/x.css",
                                  "/docs", "/redoc", "/openapi.json"])  # fmt: skip
def test_what_is_not_there_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    page = page_of(answer)
    assert urljoin(f"http://test{path}", page.links[-1]) == "http://test/"


def test_the_syntax_page_links_to_searches_that_work(client: TestClient) -> None:
    page = page_of(client.get("/syntax"))
    examples = [link for link in page.links if "?q=" in link]
    assert len(examples) > 10
    for link in examples:
        assert client.get(urljoin("/syntax", link)).status_code == 200


def test_static_files_have_their_types_and_may_be_kept(client: TestClient) -> None:
    for name, kind in (("style.css", "text/css; charset=utf-8"), ("keys.js", "text/javascript; charset=utf-8")):
        answer = client.get(f"/static/{name}?v=1")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["cache-control"].startswith("private, max-age=")
        assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed(client: TestClient, news, method: str) -> None:
    for path in ("/", f"/story/{news.story[0].id}", "/ledger", "/static/style.css", "/nothing"):
        answer = client.request(method, path)
        assert answer.status_code == 405
        page_of(answer)


def test_a_store_that_does_not_answer_is_a_page_that_says_so() -> None:
    def factory() -> Store:
        raise StoreUnavailable("http://search.test:9200", "does not answer; is it running?")

    with TestClient(create_app(store_factory=factory)) as client:
        for path in ("/", "/ledger", f"/story/{'0' * 24}", f"/article/{'0' * 24}"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert "Does not answer; is it running?" in page_of(answer).words
            assert "Traceback" not in answer.text
        assert client.get("/syntax").status_code == 200
        assert client.get("/?q=(").status_code == 503


def test_a_store_that_is_not_there_yet_is_asked_for_again(store_factory: Callable[[], Store]) -> None:
    is_there = False

    def factory() -> Store:
        if not is_there:
            raise ConfigError("news.sqlite", "there is no store here yet; `wirecopy run` makes one")
        return store_factory()

    app = create_app(store_factory=factory)
    with TestClient(app) as client:
        answer = client.get("/")
        assert answer.status_code == 503
        assert "There is no store here yet" in page_of(answer).words
        is_there = True
        app.state.lender._failure = None  # a second later
        assert client.get("/").status_code == 200


def test_what_nobody_foresaw_is_a_page_without_a_traceback(store_factory: Callable[[], Store], caplog) -> None:
    def factory() -> Store:
        raise RuntimeError("secret detail")

    with TestClient(create_app(store_factory=factory)) as client:
        answer = client.get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    page_of(answer)
    assert "secret detail" in caplog.text
