from wirecopy.cli.counts import count_indexed, format_standing, list_counts
from wirecopy.outcomes import State

LINKED = {"origin": 3, "near": 5, "unchanged": 7, "refused": 1}


def test_what_was_there_already_and_what_the_store_refused_is_not_new_in_the_index():
    assert count_indexed(LINKED) == 8
    first, *others = format_standing(LINKED, {State.INDEXED: 15, State.GONE: 0, State.QUARANTINED: 1}, 16)
    assert first == "new in the index  8 (5 near, 3 origin)"
    assert [line.split()[:2] for line in others if line][:2] == [["indexed", "15"], ["quarantined", "1"]]
    assert [line.split()[-1] for line in others[-2:]] == ["16", "16"]


def test_counts_are_listed_most_first_without_those_that_are_nought():
    assert list_counts({"failed": 2, "read": 40, "gone": 0}) == "40 read, 2 failed"
    assert list_counts({}) == ""
