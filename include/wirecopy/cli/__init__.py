"""The command line: `wirecopy`. stdout is data, stderr is progress; exit codes 0 done, 1 failed, 2 usage."""

from __future__ import annotations

from wirecopy.cli.app import main

__all__ = ["main"]
