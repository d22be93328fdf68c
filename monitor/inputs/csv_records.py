"""Splitting a text into records and cells: by comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown
from monitor.inputs.signs import as_read

SEPARATORS = ",;\t"
LONGEST_HEADING = 50_000
"""Characters of a heading by which its separator is found."""
MOST_CELLS = 1_000
"""Cells of a record: each is looked at, and a line of 5 MB held up a page for a minute."""
Records = Iterator[tuple[int, list[str]]]
"""The line each record starts on, and its cells."""
_EXCEL_HINT = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


def csv_records(text: str, name: str, headings: Collection[str]) -> tuple[Records, str]:
    """The records of a text, and the separator of their cells.

    Parameters
    ----------
    headings
        Headings that may occur, as they are read. Where Excel's own ``sep=`` line is missing, the
        separator is the one by which the heading holds most of them.

    Raises
    ------
    InputRefused
        When the ``sep=`` line names another separator, or, while reading, on wrong quotes or far
        too many cells.
    """
    text, offset, separator = _after_hint(text, name)
    separator = separator or _separator(text, headings)
    return _records(text, separator, offset, name), separator


def is_otherwise_separated(cells: list[str], separator: str) -> bool:
    """Whether a record was not split, but another separator would have split it."""
    others = SEPARATORS.replace(separator, "") if separator else ""
    return len(cells) == 1 and any(other in cells[0] for other in others)


def _after_hint(text: str, name: str) -> tuple[str, int, str]:
    """The text without Excel's ``sep=`` line, the number of lines dropped, and the separator."""
    first, *rest = re.split(r"\r\n|\r|\n", text, maxsplit=1)
    hint = _EXCEL_HINT.fullmatch(first)
    if hint is None:
        return text, 0, ""
    if hint[1] not in SEPARATORS:
        raise InputRefused("file.separator", name=shown(name), separator=shown(hint[1]))
    return "".join(rest), 1, hint[1]


def _separator(text: str, headings: Collection[str]) -> str:
    """The separator by which the heading holds most of the `headings`."""
    heading = next((line for line in io.StringIO(text, newline="") if line.strip()), "")

    def fit(separator: str) -> tuple[int, int]:
        cells = [
            as_read(cell.strip(' "\r\n')) for cell in heading[:LONGEST_HEADING].split(separator)
        ]
        return len(set(cells) & set(headings)), len(cells)

    return max(SEPARATORS, key=fit)


def _records(text: str, separator: str, offset: int, name: str) -> Records:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1 + offset
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise InputRefused("file.quotes", name=shown(name), line=line) from None
        if len(cells) > MOST_CELLS:
            raise InputRefused("file.too_many_cells", name=shown(name), line=line, most=MOST_CELLS)
        yield line, cells
