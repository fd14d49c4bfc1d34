"""Real articles in 26 languages: each is found by what stands in its last paragraph, and shown where it was found."""

from __future__ import annotations

import json
import re

import pytest

from wirecopy.search.query import Phrase, Term

pytestmark = pytest.mark.data


@pytest.fixture
def articles(test_data, store, make):
    """Name -> text of every article of the test data, put into the store."""
    found = {}
    for file in sorted((test_data / "pages").glob("*.json")):
        page = json.loads(file.read_text(encoding="utf-8"))
        text = page.get("body") or ""
        if len(text) > 200:
            name = file.stem
            found[name] = text
            store.documents.put([make.document(name, title=page["title"] or "", text=text, lang=page["lang"])])
    assert len(found) > 50
    return found


def _last_words(text: str) -> list[str]:
    last = [line for line in text.splitlines() if re.search(r"[^\W\d_]{2}", line)][-1]
    return re.findall(r"[^\W\d_]{2,}", last)


def test_a_word_of_the_last_paragraph_finds_its_article(articles, find, make):
    for name, text in articles.items():
        word = max(_last_words(text), key=len)
        page = find.page(Term(text=word), limit=200)
        assert name in make.names(page.hits), (name, word)
        hit = page.hits[make.names(page.hits).index(name)]
        assert "".join(piece.text for piece in hit.excerpt) in text, name
        assert any(piece.is_hit for piece in (*hit.title, *hit.excerpt)), (name, word)


def test_a_passage_of_an_article_finds_it(articles, find):
    for name, text in articles.items():
        middle = re.findall(r"\S+", text)
        middle = middle[len(middle) // 2 :]
        passage = " ".join(middle[:6])
        assert name in find.names(Phrase(text=passage), limit=200), (name, passage)
