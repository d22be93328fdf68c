"""Faults in the cells of a file with units, and units in it that nobody can distinguish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.errors import InputRefused
from monitor.inputs import signs
from monitor.inputs.excel_slips import is_slip
from monitor.inputs.file_faults import shown
from monitor.inputs.headings import in_words
from monitor.inputs.table_files import Row

LONGEST_KEY = 64
LONGEST_NAME = 120
_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"  # the wide forms too: some spreadsheets run them


def unit_faults(row: Row, named: bool) -> Iterator[InputRefused]:
    """What is wrong with the cells of one unit."""
    yield from _cell_faults(row, "unit", LONGEST_KEY)
    if row.cells["parent"]:
        yield from _cell_faults(row, "parent", LONGEST_KEY)
    if named:
        yield from _cell_faults(row, "name", LONGEST_NAME)


def alike_faults(rows: Sequence[Row]) -> Iterator[InputRefused]:
    """Keys that differ and read alike, and units side by side with names that read alike."""
    keys: dict[str, Row] = {}
    names: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = row.cells["unit"]
        first = keys.setdefault(signs.as_read(key), row)
        if first.cells["unit"] != key:
            yield _alike("organisation.alike", row, first, "unit")
        elif first is row and row.cells.get("name"):
            place = row.cells["parent"], signs.as_read(row.cells["name"])
            if (other := names.setdefault(place, row)) is not row:
                yield _alike("organisation.alike_name", row, other, "name")


def _alike(key: str, row: Row, first: Row, column: str) -> InputRefused:
    return InputRefused(
        key,
        line=row.line,
        unit=shown(row.cells[column]),
        other=shown(first.cells[column]),
        first=first.line,
    )


def _cell_faults(row: Row, column: str, longest: int) -> Iterator[InputRefused]:
    value = row.cells[column]
    words = {"line": row.line, "column": in_words(column), "value": shown(value)}
    if not value:
        yield InputRefused("file.blank", line=row.line, column=in_words(column))
    elif len(value) > longest:
        yield InputRefused("file.too_long", line=row.line, column=in_words(column), most=longest)
    elif signs.has_invisible(value):
        yield InputRefused("file.invisible", **words)
    elif value[0] in _FORMULA:
        yield InputRefused("file.formula", **words)
    elif is_slip(value):
        yield InputRefused("file.excel_slip", **words)
    elif signs.mixes_alphabets(value):
        yield InputRefused("file.alphabets", **words)
