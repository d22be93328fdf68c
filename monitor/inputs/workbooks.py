"""Reading an .xlsx workbook as records of text; as any zip file from outside it is not trusted."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from monitor.errors import InputRefused
from monitor.inputs import zip_limits
from monitor.inputs.file_faults import shown
from monitor.inputs.zip_limits import MOST_UNPACKED, TooLarge

MARK = b"PK\x03\x04"
"""How a zip file begins; one that is no workbook is refused when it is opened."""
VISIBLE = "visible"
_LITERAL = r'"[^"]*"|\\.|[-+ ()]'
_CODE = re.compile(rf"(?:{_LITERAL}|0+)*0(?:{_LITERAL}|0+)*")
_PART = re.compile(rf"{_LITERAL}|0+")
"""A number format of zeros and fixed texts, as codes have it: ``0000``, ``"K"000``, ``00-00``."""
_DECIMALS = re.compile(r"0\.(0+)")
_TEXT_FORMAT = re.compile(rf"((?:{_LITERAL})*)@((?:{_LITERAL})*)")


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its rows, each with its number, and the numbers of the rows and
    columns that are hidden.

    ``unvalued`` are the places (row, column) of formulas without a value, ``struck`` the rows with
    a cell that is struck through, as far as the records have been read.
    """

    title: str
    records: Iterator[tuple[int, list[str]]]
    hidden: frozenset[int]
    hidden_columns: frozenset[int]
    unvalued: frozenset[tuple[int, int]]
    struck: set[int]
    alone: bool
    """Whether the workbook has no other sheet, hidden ones counted."""


def is_workbook(content: bytes) -> bool:
    """Whether this may be a workbook."""
    return content.startswith(MARK)


def read_workbook(content: bytes, name: str) -> Iterator[Sheet]:
    """The sheets that are not hidden, in their order, their cells as Excel shows them, not trimmed.

    A formula counts as the value it last had. A whole number loses its ``.0``, and has leading
    zeros or a per cent sign where its format has; a date is written as ISO 8601 has it.

    Raises
    ------
    InputRefused
        When it is no workbook after all, is damaged, or would cost far too much to read.
    """
    # Loaded when first needed: most files are CSV, and it takes a while.
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            shapes = zip_limits.measure(archive)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == VISIBLE]
        for sheet in sheets or book.worksheets[:1]:
            shape = shapes[sheet._worksheet_path.lstrip("/")]
            hidden, columns = frozenset(shape.hidden), frozenset(shape.hidden_columns)
            unvalued, struck = frozenset(shape.unvalued), set[int]()
            records = _records(sheet, name, struck)
            alone = len(book.worksheets) == 1
            yield Sheet(sheet.title, records, hidden, columns, unvalued, struck, alone)
    except TooLarge:
        most = MOST_UNPACKED // (1024 * 1024)
        raise InputRefused("file.workbook_large", name=shown(name), most=most) from None
    except InputRefused:
        raise
    except Exception:  # noqa: BLE001 - whatever it trips over, the file is at fault
        raise InputRefused("file.spreadsheet", name=shown(name)) from None


def _records(sheet: Any, name: str, struck: set[int]) -> Iterator[tuple[int, list[str]]]:
    """The rows with anything in them; the numbers of those struck through go into `struck`."""
    styles: dict[int, bool] = {}
    try:
        sheet.reset_dimensions()  # the size a file states for itself cannot be trusted
        rows = sheet.iter_rows(max_row=zip_limits.LAST_ROW, max_col=zip_limits.MOST_COLUMNS)
        for number, cells in enumerate(rows, start=1):
            texts = [_text(cell) for cell in cells]
            if any(texts):
                if any(_is_struck(cell, styles) for cell in cells):
                    struck.add(number)
                yield number, texts
    except Exception:  # noqa: BLE001 - whatever it trips over, the file is at fault
        raise InputRefused("file.spreadsheet", name=shown(name)) from None


def _is_struck(cell: Any, styles: dict[int, bool]) -> bool:
    """Whether the text of a cell is struck through; `styles` keeps what was looked up."""
    if cell.value is None or not cell.has_style:
        return False
    style = cell._style_id
    if style not in styles:
        styles[style] = bool(cell.font.strike)
    return styles[style]


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return _words(value, cell.number_format or "")
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return str(value)


def _words(value: bool | str, number_format: str) -> str:
    """A text with what its format puts around it; a truth value as an English Excel shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    around = _TEXT_FORMAT.fullmatch(number_format.rpartition(";")[2])
    return f"{_plain(around[1])}{value}{_plain(around[2])}" if around else value


def _number(value: float, number_format: str) -> str:
    """A number as its format shows it, as far as that changes what is read."""
    shown = number_format.partition(";")[0]
    if value >= 0 and float(value).is_integer() and _is_code(shown):
        return _code(int(value), shown)
    decimals = _DECIMALS.fullmatch(shown)
    # A whole number with decimals is a number; in ``12.10`` the last zero may be of a code.
    if decimals and not float(value).is_integer() and round(value, len(decimals[1])) == value:
        return f"{value:.{len(decimals[1])}f}"
    if "%" in re.sub(r'"[^"]*"|\\.', "", number_format):
        return f"{value * 100:.10g}%"
    return str(int(value)) if float(value).is_integer() else str(value)


def _is_code(number_format: str) -> bool:
    """Whether it is made for codes: ``0 "people"`` is a number with its unit, and no code."""
    if _CODE.fullmatch(number_format) is None:
        return False
    return number_format.startswith('"') or number_format.count("0") > 1


def _code(value: int, number_format: str) -> str:
    """The digits in the places of the zeros; those left over stand in front."""
    parts = _PART.findall(number_format)
    digits = str(value).zfill(sum(len(part) for part in parts if part[0] == "0"))
    filled: list[str] = []
    for place, part in reversed(list(enumerate(parts))):
        if part[0] != "0":
            filled.append(_plain(part))
            continue
        is_first = not any(earlier[0] == "0" for earlier in parts[:place])
        cut = 0 if is_first else len(digits) - len(part)
        filled.append(digits[cut:])
        digits = digits[:cut]
    return "".join(reversed(filled))


def _plain(literals: str) -> str:
    """Fixed texts of a format without the signs that mark them."""
    return re.sub(r'"([^"]*)"|\\(.)', lambda match: match[1] or match[2] or "", literals)
