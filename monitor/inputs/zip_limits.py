"""What a workbook from outside may cost to read, measured before it is read.

A workbook is a zip of XML. A few kilobytes can unpack to millions of empty strings or rows, each of
which costs a reader far more than it costs the sender. So sizes and numbers of elements are counted
first, with a parser that keeps nothing and stops at the limit.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

MOST_UNPACKED = 40 * 1024 * 1024
"""Bytes of all parts together: far more than a hundred thousand rows of two short cells."""
MOST_PARTS = 500
MOST_ELEMENTS = 400_000
"""XML elements of all parts but the sheets: texts, formats, names."""
MOST_CELLS = 400_000
MOST_SHEET_ELEMENTS = 4 * MOST_CELLS
MOST_COLUMNS = 200
"""The last column read of a sheet."""
LONGEST_COLUMN = 3
"""Letters: the last column of a spreadsheet is ``XFD``."""
LAST_ROW = 200_000
"""The last row read of a sheet; a reader counts through the empty ones before it."""
HIDDEN = ("1", "true")
_BLOCK = 64 * 1024
_SHEETS = "xl/worksheets/"


class TooLarge(Exception):
    """The workbook would cost far too much to read."""


@dataclass
class SheetShape:
    """What is in a sheet: its cells, and the rows and columns that a filter or a person has hidden.

    Rows and columns count from 1. ``unvalued`` are the places (row, column) of formulas of which
    the file holds no value, as programs write that do not calculate.
    """

    cells: int = 0
    last_row: int = 0
    elements: int = 0
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unvalued: set[tuple[int, int]] = field(default_factory=set)
    _column: int = 0
    _is_text: bool = False
    _in_value: bool = False

    def add(self, tag: str, attributes: dict[str, str]) -> None:
        """Count an element.

        Raises
        ------
        TooLarge
            When there are too many of them.
        ValueError
            When it says that it stands at no place of a sheet.
        """
        self.elements += 1
        if tag == "c":
            self.cells += 1
            self._column = _column(attributes.get("r", "")) or self._column + 1
            self._is_text, self._in_value = attributes.get("t") == "str", False
        elif tag == "f" and not self._is_text:
            self.unvalued.add((self.last_row, self._column))
        elif tag == "v":
            self._in_value = True
        elif tag == "row":
            self._column = 0
            self.last_row = _place(attributes.get("r", str(self.last_row + 1)))
            if attributes.get("hidden") in HIDDEN or _is_zero(attributes.get("ht")):
                self.hidden.add(self.last_row)
        elif tag == "col" and (
            attributes.get("hidden") in HIDDEN or _is_zero(attributes.get("width"))
        ):
            last = min(_place(attributes["max"]), MOST_COLUMNS)
            self.hidden_columns.update(range(_place(attributes["min"]), last + 1))
        if (
            self.elements > MOST_SHEET_ELEMENTS
            or self.cells > MOST_CELLS
            or self.last_row > LAST_ROW
        ):
            raise TooLarge

    def add_text(self, _words: str) -> None:
        """Note that the value of the present cell is not empty."""
        if self._in_value:
            self.unvalued.discard((self.last_row, self._column))


def _place(number: str) -> int:
    """The number of a row or column; ValueError for one before the first, or none."""
    place = int(number)
    if place < 1:
        raise ValueError(place)
    return place


def _column(reference: str) -> int:
    """The number of the column of a cell such as ``AB12``; 0 for none, ValueError for a longer."""
    letters = reference.rstrip("0123456789").upper()
    if len(letters) > LONGEST_COLUMN:
        raise ValueError(len(letters))
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _is_zero(size: str | None) -> bool:
    """Whether a height or width leaves nothing to see."""
    return size is not None and float(size) == 0


def measure(archive: zipfile.ZipFile) -> dict[str, SheetShape]:
    """What is in each sheet of a workbook, by its part.

    Raises
    ------
    TooLarge
        When it has too many or too large parts, or too many elements.
    ValueError
        When a part is no XML, or declares entities of its own.
    """
    parts = archive.infolist()
    # Reading a part stops at the size stated here.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TooLarge
    elements = 0

    def count(_tag: str, _attributes: dict[str, str]) -> None:
        nonlocal elements
        elements += 1
        if elements > MOST_ELEMENTS:
            raise TooLarge

    shapes: dict[str, SheetShape] = {}
    for part in parts:
        if part.filename.startswith(_SHEETS) and part.filename.endswith(".xml"):
            shape = shapes[part.filename] = SheetShape()
            _parse(archive, part.filename, shape.add, shape.add_text)
        else:
            _parse(archive, part.filename, count)
    return shapes


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    element: Callable[[str, dict[str, str]], None],
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.CharacterDataHandler = text
    parser.StartElementHandler = lambda name, attributes: element(
        name.rpartition(" ")[2], attributes
    )
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        with archive.open(part) as stream:
            while block := stream.read(_BLOCK):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        # An image is no XML. A part of whatever name may be read as XML, so all are counted.
        if part.endswith((".xml", ".rels")):
            raise ValueError(str(error)) from None


def _refuse_doctype(*_declaration: object) -> None:
    raise ValueError("a document type of its own")
