"""docs/behaviours.md names tests that there are."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "behaviours.md"


def test_each_of_the_32_behaviours_has_its_tests():
    there = {
        name
        for path in (TESTS / "behaviours").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 33))
    for number, tests in rows:
        named = re.findall(r"`(test_\w+)`", tests)
        assert named, f"behaviour {number} names no test"
        assert set(named) <= there, f"behaviour {number} names tests that are not there"
