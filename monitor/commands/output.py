"""Writing tables to files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from monitor.errors import InputRefused

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What some spreadsheet takes for the start of a formula, the wide forms too."""
Rows = Iterable[Sequence[object]]


def write_table(out: Path, columns: Sequence[str], rows: Rows) -> None:
    """Write a table to `out`, as CSV, XLSX or JSON by its name; all of it or nothing.

    Raises
    ------
    InputRefused
        When the name ends in something else, or the file cannot be written.
    """
    write = {".csv": _csv, ".xlsx": _xlsx, ".json": _json}.get(out.suffix.lower())
    if write is None:
        raise InputRefused("export.kind", file=out.name)
    with replacing(out) as draft:
        write(draft, columns, rows)


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A file to write to that takes the place of `out` once it is complete.

    Raises
    ------
    InputRefused
        When it cannot be written.
    """
    draft = out.with_name(f".{out.name}.part")
    try:
        yield draft
        draft.replace(out)
    except OSError:
        raise InputRefused("export.unwritable", file=str(out)) from None
    finally:
        draft.unlink(missing_ok=True)


def write_rows(handle: IO[str], columns: Sequence[str], rows: Rows) -> None:
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


def _csv(draft: Path, columns: Sequence[str], rows: Rows) -> None:
    with draft.open("w", encoding="utf-8", newline="") as handle:
        write_rows(handle, columns, rows)


def _xlsx(draft: Path, columns: Sequence[str], rows: Rows) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("results")
    sheet.freeze_panes = "A2"
    heading = [WriteOnlyCell(sheet, value=column) for column in columns]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.append(heading)
    for row in rows:
        sheet.append([safe(cell) for cell in row])
    with draft.open("wb") as handle:
        book.save(handle)


def _json(draft: Path, columns: Sequence[str], rows: Rows) -> None:
    """A list of objects, one a line. Nothing runs JSON, so its text is left as it is."""
    with draft.open("w", encoding="utf-8") as handle:
        opening = "[\n"
        for row in rows:
            made = dict(zip(columns, row, strict=True))
            handle.write(opening + json.dumps(made, ensure_ascii=False))
            opening = ",\n"
        handle.write("[]\n" if opening == "[\n" else "\n]\n")
