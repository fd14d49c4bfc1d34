"""Where in a TOML file something stands: tomllib tells the line of a syntax error only, and people need it for every slip."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_STRING = r'"(?:\\.|[^"\\])*"|\'[^\']*\''
_TOKEN = re.compile(rf"(?P<string>{_STRING})|(?P<comment>#.*)|(?P<bracket>[\[\]{{}}])")
_HEADER = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*(?P<key>[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')\s*(?:\.[^=]*)?=(?P<value>.*)")


@dataclass(slots=True)
class _Table:
    line: int
    keys: dict[str, int] = field(default_factory=dict)
    items: dict[str, list[int]] = field(default_factory=dict)


class TomlLines:
    """Line numbers, from 1, of the tables of an array and of what stands in them.

    It reads what tomllib has already accepted, so it can be simple: bracket depth, strings and comments are all it minds.
    Multi-line strings, which no field of ours needs, may put a number off.

    Args:
        text: The file.
        array: The name of the array of tables.
    """

    def __init__(self, text: str, array: str) -> None:
        self._top: dict[str, int] = {}
        self._tables: list[_Table] = []
        table: _Table | None = None
        key, depth = "", 0
        for number, line in enumerate(text.splitlines(), start=1):
            rest = line
            if depth == 0:
                key = ""
                if header := _HEADER.match(line):
                    name = header["name"].strip("\"'")
                    table = _Table(line=number) if name == array else None
                    if table is not None:
                        self._tables.append(table)
                    self._top.setdefault(name, number)
                    continue
                if match := _KEY.match(line):
                    key, rest = match["key"].strip("\"'"), match["value"]
                    (table.keys if table is not None else self._top).setdefault(key, number)
            for token in _TOKEN.finditer(rest):
                if token["bracket"]:
                    depth += 1 if token["bracket"] in "[{" else -1
                elif token["string"] and table is not None and key:
                    table.items.setdefault(key, []).append(number)

    def of(self, place: tuple[str | int, ...]) -> int:
        """The line of a top-level name, or of (index of the table, key, index of the item): as near as it is known."""
        first, *rest = place or ("",)
        if isinstance(first, str):
            return self._top.get(first, 1)
        if first >= len(self._tables):
            return 1
        table = self._tables[first]
        if not rest:
            return table.line
        key = str(rest[0])
        items = table.items.get(key, [])
        if len(rest) > 1 and isinstance(rest[1], int) and rest[1] < len(items):
            return items[rest[1]]
        return table.keys.get(key, table.line)
