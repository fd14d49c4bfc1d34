"""Every page of the newsroom gives its text to trafilatura, and its boilerplate stays behind."""

import re
from collections import Counter

import pytest
import trafilatura
from lxml import html

from wirecopy.demo.pages import body_html, render_home, render_page
from wirecopy.demo.texts import read_outlets
from wirecopy.outcomes import State

OUTLETS = {outlet.id: outlet for outlet in read_outlets()}
PAGES = [page for outlet in OUTLETS.values() for page in outlet.pages]
ARTICLES = [page for page in PAGES if page.state is State.INDEXED]
NAME = "{0.outlet}/{0.slug}".format


def words(text):
    """Words, Han and kana one by one."""
    return Counter(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W_]+", text.casefold()))


def tree_of(page):
    outlet = OUTLETS[page.outlet]
    return html.fromstring(render_page(outlet, page), parser=html.HTMLParser(encoding=outlet.page_charset))


def extracted(page):
    return trafilatura.extract(tree_of(page), include_comments=False) or ""


@pytest.mark.parametrize("page", ARTICLES, ids=NAME)
def test_the_text_can_be_read_and_little_else(page):
    outlet = OUTLETS[page.outlet]
    truth, found = words(page.text), words(extracted(page))
    assert (truth & found).total() >= 0.98 * truth.total()
    # What may come along: the headline, an injected related link, a byline, and the paragraph of the outlet's own system.
    others = words(f"{outlet.appended} {page.title} {' '.join(other.title for other in outlet.pages)}")
    assert (found - truth - others).total() <= 15


@pytest.mark.parametrize("page", ARTICLES, ids=NAME)
def test_a_page_has_much_more_than_its_text(page):
    everything = words(" ".join(tree_of(page).itertext("p", "a", "li", "h1", "h2", "h3", "button", "div", "td", "span", "h4")))
    assert (everything - words(page.text)).total() >= 20


@pytest.mark.parametrize("page", ARTICLES, ids=NAME)
def test_texts_survive_the_charset_of_their_page(page):
    outlet = OUTLETS[page.outlet]
    tree = html.fromstring(render_page(outlet, page).decode(outlet.page_charset))
    everything = " ".join(" ".join(tree.itertext()).split())
    for paragraph in page.text.split("\n"):
        assert " ".join(paragraph.split()) in everything


def test_templates_differ_in_what_they_say_of_themselves():
    pages = {page.outlet: render_page(OUTLETS[page.outlet], page) for page in ARTICLES}
    assert {name for name, page in pages.items() if b"application/ld+json" in page} == {
        "almanara", "courier", "kurier", "lodestar", "tagblatt"
    }  # fmt: skip
    assert {name for name, page in pages.items() if b"<meta" not in page.replace(b"<meta charset", b"")} == {
        "examiner",
        "gazette",
    }
    assert sum(b'property="og:' in page for page in pages.values()) >= 5


def test_rendering_twice_gives_the_same_bytes():
    for page in PAGES:
        if page.location is None:
            assert render_page(OUTLETS[page.outlet], page) == render_page(OUTLETS[page.outlet], page)


def test_the_consent_wall_and_the_stub_hold_back_the_article():
    by_state = {page.state: page for page in PAGES}
    consent = by_state[State.CONSENT]
    assert consent.title not in render_page(OUTLETS[consent.outlet], consent).decode(OUTLETS[consent.outlet].page_charset)
    assert len(by_state[State.PAYWALL].text) < 250
    assert b'"isAccessibleForFree": false' in render_page(OUTLETS["examiner"], by_state[State.PAYWALL])


def test_the_pdf_begins_as_a_pdf_and_its_table_points_at_its_objects():
    page = next(page for page in PAGES if page.state is State.NOT_HTML)
    document = render_page(OUTLETS[page.outlet], page)
    assert document.startswith(b"%PDF-1.4")
    offsets = [int(line[:10]) for line in document.split(b"\n") if re.fullmatch(rb"\d{10} 00000 n ", line)]
    assert [document[offset : offset + 7] for offset in offsets] == [b"%d 0 obj" % number for number in (1, 2, 3, 4)]


def test_quotations_and_subheadings_are_marked_up_and_text_is_escaped():
    assert body_html(("> a < b", "## c & d", "e")) == (
        "<blockquote><p>a &lt; b</p></blockquote>\n<h2>c &amp; d</h2>\n<p>e</p>"
    )  # fmt: skip


@pytest.mark.parametrize("outlet", OUTLETS.values(), ids=lambda outlet: outlet.id)
def test_the_home_page_announces_the_feeds(outlet):
    tree = html.fromstring(render_home(outlet), parser=html.HTMLParser(encoding=outlet.page_charset))
    assert tree.xpath("//link[@rel='alternate']/@href") == [feed.path for feed in outlet.feeds]
