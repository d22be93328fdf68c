"""Where a table or a field stands in a TOML file, so that a refusal can name the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TablePath = tuple[tuple[str, int], ...]
"""Names and numbers (from 0) of the tables around a field, the outermost first."""

_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.]+)\s*\]")


@dataclass(frozen=True, slots=True)
class ContentFile:
    """The text of a file and the name by which a refusal calls it."""

    name: str
    text: str

    def line_of(self, path: TablePath, field: str = "") -> int:
        """The line on which the table at `path` gives `field`, or else begins."""
        wanted = re.compile(rf"\s*[\"']?{re.escape(field)}[\"']?\s*[.=]") if field else None
        first = 0
        for line, content, here in self._lines():
            if here == path:
                first = first or line
                if wanted and wanted.match(content):
                    return line
        return first or (self.line_of(path[:-1], path[-1][0]) if path else 1)

    def _lines(self) -> Iterator[tuple[int, str, TablePath]]:
        counts: dict[TablePath, int] = {}
        here: TablePath = ()
        for line, content in enumerate(self.text.split("\n"), 1):
            if header := _HEADER.match(content):
                here = _path(header[1].split("."), counts)
            yield line, content, here


def _path(names: list[str], counts: dict[TablePath, int]) -> TablePath:
    """The path of the table whose header was just read; `counts` is kept up to date."""
    outer: TablePath = ()
    for name in names[:-1]:
        outer = (*outer, (name, max(counts.get((*outer, (name, -1)), 1) - 1, 0)))
    counter = (*outer, (names[-1], -1))
    counts[counter] = counts.get(counter, 0) + 1
    return (*outer, (names[-1], counts[counter] - 1))
