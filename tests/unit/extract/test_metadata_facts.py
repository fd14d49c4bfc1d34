"""Canonical address, picture, section and keywords: their sources, and what is none of them."""

from __future__ import annotations

import json

import lxml.html
import pytest

from wirecopy.extract.facts.metadata import PageMetadata, read_metadata

URL = "https://example.org/news/bridge?x=1"


def read(head: str = "", body: str = "", *, node: object = None, url: str | None = URL) -> PageMetadata:
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>' if node else ""
    return read_metadata(
        lxml.html.document_fromstring(f"<html><head>{script}{head}</head><body>{body}<p>x</p></body></html>"), url
    )


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="https://example.org/news/bridge">', "https://example.org/news/bridge"),
        ('<link rel="Canonical" href="/news/bridge">', "https://example.org/news/bridge"),
        ('<base href="https://www.example.org/a/"><link rel=canonical href="bridge">', "https://www.example.org/a/bridge"),
        ('<link rel="canonical" href=""><meta property="og:url" content="https://example.org/b">', "https://example.org/b"),
        ('<link rel="canonical" href="null"><meta property="og:url" content="https://example.org/b">', "https://example.org/b"),
        ('<link rel="canonical" href="http://localhost:3000/b">', None),
        ('<link rel="canonical" href="https://undefined/b">', None),
        ('<link rel="canonical" href="{{ url }}">', None),
        ('<link rel="canonical" href="javascript:void(0)">', None),
        ('<link rel="canonical" href="https://other.example.com/syndicated">', "https://other.example.com/syndicated"),
        ("", None),
    ],
)
def test_canonical(head: str, canonical: str | None) -> None:
    assert read(head).canonical_url == canonical


def test_canonical_of_the_node_where_the_head_names_none() -> None:
    node = {"@type": "NewsArticle", "headline": "Bridge", "mainEntityOfPage": {"@id": "/news/bridge"}}
    assert read(node=node).canonical_url == "https://example.org/news/bridge"


@pytest.mark.parametrize(
    ("head", "node", "image"),
    [
        ('<meta property="og:image" content="/i/bridge.jpg">', None, "https://example.org/i/bridge.jpg"),
        ("", {"image": ["https://example.org/1.jpg", "https://example.org/2.jpg"]}, "https://example.org/1.jpg"),
        ("", {"image": {"@type": "ImageObject", "contentUrl": "https://example.org/1.jpg"}}, "https://example.org/1.jpg"),
        ('<meta name="twitter:image" content="https://example.org/t.jpg">', None, "https://example.org/t.jpg"),
        ('<link rel="image_src" href="https://example.org/s.jpg">', None, "https://example.org/s.jpg"),
        ('<meta property="og:image" content="data:image/png;base64,AAAA">', None, None),
        ('<meta property="og:image" content="https://example.org/img/logo.png">', None, None),
        ('<meta property="og:image" content="https://example.org/og-default.jpg">', None, None),
        (
            '<meta property="og:image" content="https://example.org/sign.png">',
            {"publisher": {"logo": {"url": "https://example.org/sign.png"}}, "image": "https://example.org/1.jpg"},
            "https://example.org/1.jpg",
        ),
        (
            '<meta property="og:image" content="https://example.org/new-logo-of-the-national-team-is-shown.jpg">',
            None,
            "https://example.org/new-logo-of-the-national-team-is-shown.jpg",
        ),
    ],
)
def test_image(head: str, node: dict[str, object] | None, image: str | None) -> None:
    assert read(head, node={"@type": "NewsArticle", "headline": "Bridge", **node} if node else None).image == image


@pytest.mark.parametrize(
    ("head", "node", "section"),
    [
        ('<meta property="article:section" content="Politics">', None, "Politics"),
        ("", {"@type": "NewsArticle", "articleSection": ["World", "Europe"]}, "World"),
        ('<meta property="article:section" content="Home"><meta name="section" content="Sport">', None, "Sport"),
        ('<meta property="article:section" content="Arts &amp;amp; Culture">', None, "Arts & Culture"),
        ('<meta property="article:section" content="Courts,Traffic,Law">', None, "Courts"),
        (
            "",
            {
                "@type": "BreadcrumbList",
                "itemListElement": [{"name": "Home"}, {"name": "News"}, {"item": {"name": "Local"}}, {"name": "The bridge"}],
            },
            "Local",
        ),
        ("", None, None),
    ],
)
def test_section(head: str, node: object, section: str | None) -> None:
    assert read(head, node=node).section == section


@pytest.mark.parametrize(
    ("head", "body", "node", "keywords"),
    [
        ("", "", {"@type": "NewsArticle", "keywords": "bridge, ferry; Bridge,  "}, ("bridge", "ferry")),
        (
            "",
            "",
            {"@type": "NewsArticle", "keywords": ["bridge", {"@type": "DefinedTerm", "name": "ferry"}]},
            ("bridge", "ferry"),
        ),
        ('<meta name="news_keywords" content="a b, c"><meta name="keywords" content="x">', "", None, ("a b", "c")),
        ('<meta property="article:tag" content="one"><meta property="article:tag" content="two">', "", None, ("one", "two")),
        ('<meta name="keywords" content="橋、船，海">', "", None, ("橋", "船", "海")),
        ("", '<a rel="tag" href="/t/one">#one</a> <a rel="category tag" href="/t/two">Two, too</a>', None, ("one", "Two too")),
        ('<meta name="keywords" content="26157981-b4f7-4929-adc1-e860c6f03636,bridge">', "", None, ("bridge",)),
        ("", "", None, ()),
    ],
)
def test_keywords(head: str, body: str, node: object, keywords: tuple[str, ...]) -> None:
    assert read(head, body, node=node).keywords == keywords


def test_keywords_are_capped() -> None:
    assert len(read(f'<meta name="keywords" content="{",".join(f"word{number}x" for number in range(500))}">').keywords) == 50
