"""Writing tables to files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import IO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_rows(handle: IO[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write CSV with a heading; text that a spreadsheet would run as a formula is quoted.

    The leading apostrophe is the one spreadsheets themselves use to mark text (OWASP, *CSV
    Injection*).
    """
    writer = csv.writer(handle, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)


def safe(cell: object) -> object:
    """The cell, defused when it is text that looks like a formula."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
