"""Running a command in this process."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from wirecopy.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, list[dict[str, Any]], str]]:
    """Runs a command whose stdout is JSON lines: its exit code, the lines, and what it said on stderr."""

    def call(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        sys.stdout.flush()
        out, err = capfd.readouterr()
        return int(caught.value.code or 0), [json.loads(line) for line in out.splitlines()], err

    return call
