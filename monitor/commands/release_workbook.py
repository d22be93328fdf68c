"""The complete release as a workbook: a cover sheet that says what it is, and a sheet a kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font

from monitor.inputs.csv_text import defused
from monitor.locale import Texts, formats

KINDS = (
    "theme",
    "question",
    "distribution",
    "response",
    "invited",
    "signal",
    "chance",
    "level",
    "action",
    "visible",
    "difference",
    "pooled",
    "participation",
    "expected_false",
)
"""The kinds a sentence of the cover explains; others have a sheet without one."""
NOT_TO_CONCLUDE = ("ranking", "persons", "leaders", "cause", "silence")
COVER_WIDTHS = (24, 96)
WIDTHS = {"unit": 26, "key": 30, "note": 40}
NARROW = 11
NUMBERS = ("value", "low", "high")
TEXTS = ("period",)
"""Columns a spreadsheet would make something else of when somebody clicks in them."""
_NUMBER = re.compile(r"-?\d+(?:\.(\d+))?", re.ASCII)
NOTE_SIZE = 90, 320
"""Height and width of a note, in pixels."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What the first sheet says of the file."""

    organisation: str
    version: str
    today: date


def write(
    file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], cover: Cover, t: Texts
) -> None:
    """Write `rows` to a workbook, each beneath the heading of its kind; numbers are numbers."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(t("workbook.cover"))
    sheets: dict[str, Any] = {}
    lines: Counter[str] = Counter()
    kind = columns.index("kind")
    for row in rows:
        name = str(row[kind])
        if name not in sheets:
            sheets[name] = _sheet(book, name, columns, t)
        own = sheets[name]
        own.append([_cell(own, c, v) for c, v in zip(columns, row, strict=True)])
        lines[name] += 1
    for name, each in sheets.items():
        each.auto_filter.ref = f"A1:{_letter(len(columns) - 1)}{lines[name] + 1}"
    _fill(sheet, columns, tuple(sheets), cover, t)
    with file.open("wb") as handle:
        book.save(handle)


def _sheet(book: Workbook, name: str, columns: Sequence[str], t: Texts) -> Any:
    """A sheet with its heading: each column has a note that says what is in it."""
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns):
        sheet.column_dimensions[_letter(number)].width = WIDTHS.get(column, NARROW)
    heading = [_bold(sheet, column) for column in columns]
    for cell, column in zip(heading, columns, strict=True):
        cell.comment = Comment(t(f"workbook.column.{column}"), "Teamklimaat", *NOTE_SIZE)
    sheet.append(heading)
    return sheet


def _letter(number: int) -> str:
    return chr(ord("A") + number)


def _cell(sheet: Any, column: str, value: object) -> object:
    """A number where the column holds one, else text that is never run as a formula."""
    if column in TEXTS:
        return _formatted(sheet, defused(value), "@")
    number = _NUMBER.fullmatch(str(value)) if column in NUMBERS else None
    if number is None:
        return defused(value)
    if number[1]:
        return _formatted(sheet, float(number[0]), f"0.{'0' * len(number[1])}")
    return _formatted(sheet, int(number[0]), "0")


def _formatted(sheet: Any, value: object, number_format: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    cell.number_format = number_format
    return cell


def _fill(sheet: Any, columns: Sequence[str], kinds: Sequence[str], cover: Cover, t: Texts) -> None:
    for letter, width in zip("AB", COVER_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    day = formats.day(cover.today, t.language)
    sheet.append([_bold(sheet, t("workbook.title")), defused(cover.organisation)])
    sheet.append(["", _text(sheet, t("workbook.what"))])
    sheet.append(["", t("workbook.made", day=day, version=cover.version)])
    _part(sheet, t("report.not.title"), (("", t(f"report.not.{n}")) for n in NOT_TO_CONCLUDE))
    _part(sheet, t("workbook.columns"), ((c, t(f"workbook.column.{c}")) for c in columns))
    described = ((k, t(f"workbook.kind.{k}") if k in KINDS else "") for k in kinds)
    _part(sheet, t("workbook.sheets"), described)


def _part(sheet: Any, title: str, lines: Iterable[tuple[str, str]]) -> None:
    sheet.append([])
    sheet.append([_bold(sheet, title)])
    for name, text in lines:
        sheet.append([name, _text(sheet, text)])


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell


def _text(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell
