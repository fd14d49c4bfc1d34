"""Evidence in a readable form, whatever a method left."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wirecopy.search.evidence import Evidence, Measure, read_evidence


def test_what_the_methods_share_has_its_place() -> None:
    evidence = read_evidence(
        {
            "method": "near",
            "version": 1,
            "relation": "near",
            "rule": "most of both shared",
            "coverage": {"this": 0.934, "other": 1},
            "tokens": {"this": 1200, "other": 1300},
            "thresholds": {"least_tokens": 20},
            "passages": [{"this": [0, 5], "text": "the wording"}, "another", {"text": "  "}, 7],
            "rejected": [{"article": "a1", "story_id": "s1", "coverage": {"this": 0.1}, "rule": "too little"}],
        }
    )
    assert evidence.method == "near (version 1)"
    assert evidence.rule == "most of both shared"
    assert evidence.measures == (
        Measure(name="coverage of this article", value="93.4%"),
        Measure(name="coverage of the other article", value="100%"),
        Measure(name="tokens of this article", value="1,200"),
        Measure(name="tokens of the other article", value="1,300"),
    )
    assert evidence.thresholds == (Measure(name="least tokens", value="20"),)
    assert evidence.passages == ("the wording", "another")
    (other,) = evidence.others
    assert (other.group, other.article, other.story_id) == ("rejected", "a1", "s1")
    assert other.evidence.rule == "too little"


def test_what_nobody_foresaw_is_shown_under_its_own_name() -> None:
    evidence = read_evidence(
        {"anchors": {"names": ["Novak", "Oslo"], "is_dated": True, "odd": None}, "ratio": 0.123456, "rejected": []}
    )
    assert evidence.measures == (
        Measure(name="anchors names", value="Novak, Oslo"),
        Measure(name="anchors is dated", value="yes"),
        Measure(name="anchors odd", value="none"),
        Measure(name="ratio", value="0.1235"),
    )


def test_no_evidence_is_legal() -> None:
    assert read_evidence({}) == Evidence(rule=None, method=None, measures=(), thresholds=(), passages=(), others=())


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_NAMES = st.sampled_from(["method", "version", "rule", "passages", "thresholds", "coverage", "rejected", "article", "odd"])


@given(st.dictionaries(_NAMES, _JSON, max_size=6))
def test_it_never_fails(evidence: dict[str, object]) -> None:
    read_evidence(evidence)
