from __future__ import annotations

import random

import pytest

from wirecopy.linking.evidence import describe, passages
from wirecopy.linking.fingerprint import read_text
from wirecopy.linking.near import THRESHOLDS, Relation, judge
from wirecopy.linking.overlap import compare
from wirecopy.linking.roundup import find_parts


def overlap_of(new, old):
    return compare(read_text(new), read_text(old))


def relation_of(new, old, *, same_outlet=False):
    return judge(overlap_of(new, old), same_outlet=same_outlet).relation


def paragraphs(text, first, last):
    return "\n".join(text.split("\n")[first:last])


def edited(text, share, seed=1):
    chance = random.Random(seed)
    return " ".join("quux" if chance.random() < share and "." not in word else word for word in text.split(" "))


def test_coverage_counts_tokens_in_shared_shingles():
    overlap = overlap_of("one two three four five six nine ten eleven", "zero one two three four five seven six nine")
    assert overlap.new.runs == ((0, 5),)
    assert overlap.old.runs == ((1, 6),)
    assert overlap.new.coverage == pytest.approx(5 / 9)
    assert overlap.balance == pytest.approx(5 / 9)


def test_nothing_shared_is_nothing(compose):
    overlap = overlap_of(compose(1), compose(2))
    assert overlap.new.runs == ()
    assert (overlap.new.coverage, overlap.balance, overlap.shared, overlap.new.head) == (0, 0, 0, 0)
    assert judge(overlap, same_outlet=False).relation is Relation.NONE


def test_edits_cost_what_they_change(compose):
    text = compose(3, paragraphs=30)
    assert overlap_of(edited(text, 0.02), text).new.coverage == pytest.approx(0.97, abs=0.03)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.05])
def test_an_edited_copy_is_near(compose, share):
    text = compose(4, paragraphs=12)
    assert relation_of(edited(text, share), text) is Relation.NEAR
    assert relation_of(text, edited(text, share)) is Relation.NEAR


def test_a_cut_and_reordered_copy_is_near(compose):
    text = compose(5, paragraphs=12)
    lines = text.split("\n")
    assert relation_of("\n".join([lines[3], *lines[0:3], *lines[5:9]]), text) is Relation.NEAR


def test_the_first_paragraphs_are_an_excerpt(compose):
    text = compose(6, paragraphs=12)
    assert relation_of(paragraphs(text, 0, 3), text) is Relation.EXCERPT
    assert relation_of(text, paragraphs(text, 0, 3)) is Relation.EXTENDS


def test_an_excerpt_is_found_among_the_lines_of_its_outlet(compose):
    text = compose(7, paragraphs=12)
    dressed = f"{compose(70, paragraphs=1, sentences=1)}\n{paragraphs(text, 0, 2)}\n{compose(71, paragraphs=2)}"
    overlap = overlap_of(dressed, text)
    assert 0.45 <= overlap.new.coverage < 0.75
    assert judge(overlap, same_outlet=False).relation is Relation.EXCERPT


def test_of_two_stories_that_a_text_begins_it_joins_one_at_most(compose):
    one, two = compose(30, paragraphs=12), compose(31, paragraphs=12)
    digest = "\n".join(["Here is the news of today.", paragraphs(one, 0, 4), paragraphs(two, 0, 4)])
    assert [relation_of(story, digest) for story in (one, two)] == [Relation.EXTENDS, Relation.QUOTES]


def test_a_passage_from_the_end_is_a_quote(compose):
    text = compose(8, paragraphs=12)
    assert relation_of(paragraphs(text, 9, 12), text) is Relation.QUOTES


def test_commentary_between_block_quotes_is_no_copy(compose):
    text, own = compose(9, paragraphs=8), compose(90, paragraphs=8)
    commentary = "\n".join(line for index in range(4) for line in (own.split("\n")[index], text.split("\n")[index]))
    overlap = overlap_of(commentary, text)
    assert min(overlap.new.coverage, overlap.old.coverage) > 0.4
    assert judge(overlap, same_outlet=False).relation is Relation.QUOTES


def test_a_follow_up_with_background_is_no_copy(compose):
    text = compose(10, paragraphs=10)
    follow_up = f"{compose(100, paragraphs=6)}\n{paragraphs(text, 6, 9)}"
    assert not judge(overlap_of(follow_up, text), same_outlet=False).is_copy


def test_one_outlet_has_to_repeat_nearly_everything(compose):
    text = compose(11, paragraphs=12)
    assert relation_of(paragraphs(text, 0, 7), text) is Relation.NEAR
    assert relation_of(paragraphs(text, 0, 7), text, same_outlet=True) is Relation.NONE
    assert relation_of(paragraphs(text, 0, 11), text, same_outlet=True) is Relation.NEAR


def test_a_shared_phrase_is_nothing():
    phrase = "The ministry did not answer a request for comment on Monday evening."
    one = f"{phrase} Rain is expected."
    assert relation_of(one, f"{phrase} The bridge stays closed.") is Relation.NONE


