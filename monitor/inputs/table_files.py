"""Reading a CSV file or a workbook as rows of named cells, whatever program wrote it."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import InputRefused
from monitor.inputs.file_faults import refused, shown
from monitor.inputs.text_files import check_size, decode
from monitor.inputs.workbooks import is_workbook, read_workbook

SEPARATORS = ",;\t"
Records = Iterator[tuple[int, list[str]]]
"""The line each record starts on, and its cells."""
MOST_ROWS = 100_000
_EXCEL_HINT = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file it starts on, and its cells by column, trimmed."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns a file must have, and those it may have."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """All columns, the needed ones first."""
        return self.needed + self.optional


def read_table(
    content: bytes, name: str, columns: Columns, most: int = MOST_ROWS
) -> tuple[Row, ...]:
    """The rows under the heading; blank rows are skipped, cells left off at the end are empty.

    The separator is a comma, a semicolon or a tab, as Excel's own ``sep=`` line says or else as
    the heading shows. Of a workbook (.xlsx) the first sheet is read. Columns may stand in any
    order.

    Raises
    ------
    InputRefused
        When the file as a whole cannot be read as such a table.
    FileRefused
        When rows do not fit the heading.
    """
    check_size(content, name)
    records, separator = _records_of(content, name, columns)
    _, heading = next(records, (0, []))
    if not heading:
        raise InputRefused("file.empty", name=shown(name))
    names = _names(heading, columns, name)
    rows: list[Row] = []
    faults: list[InputRefused] = []
    for line, cells in records:
        if len(rows) + len(faults) >= most:
            raise InputRefused("file.too_many_rows", name=shown(name), most=most)
        row = _row(line, cells, names, separator)
        if isinstance(row, Row):
            rows.append(row)
        else:
            faults.append(row)
    if faults:
        raise refused(name, faults)
    return tuple(rows)


def _records_of(content: bytes, name: str, columns: Columns) -> tuple[Records, str]:
    """The records that are not blank, and the separator of their cells (empty for a workbook)."""
    if is_workbook(content):
        return _filled(read_workbook(content, name)), ""
    text, offset, separator = _after_hint(decode(content, name), name)
    separator = separator or _separator(text, columns)
    return _filled(_records(text, separator, offset, name)), separator


def has_column(rows: Sequence[Row], column: str) -> bool:
    """Whether the file has that optional column."""
    return bool(rows) and column in rows[0].cells


def repeated_lines(rows: Sequence[Row], key: Callable[[Row], Hashable]) -> dict[int, int]:
    """The lines whose key occurred before, each with the line where it first did."""
    first: dict[Hashable, int] = {}
    lines = {row.line: first.setdefault(key(row), row.line) for row in rows}
    return {line: earlier for line, earlier in lines.items() if line != earlier}


def _after_hint(text: str, name: str) -> tuple[str, int, str]:
    """The text without Excel's ``sep=`` line, the number of lines dropped, and the separator."""
    first, *rest = re.split(r"\r\n|\r|\n", text, maxsplit=1)
    hint = _EXCEL_HINT.fullmatch(first)
    if hint is None:
        return text, 0, ""
    if hint[1] not in SEPARATORS:
        raise InputRefused("file.separator", name=shown(name), separator=shown(hint[1]))
    return "".join(rest), 1, hint[1]


def _separator(text: str, columns: Columns) -> str:
    """The separator by which the heading holds most of the known columns."""
    heading = next((line for line in io.StringIO(text, newline="") if line.strip()), "")

    def fit(separator: str) -> tuple[int, int]:
        cells = [cell.strip(' "\r\n').casefold() for cell in heading.split(separator)]
        return len(set(cells) & set(columns.known)), len(cells)

    return max(SEPARATORS, key=fit)


def _row(line: int, cells: list[str], names: list[str], separator: str) -> Row | InputRefused:
    """The cells by column, or the fault in them."""
    if len(cells) < len(names) and _other_separator(cells, separator):
        return InputRefused("file.other_separator", line=line)
    by_column = dict.fromkeys((column for column in names if column), "")
    for at, cell in enumerate(cells):
        column = names[at] if at < len(names) else ""
        if column:
            by_column[column] = cell
        elif cell:
            return InputRefused("file.cell_without_heading", line=line)
    return Row(line, by_column)


def _other_separator(cells: list[str], separator: str) -> bool:
    """Whether a row was not split, but another separator would have split it."""
    if not separator:
        return False
    others = SEPARATORS.replace(separator, "")
    return len(cells) == 1 and any(other in cells[0] for other in others)


def _records(text: str, separator: str, offset: int, name: str) -> Records:
    """Each record, with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1 + offset
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise InputRefused("file.quotes", name=shown(name), line=line) from None
        yield line, cells


def _filled(records: Records) -> Records:
    """The records that are not blank, their cells trimmed and in Unicode's composed form."""
    for line, cells in records:
        trimmed = [unicodedata.normalize("NFC", cell.strip()) for cell in cells]
        if any(trimmed):
            yield line, trimmed


def _names(heading: list[str], columns: Columns, name: str) -> list[str]:
    names = [cell.casefold() for cell in heading]
    named = [column for column in names if column]
    if not set(columns.needed) <= set(named) <= set(columns.known) or len(set(named)) != len(named):
        raise InputRefused(
            "file.columns",
            name=shown(name),
            found=", ".join(shown(cell) for cell in heading[:12] if cell),
            needed=", ".join(columns.needed),
            known=", ".join(columns.known),
        )
    return names
