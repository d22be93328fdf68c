"""Tables written as CSV, with one spelling for all files the app hands out."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import IO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What some spreadsheet takes for the start of a formula, the wide forms too."""
Rows = Iterable[Sequence[object]]


def write_csv(handle: IO[str], columns: Sequence[str], rows: Rows) -> None:
    """Write a heading and rows, cells as they are."""
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def csv_text(columns: Sequence[str], rows: Rows) -> str:
    """A heading and rows as CSV, cells as they are."""
    page = StringIO(newline="")
    write_csv(page, columns, rows)
    return page.getvalue()


def excel_csv(columns: Sequence[str], rows: Rows, language: str = "nl") -> bytes:
    """A heading and rows as Excel opens them with a double click, in the language it is in.

    A Dutch Excel splits cells at semicolons, an English one at commas; either takes UTF-8 only
    with a byte-order mark.
    """
    page = StringIO(newline="")
    writer = csv.writer(page, delimiter="," if language == "en" else ";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return page.getvalue().encode("utf-8-sig")


def defused(cell: object) -> object:
    """The cell; text that a spreadsheet would run as a formula gets a leading apostrophe.

    The apostrophe is the one spreadsheets themselves use to mark text (OWASP, *CSV Injection*).
    """
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
