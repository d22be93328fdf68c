"""Reading an .xlsx workbook as records of text; as any zip file from outside it is not trusted."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown

MARK = b"PK\x03\x04"
"""How a zip file begins; one that is no workbook is refused when it is opened."""
MOST_UNPACKED = 40 * 1024 * 1024
"""Bytes. Far more than a hundred thousand rows of two short cells."""
MOST_PARTS = 500
MOST_COLUMNS = 50
LAST_ROW = 1_048_576
"""The last row a spreadsheet can have; reading would count up to any later one a file claims."""


def is_workbook(content: bytes) -> bool:
    """Whether this may be a workbook."""
    return content.startswith(MARK)


def read_workbook(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet: its number, and its cells as text, not trimmed.

    A formula counts as the value it last had. A whole number loses its ``.0``.

    Raises
    ------
    InputRefused
        When it is no workbook after all, is damaged, or would unpack to far too much.
    """
    _check_unpacked(content, name)
    # Loaded when first needed: most files are CSV, and it takes a while.
    from openpyxl import load_workbook  # noqa: PLC0415

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the size a file states for itself cannot be trusted
        rows = sheet.iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS, values_only=True)
        for number, cells in enumerate(rows, start=1):
            yield number, [_text(cell) for cell in cells]
    except Exception:  # noqa: BLE001 - whatever it trips over, the file is at fault
        raise InputRefused("file.spreadsheet", name=shown(name)) from None


def _check_unpacked(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputRefused("file.spreadsheet", name=shown(name)) from None
    # Reading a part stops at the size stated here.
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise InputRefused("file.too_large", name=shown(name), most=MOST_UNPACKED // (1024 * 1024))


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
