from __future__ import annotations

import pytest

from wirecopy.linking.fingerprint import fingerprint, paragraph_keys, read_text, reading_of, sample_keys

SHORT = "The council met on Monday and voted for the new bridge over the river near the old mill."


def families(keys):
    return {family: [key for key in keys if key.startswith(f"{family}:")] for family in "xsob"}


def test_keys_are_fixed_for_ever(staged):
    """Stored keys must be found by later runs and other machines: these were printed by the first version."""
    fingerprints = fingerprint(staged(SHORT))
    assert fingerprints.version == 1
    assert fingerprints.tokens == 18
    assert fingerprints.exact == "40dfadd8089bdc54a9ce86e91da00945"
    assert fingerprints.keys[1:3] == ("s:0f6125ad63cc", "s:1621e1051444")
    assert fingerprints.keys[-1] == "o:09006d3a2d4f"


def test_typography_changes_no_key(staged):
    one = fingerprint(staged("“Don’t go,” the mayor said on Monday &amp; left the hall at once for the town’s old mill."))
    two = fingerprint(staged("\"Don't go,\" the Mayor said on Monday & left the hall at once for the town's old mill."))
    assert one == two


def test_a_sample_has_its_bounds(compose):
    short = sample_keys(read_text(compose(1, paragraphs=1, sentences=2)).shingles)
    long = sample_keys(read_text(compose(1, paragraphs=200)).shingles)
    assert 15 <= len(short) <= 24
    assert len(long) == 96


def test_an_excerpt_shares_more_of_the_sample_than_its_length_says(compose):
    text = compose(3, paragraphs=20)
    whole = set(sample_keys(read_text(text).shingles))
    head = set(sample_keys(read_text("\n".join(text.split("\n")[:3])).shingles))
    assert len(head & whole) >= 10


@pytest.mark.parametrize("text", ["Ja.", "one two three", "北京"])
def test_the_shortest_texts_have_keys(staged, text):
    assert len(families(fingerprint(staged(text)).keys)["s"]) == 1


def test_a_text_without_words_has_no_sample(staged):
    fingerprints = fingerprint(staged("… — !"))
    assert fingerprints.tokens == 0
    assert families(fingerprints.keys)["s"] == []


def test_captions_and_links_do_not_count(compose):
    text = compose(5)
    plain = read_text(text)
    dressed = read_text(f"Mayor Ada Field, left\n{text}\nRead more: Ten bridges to see")
    assert dressed.shingles == plain.shingles
    assert dressed.exact != plain.exact
    assert dressed.all_tokens == plain.tokens + 10


def test_a_text_of_short_lines_is_read_whole():
    lines = "\n".join(f"Goal {number} by Field" for number in range(12))
    assert read_text(lines).tokens == 48


def test_recurring_paragraphs_are_left_out_and_remembered(staged, compose):
    house = "Write to our newsroom at the address below and we will answer every letter you send."
    article = staged(f"{compose(6)}\n{house}")
    key = next(key for key in paragraph_keys(article) if key not in paragraph_keys(staged(compose(6))))
    fingerprints = fingerprint(article, {key})
    assert families(fingerprints.keys)["b"] == [f"b:{key[2:]}"]
    assert key in fingerprints.keys
    assert reading_of(article, fingerprints).shingles == read_text(compose(6)).shingles
    assert fingerprints.exact == fingerprint(article).exact


def test_an_outlet_that_prints_its_article_again_has_no_boilerplate(staged, compose):
    article = staged(compose(7))
    everything = frozenset(paragraph_keys(article))
    assert reading_of(article, fingerprint(article, everything)).tokens == read_text(article.text).tokens


def test_paragraphs_of_two_outlets_are_counted_apart(staged):
    text = "All rights reserved by the publisher of this paper and its sister papers."
    assert set(paragraph_keys(staged(text, source="courier"))).isdisjoint(paragraph_keys(staged(text, source="tribune")))


def test_offsets_name_the_passage(compose):
    text = f"Photo: Ada Field\n{compose(8, paragraphs=2)}\nSee also\n{compose(9, paragraphs=1)}"
    reading = read_text(text)
    start, end = reading.offsets(0, 3)
    assert text[start:end] == " ".join(compose(8, paragraphs=2).split()[:4]).rstrip(".")
    start, end = reading.offsets(reading.tokens - 1, reading.tokens - 1)
    assert f"{text[start:end]}." == text.rsplit(maxsplit=1)[-1]
