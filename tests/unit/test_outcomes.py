import re
from pathlib import Path

from wirecopy.outcomes import FETCHABLE_STATES, MEANINGS, OPEN_STATES, State

DOC = Path(__file__).parents[2] / "docs" / "ledger.md"


def test_the_documented_states_are_the_states():
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert dict(rows) == {state.value: MEANINGS[state] for state in State}
    assert [name for name, _ in rows] == [state.value for state in State]


def test_fetchable_states_are_open():
    assert FETCHABLE_STATES < OPEN_STATES
    assert State.QUARANTINED not in OPEN_STATES
