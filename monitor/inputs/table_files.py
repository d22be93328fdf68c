"""Reading a CSV file or a workbook as rows of named cells, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.errors import InputRefused
from monitor.inputs import signs
from monitor.inputs.csv_records import Records, csv_records, is_otherwise_separated
from monitor.inputs.file_faults import refused, shown
from monitor.inputs.garbled import is_garbled
from monitor.inputs.headings import Assignment, Columns, assign, in_words
from monitor.inputs.text_files import check_size, decode
from monitor.inputs.workbooks import Sheet, is_workbook, read_workbook
from monitor.locale import Phrase

__all__ = ["Columns", "FileTable", "Row", "has_column", "read_table", "repeated_lines"]

MOST_ROWS = 100_000
MOST_NAMED = 5
"""Headings or rows named in a note; further ones are counted."""
_KEYS = frozenset({"unit", "parent", "period"})
"""Columns whose cells are compared with others: a dash in them is a hyphen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the file it starts on, and its cells by column, cleaned."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileTable:
    """The rows of a file, and what to tell whoever handed it in about how it was read."""

    rows: tuple[Row, ...]
    notes: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    """Records with the heading on top, and where they come from."""

    heading: list[str]
    records: Records
    assignment: Assignment | None
    separator: str = ""
    hidden: frozenset[int] = frozenset()
    """The numbers of the rows that Excel does not show."""
    hidden_columns: frozenset[int] = frozenset()
    unvalued: frozenset[tuple[int, int]] = frozenset()
    """The places (row, column) of formulas without a value."""
    struck: Collection[int] = ()
    """The numbers of the rows that are struck through, once the records have been read."""
    notes: tuple[Phrase, ...] = ()


def read_table(content: bytes, name: str, columns: Columns, most: int = MOST_ROWS) -> FileTable:
    """The rows under the heading; blank rows are skipped, cells left off at the end are empty.

    The separator is a comma, a semicolon or a tab, as Excel's own ``sep=`` line says or else as
    the heading shows. Of a workbook (.xlsx) the first sheet with the columns is read, hidden ones
    left out. Columns may stand in any order and be called as `headings.ALIASES` has it; others
    are ignored, which a note says. Cells are cleaned as `signs.clean` does.

    Raises
    ------
    InputRefused
        When the file as a whole cannot be read as such a table.
    FileRefused
        When rows do not fit the heading, or their letters were garbled by an earlier program.
    """
    check_size(content, name)
    source = _source(content, name, columns)
    if not source.heading:
        raise InputRefused("file.empty", name=shown(name))
    if source.assignment is None:
        raise _columns_refused(name, source.heading, columns)
    rows = _rows(source, source.assignment, name, most)
    return FileTable(rows, (*source.notes, *_notes(source, source.assignment, rows)))


def _columns_refused(name: str, heading: list[str], columns: Columns) -> InputRefused:
    """Which columns are missing; with none missing, one of them is there twice."""
    headings = ", ".join(shown(signs.clean(cell)) for cell in heading[:12] if cell)
    missing = columns.missing(heading)
    key = "file.columns" if missing else "file.columns_twice"
    needed = tuple(in_words(column) for column in missing or columns.needed)
    return InputRefused(key, name=shown(name), found=headings, needed=needed)


def has_column(rows: Sequence[Row], column: str) -> bool:
    """Whether the file has that column."""
    return bool(rows) and column in rows[0].cells


def repeated_lines(rows: Sequence[Row], key: Callable[[Row], Hashable]) -> dict[int, int]:
    """The lines whose key occurred before, each with the line where it first did."""
    first: dict[Hashable, int] = {}
    lines = {row.line: first.setdefault(key(row), row.line) for row in rows}
    return {line: earlier for line, earlier in lines.items() if line != earlier}


def _source(content: bytes, name: str, columns: Columns) -> _Source:
    if is_workbook(content):
        return _sheet_source(read_workbook(content, name), columns)
    records, separator = csv_records(decode(content, name), name, columns.headings)
    heading, rest = _heading(_filled(records))
    return _Source(heading, rest, assign(heading, columns), separator)


