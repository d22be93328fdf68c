"""Cards and pages to read beside a conversation; nothing about them is stored or counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from monitor.followup.content_file import Table, Text, read
from monitor.followup.methods import Source, source

FILE = "cards.toml"
LONGEST_TITLE = 60
LONGEST_LINE = 300


class Kind(StrEnum):
    """What it is for: to act on now, to read once, or to fill in on paper."""

    CARD = "card"
    PAGE = "page"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Section:
    """A part with a heading and a few lines; the lines of a sheet leave room to write."""

    title: Text
    lines: tuple[Text, ...]
    numbered: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One card, page or sheet."""

    key: str
    kind: Kind
    title: Text
    introduction: Text
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class CardBook:
    """All cards and pages, in the order of the file."""

    version: str
    cards: tuple[Card, ...]

    def card(self, key: str) -> Card | None:
        """The card with that key; None when the organisation's own file leaves it out."""
        return {card.key: card for card in self.cards}.get(key)


def load(folder: Path | None = None) -> CardBook:
    """The cards of the organisation in `folder`, or those that come with the program.

    Raises
    ------
    InputRefused
        When the file is wrong; the sentence names line, card and how to mend it.
    """
    return build(read(FILE, folder))


def build(top: Table) -> CardBook:
    """The cards in a file that was read.

    Raises
    ------
    InputRefused
        At the first thing that is wrong.
    """
    top.only(("version", "card"))
    used: set[str] = set()
    cards = tuple(_card(table, used) for table in top.tables("card", 1, 60))
    return CardBook(top.line("version", 20), cards)


def _card(table: Table, used: set[str]) -> Card:
    table.only(("key", "kind", "title", "introduction", "section", "source"))
    return Card(
        key=table.key(used),
        kind=Kind(table.choice("kind", list(Kind))),
        title=table.text("title", LONGEST_TITLE),
        introduction=table.text("introduction", LONGEST_LINE),
        sections=tuple(_section(item) for item in table.tables("section", 1, 12)),
        sources=tuple(source(item) for item in table.tables("source", 0, 8)),
    )


def _section(table: Table) -> Section:
    table.only(("title", "lines"), ("numbered",))
    return Section(
        title=table.text("title", LONGEST_TITLE),
        lines=table.texts("lines", 1, 12, LONGEST_LINE),
        numbered=table.flag("numbered"),
    )
