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
_ZEROS = re.compile(r'(?:"([^"]*)")?(0+)')
"""A number format that shows leading zeros, with or without a fixed text before them."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its rows, each with its number, and the numbers of the rows and
    columns that are hidden."""

    title: str
    records: Iterator[tuple[int, list[str]]]
    hidden: frozenset[int]
    hidden_columns: frozenset[int]
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
            alone = len(book.worksheets) == 1
            yield Sheet(sheet.title, _records(sheet, name), hidden, columns, alone)
    except TooLarge:
        most = MOST_UNPACKED // (1024 * 1024)
        raise InputRefused("file.workbook_large", name=shown(name), most=most) from None
    except InputRefused:
        raise
    except Exception:  # noqa: BLE001 - whatever it trips over, the file is at fault
        raise InputRefused("file.spreadsheet", name=shown(name)) from None


def _records(sheet: Any, name: str) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet.reset_dimensions()  # the size a file states for itself cannot be trusted
        rows = sheet.iter_rows(max_row=zip_limits.LAST_ROW, max_col=zip_limits.MOST_COLUMNS)
        for number, cells in enumerate(rows, start=1):
            texts = [_text(cell) for cell in cells]
            if any(texts):
                yield number, texts
    except Exception:  # noqa: BLE001 - whatever it trips over, the file is at fault
        raise InputRefused("file.spreadsheet", name=shown(name)) from None


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool | str):
        return str(value)
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "")
    return str(value)


def _number(value: float, number_format: str) -> str:
    """A number as its format shows it, as far as that changes what is read."""
    zeros = _ZEROS.fullmatch(number_format.partition(";")[0])
    if zeros is not None and value >= 0 and float(value).is_integer():
        return (zeros[1] or "") + str(int(value)).zfill(len(zeros[2]))
    if "%" in re.sub(r'"[^"]*"|\\.', "", number_format):
        return f"{value * 100:.10g}%"
    return str(int(value)) if float(value).is_integer() else str(value)