def _sheet_source(sheets: Iterator[Sheet], columns: Columns) -> _Source:
    """The first sheet with the columns; when none has them, the first."""
    first: _Source | None = None
    for sheet in sheets:
        heading, records = _heading(_filled(sheet.records))
        notes = () if sheet.alone else (Phrase("file.sheet", sheet=shown(sheet.title)),)
        sheet_facts = sheet.hidden, sheet.hidden_columns, sheet.unvalued, sheet.struck
        source = _Source(heading, records, assign(heading, columns), "", *sheet_facts, notes)
        if source.assignment is not None:
            return source
        first = first or source
    return first or _Source([], iter(()), None)


def _heading(records: Records) -> tuple[list[str], Records]:
    _, heading = next(records, (0, []))
    return heading, records


def _rows(source: _Source, assignment: Assignment, name: str, most: int) -> tuple[Row, ...]:
    rows: list[Row] = []
    faults = _unvalued(source, assignment)
    for line, cells in source.records:
        if len(rows) + len(faults) >= most:
            raise InputRefused("file.too_many_rows", name=shown(name), most=most)
        row = _row(line, cells, assignment, source.separator)
        if isinstance(row, Row):
            rows.append(row)
        else:
            faults.append(row)
    if faults:
        raise refused(name, faults)
    return tuple(rows)


def _unvalued(source: _Source, assignment: Assignment) -> list[InputRefused]:
    """A fault for each formula without a value in a column that is read."""
    columns = {at: column for at, column in enumerate(assignment.names, 1) if column}
    return [
        InputRefused("file.no_value", line=line, column=in_words(columns[at]))
        for line, at in sorted(source.unvalued)
        if at in columns
    ]


def _row(line: int, cells: list[str], assignment: Assignment, separator: str) -> Row | InputRefused:
    """The cells by column, or the fault in them."""
    names = assignment.names
    if len(cells) < len(names) and is_otherwise_separated(cells, separator):
        return InputRefused("file.other_separator", line=line)
    if any(cells[len(names) :]) or any(cells[at] for at in assignment.blank if at < len(cells)):
        return InputRefused("file.cell_without_heading", line=line)
    by_column = dict.fromkeys((column for column in names if column), "")
    for column, cell in zip(names, cells, strict=False):
        if is_garbled(cell) and column:
            words = {"column": in_words(column), "value": shown(cell)}
            return InputRefused("file.garbled", line=line, **words)
        if column:
            by_column[column] = signs.clean_key(cell) if column in _KEYS else cell
    return Row(line, by_column)


def _filled(records: Records) -> Records:
    """The records that are not blank, their cells cleaned."""
    for line, cells in records:
        cleaned = [signs.clean(cell) for cell in cells]
        if any(cleaned):
            yield line, cleaned


def _notes(source: _Source, assignment: Assignment, rows: Sequence[Row]) -> Iterator[Phrase]:
    if assignment.ignored:
        named = ", ".join(map(shown, assignment.ignored[:MOST_NAMED]))
        yield Phrase("file.ignored", count=len(assignment.ignored), columns=named)
    unseen_columns = [
        heading
        for number, (heading, column) in enumerate(
            zip(source.heading, assignment.names, strict=True), 1
        )
        if column and number in source.hidden_columns
    ]
    if unseen_columns:
        named = ", ".join(map(shown, unseen_columns[:MOST_NAMED]))
        yield Phrase("file.hidden_columns", count=len(unseen_columns), columns=named)
    unseen = [row.line for row in rows if row.line in source.hidden]
    if unseen:
        named = ", ".join(map(str, unseen[:MOST_NAMED]))
        yield Phrase("file.hidden_rows", count=len(unseen), lines=named)
    struck = [row.line for row in rows if row.line in source.struck]
    if struck:
        named = ", ".join(map(str, struck[:MOST_NAMED]))
        yield Phrase("file.struck_rows", count=len(struck), lines=named)
