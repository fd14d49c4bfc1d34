"""The article's own node, and JSON that templates broke."""

from __future__ import annotations

import json
import time
from typing import Any

import lxml.html
import pytest

from wirecopy.extract.facts.broken_json import read_json
from wirecopy.extract.facts.jsonld import article_node, names_of, take_nodes, text_of
from wirecopy.extract.facts.microdata import read_microdata


def nodes_of(*blocks: str) -> list[dict[str, Any]]:
    scripts = "".join(f'<script type="application/ld+json">{block}</script>' for block in blocks)
    return take_nodes(lxml.html.document_fromstring(f"<html><head>{scripts}</head><body><p>x</p></body></html>"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{"a": 1,}', {"a": 1}),
        ('[{"a": 1}, ]', [{"a": 1}]),
        ('{"a": 1, // one\n"b": "http://x/*"}', {"a": 1, "b": "http://x/*"}),
        ('/*<![CDATA[*/{"a": 1}/*]]>*/', {"a": 1}),
        ('<!-- {"a": 1} -->', {"a": 1}),
        ('{"a": "one\ntwo\t\x01"}', {"a": "one\ntwo\t\x01"}),
        ("{&quot;a&quot;: &quot;b&quot;}", {"a": "b"}),
        ('{"a": 1} {"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": 1};', [{"a": 1}]),
        ('"{\\"a\\": 1}"', {"a": 1}),
        (r'{"a": "it\'s"}', {"a": "it's"}),
        ('{"a": "He said "yes" to it", "b": 2}', {"a": 'He said "yes" to it', "b": 2}),
        ("", None),
        ("{", None),
        ("var a = 1;", None),
    ],
)
def test_broken_json(text: str, value: object) -> None:
    assert read_json(text) == value


@pytest.mark.parametrize(
    "text",
    [
        '{"a":"' + '\\"' * 500_000,
        '{"a":' + '"' * 900_000,
        "/*" * 450_000,
        "," * 900_000,
        "{" * 900_000,
        '{"a":"' + 'a"' * 450_000,
        "{}," * 300_000,
    ],
)
def test_broken_json_is_given_up_in_linear_time(text: str) -> None:
    begun = time.process_time()
    read_json(text)
    assert time.process_time() - begun < 3


def test_a_block_that_is_no_json_is_taken_out_of_the_page_and_read() -> None:
    tree = lxml.html.document_fromstring(
        '<html><head><script type="application/ld+json">{"@type": "NewsArticle", "headline": "A",}</script></head><body></body></html>'
    )
    assert [node["headline"] for node in take_nodes(tree)] == ["A"]
    assert not tree.xpath("//script")


def test_the_pages_own_article_is_told_by_address_then_by_headline() -> None:
    other = {"@type": "NewsArticle", "headline": "Another story altogether", "url": "https://example.org/other"}
    own = {
        "@type": ["NewsArticle", "Article"],
        "headline": "The bridge is open",
        "mainEntityOfPage": {"@id": "https://www.example.org/bridge/#a"},
    }
    nodes = nodes_of(json.dumps([other, own]))
    assert (
        text_of((article_node(nodes, addresses=["http://example.org/bridge?x=1"]) or {}).get("headline"))
        == "The bridge is open"
    )
    assert text_of((article_node(nodes, titles=["The bridge is open – Courier"]) or {}).get("headline")) == "The bridge is open"
    assert text_of((article_node(nodes) or {}).get("headline")) == "Another story altogether"


def test_nodes_of_one_article_fill_each_others_gaps_and_references_are_followed() -> None:
    graph = {
        "@graph": [
            {"@type": "Article", "headline": "The bridge is open", "author": {"@id": "#jane"}, "datePublished": ""},
            {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
        ]
    }
    second = {
        "@type": "NewsArticle",
        "headline": "The Bridge is open",
        "datePublished": "2024-05-03",
        "author": "Somebody else",
    }
    node = article_node(nodes_of(json.dumps(graph), json.dumps(second))) or {}
    assert names_of(node["author"]) == ["Jane Doe"]
    assert node["datePublished"] == "2024-05-03"


def test_lists_of_other_articles_are_not_the_pages() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "NewsArticle", "headline": "Other"}]}
    assert article_node(nodes_of(json.dumps(listed))) is None


def test_microdata_stands_in() -> None:
    tree = lxml.html.document_fromstring(
        """<div itemscope itemtype="http://schema.org/NewsArticle"><h2 itemprop="headline">Other</h2></div>
        <div itemscope itemtype="http://schema.org/NewsArticle"><h1 itemprop="headline">The bridge <b>is open</b></h1>
        <meta itemprop="datePublished" content="2024-05-03">
        <span itemprop="author" itemscope itemtype="http://schema.org/Person"><a itemprop="name" href="/jane">Jane Doe</a></span>
        <span itemprop="author" itemscope itemtype="http://schema.org/Person"><a itemprop="name" href="/john">John Roe</a></span>
        <div itemprop="publisher" itemscope itemtype="http://schema.org/Organization"><meta itemprop="name" content="Courier"></div>
        </div>"""
    )
    node = read_microdata(tree)
    assert node["headline"] == "The bridge is open"
    assert node["datePublished"] == "2024-05-03"
    assert names_of(node["author"]) == ["Jane Doe", "John Roe"]
    assert names_of(node["publisher"]) == ["Courier"]
