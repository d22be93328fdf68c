"""The papers an organisation adapts, and the subset of Markdown they are written in.

Headings, paragraphs, lists and bold words: a page as HTML and a printed paper are made of the same
pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

PAPERS = (
    "uitleg",
    "instemmingsverzoek",
    "dpia",
    "verwerkingsregister",
    "bewaarschema",
    "luisteraar",
    "toegankelijkheidsverklaring",
)
"""Names of the papers, in the order in which they are offered."""
BOLD = re.compile(r"\*\*(.+?)\*\*")
_HEADING = re.compile(r"(#{1,3}) (.+)")
_ITEM = re.compile(r"(?:-|\d+\.) (.+)")


@dataclass(frozen=True, slots=True)
class HeadingText:
    """A heading of level 1 to 3."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class ParagraphText:
    """Running text on one line, its bold words still between asterisks."""

    text: str


@dataclass(frozen=True, slots=True)
class ListText:
    """A list; ``numbered`` where the order counts."""

    items: tuple[str, ...]
    numbered: bool


Piece = HeadingText | ParagraphText | ListText


def pieces(text: str) -> Iterator[Piece]:
    """The text in pieces; anything else in it is running text."""
    for block in re.split(r"\n\s*\n", text.strip()):
        yield from _of_block(block.splitlines())


def _of_block(lines: list[str]) -> Iterator[Piece]:
    plain: list[str] = []
    items: list[str] = []
    numbered = False
    for line in (each.strip() for each in lines):
        heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
        if heading:
            yield HeadingText(len(heading[1]), heading[2])
        elif item:
            numbered = not line.startswith("-")
            items.append(item[1])
        elif items:
            items[-1] += f" {line}"
        else:
            plain.append(line)
    if plain:
        yield ParagraphText(" ".join(plain))
    if items:
        yield ListText(tuple(items), numbered)
