"""The columns of a table: which there must be, and under which headings people have them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from monitor.inputs.signs import as_read
from monitor.locale import Phrase

ALIASES: Mapping[str, tuple[str, ...]] = {
    "unit": ("onderdeel", "team", "afdeling"),
    "parent": ("bovenliggend", "bovenliggend onderdeel", "valt onder"),
    "name": ("naam",),
    "email": ("e-mail", "e-mailadres", "emailadres", "mailadres", "mail", "e-mail address"),
    "count": ("aantal", "aantal mensen"),
    "period": ("maand", "periode", "month"),
    "theme": ("thema",),
    "n": ("aantal", "respondenten"),
    "score": ("gemiddelde",),
    "sd": ("standaardafwijking", "stdev"),
}
"""Other headings of a column, the better before the worse; the column's own name goes first."""

_IN_WORDS = frozenset({"unit", "parent", "name", "email", "count", "period"})


def in_words(column: str) -> Phrase | str:
    """How a sentence names a column: under the heading that people write above it, beside ours."""
    return Phrase(f"column.{column}") if column in _IN_WORDS else column


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file must have, and those it may have.

    ``own`` maps a file's own heading, as it is read, to the column it stands for.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> tuple[str, ...]:
        """All columns, the needed ones first."""
        return self.needed + self.optional

    @property
    def headings(self) -> frozenset[str]:
        """Every heading that stands for one of the columns."""
        return frozenset(self.own).union(*(self._spellings(column) for column in self.all))

    def _spellings(self, column: str) -> tuple[str, ...]:
        return (as_read(column), *map(as_read, ALIASES.get(column, ())))

    def missing(self, heading: list[str]) -> tuple[str, ...]:
        """The needed columns that no cell of `heading` stands for."""
        cells = {as_read(cell) for cell in heading}
        present = {column for spelling, column in self.ranked() if spelling in cells}
        return tuple(column for column in self.needed if column not in present)

    def ranked(self) -> Iterator[tuple[str, str]]:
        """Each heading and its column, in the order in which they are tried."""
        yield from self.own.items()
        for column in self.all:
            for heading in self._spellings(column):
                yield heading, column


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which column each cell of a row belongs to, empty where none, and the headings left over."""

    names: tuple[str, ...]
    ignored: tuple[str, ...]
    blank: frozenset[int] = frozenset()
    """The places without a heading, where no cell may be filled."""


def assign(heading: list[str], columns: Columns) -> Assignment | None:
    """The column of each cell beneath `heading`; None when one is missing or there twice."""
    cells = [as_read(cell) for cell in heading]
    names = [""] * len(cells)
    for spelling, column in columns.ranked():
        if column in names or spelling not in cells:
            continue
        if cells.count(spelling) > 1:
            return None
        names[cells.index(spelling)] = column
    if not set(columns.needed) <= set(names):
        return None
    ignored = tuple(text for text, name in zip(heading, names, strict=True) if text and not name)
    blank = frozenset(at for at, text in enumerate(heading) if not text)
    return Assignment(tuple(names), ignored, blank)