def test_a_brief_needs_nearly_all_of_itself_in_the_other(compose):
    text = compose(12, paragraphs=10)
    head = text.split("\n")[0]
    brief = " ".join(head.split()[:40])
    assert relation_of(f"{brief}.", text) is Relation.EXCERPT
    padded = f"{' '.join(head.split()[:30])} {' '.join(compose(120).split()[:14])}."
    assert relation_of(padded, text) is Relation.QUOTES


@pytest.mark.parametrize(
    ("script", "length"),
    [
        ("的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生", 300),
        ("กขคงจฉชซญดตถทนบปผพฟภมยรลวสหอ", 600),
    ],
)
def test_scripts_without_spaces_are_compared(script, length):
    chance = random.Random(5)
    one, two = ("".join(chance.choices(script, k=length)) for _ in range(2))
    assert relation_of(one[: length * 2 // 3], one) is Relation.NEAR
    assert relation_of(one, two) is Relation.NONE


@pytest.mark.parametrize(
    "words",
    [
        "การ ความ ประเทศ รัฐบาล ประชาชน กล่าว ว่า ที่ และ ของ ใน เป็น ได้ ไม่ มี ให้ จะ จาก กับ ผู้ นี้ ปี วัน ตำรวจ เมือง น้ำ โดย อยู่ แล้ว คน เจ้าหน้าที่ รายงาน",
        "រដ្ឋាភិបាល ប្រជាជន និយាយ ថា ដែល និង របស់ ក្នុង ជា បាន មិន មាន នឹង ពី ជាមួយ អ្នក នេះ ឆ្នាំ ថ្ងៃ ប៉ូលិស ទីក្រុង ទឹក ដោយ នៅ ហើយ មនុស្ស មន្ត្រី រាយការណ៍",
    ],
    ids=["Thai", "Khmer"],
)
def test_common_words_without_spaces_are_no_copy(words):
    chance = random.Random(6)
    one, two = (" ".join("".join(chance.choices(words.split(), k=8)) for _ in range(30)) for _ in range(2))
    overlap = compare(read_text(two), read_text(one))
    assert overlap.short.coverage < THRESHOLDS.quote
    assert relation_of(" ".join(one.split()[:20]), one) is Relation.NEAR


def test_passages_name_the_same_wording_in_both_texts(compose):
    text = compose(13, paragraphs=8)
    lines = text.split("\n")
    new = "\n".join(
        [lines[5], "Own words stand between the two passages that were taken over from it here.", lines[1], "Read more"]
    )
    found = passages(overlap_of(new, text))
    assert [new[slice(*passage["this"])] for passage in found] == [lines[5][:-1], lines[1][:-1]]
    assert all(new[slice(*passage["this"])] == text[slice(*passage["other"])] for passage in found)
    assert all(len(passage["text"]) <= 160 for passage in found)


def test_evidence_is_bounded(compose):
    text = compose(14, paragraphs=60)
    overlap = overlap_of(edited(text, 0.03), text)
    evidence = describe(overlap, judge(overlap, same_outlet=False))
    assert len(evidence["passages"]) == 5
    assert evidence["coverage"]["this"] == pytest.approx(overlap.new.coverage, abs=1e-4)
    assert evidence["thresholds"] == {"smaller": 0.5, "larger": 0.35, "own_text": 0.4}


def test_the_beginnings_of_two_stories_are_parts(compose):
    one, two, three = (compose(seed, paragraphs=8) for seed in (15, 16, 17))
    new = "\n".join(paragraphs(text, 0, 4) for text in (one, two))
    parts = find_parts([overlap_of(new, text) for text in (one, three, two)], ["a", "b", "c"])
    assert {part.rival for part in parts} == {0, 2}
    assert sum(part.share for part in parts) == pytest.approx(1, abs=0.02)


def test_members_of_one_story_are_one_part(compose):
    text = compose(18, paragraphs=8)
    halves = [paragraphs(text, 0, 4), paragraphs(text, 4, 8)]
    assert find_parts([overlap_of(text, half) for half in halves], ["a", "a"]) == ()


def test_the_end_that_two_stories_share_is_no_part(compose):
    gallery = compose(19, paragraphs=5)
    one, two = compose(20, paragraphs=8), f"{compose(21, paragraphs=8)}\n{gallery}"
    new = f"{paragraphs(one, 0, 7)}\n{gallery}"
    assert find_parts([overlap_of(new, one), overlap_of(new, two)], ["a", "b"]) == ()


def test_nearly_the_whole_of_one_story_is_its_copy(compose):
    one, two = compose(22, paragraphs=9), compose(23, paragraphs=3)
    new = f"{one}\n{paragraphs(two, 0, 2)}"
    assert find_parts([overlap_of(new, one), overlap_of(new, two)], ["a", "b"]) == ()
