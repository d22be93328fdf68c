"""What a report consists of: frozen blocks, of text only, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the first of a document is of level 1."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``lead`` are its first words, in bold.

    ``style``: empty, ``quiet``, or ``before`` where it stays with what follows.
    """

    text: str
    lead: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; ``leads`` are the first words of each item, in bold, where there are any."""

    items: tuple[str, ...]
    leads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbered:
    """A list in which the order counts."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Text in a tinted block."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A theme: its score, its word of change and a line drawing.

    ``tone``: empty, ``down`` or ``up``, with ``new-`` before it where the signal is new.
    """

    title: str
    score: str
    interval: str
    word: str
    tone: str
    svg: str
    alt: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Cards:
    """Themes beside each other."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is more than its text; ``tone`` as of a card, None for plain text."""

    text: str
    tone: str | None = None
    indent: int = 0
    bold: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``widths`` are shares, ``right`` the columns of numbers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str | Cell, ...], ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What a team asks of the organisation; without an answer a line to write on."""

    number: str
    title: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests with a line for the decision on each."""

    headers: tuple[str, ...]
    requests: tuple[Request, ...]
    blank: str


@dataclass(frozen=True, slots=True)
class Blanks:
    """Lines to write on, each with a small label."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing; ``width`` in millimetres, ``alt`` what it shows in words."""

    svg: str
    alt: str
    width: float


@dataclass(frozen=True, slots=True)
class Big:
    """A line to be read from afar; ``size`` in points."""

    text: str
    size: float
    accent: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """Empty space; ``height`` in millimetres."""

    height: float


@dataclass(frozen=True, slots=True)
class Pagebreak:
    """What follows begins on a page of its own."""


Block = (
    Heading
    | Paragraph
    | Bullets
    | Numbered
    | Notice
    | Cards
    | Table
    | Requests
    | Blanks
    | Picture
    | Big
    | Space
    | Pagebreak
)


@dataclass(frozen=True, slots=True)
class Document:
    """A report. ``page`` has the places ``{page}`` and ``{pages}``."""

    title: str
    language: str
    kind: str
    subject: str
    span: str
    footer: str
    page: str
    author: str
    blocks: tuple[Block, ...]
    size: float = 10.5
    """Of running text, in points."""

    def as_data(self) -> dict[str, Any]:
        """The document as the typesetter reads it."""
        blocks = [{"type": type(block).__name__.lower(), **asdict(block)} for block in self.blocks]
        return {**asdict(self), "blocks": blocks}


def texts_in(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Every text in the blocks, drawings left out; for tests and for whoever counts letters."""
    return tuple(_strings([asdict(block) for block in blocks]))


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [s for key, item in value.items() if key != "svg" for s in _strings(item)]
    if isinstance(value, list | tuple):
        return [s for item in value for s in _strings(item)]
    return []
