"""Anybody's own series: a table of scores, and what the signals make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from monitor.climate.noise import DEFAULT_WITHIN, Values
from monitor.climate.signals import DOWN, UP, Panel, run_cusum
from monitor.errors import InputRefused
from monitor.inputs.file_faults import refused, shown
from monitor.inputs.table_files import Columns, Row, has_column, read_table
from monitor.pulse import periods

NEEDED, OPTIONAL = ("unit", "period", "theme", "n", "score"), ("sd",)
ADDED = ("cusum_down", "cusum_up", "signal")
_SIGNS = {DOWN: "down", UP: "up"}
_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{1,12})?")
_PEOPLE = re.compile(r"[1-9]\d{0,6}")


@dataclass(frozen=True)
class Table:
    """A table of series, read and checked. ``rows`` are as in the file."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def themes(self) -> int:
        """How many themes there are."""
        return len({row.cells["theme"] for row in self.rows})


def read_series(content: bytes, name: str) -> Table:
    """The series in a CSV file with columns unit, period, theme, n, score and, if known, sd.

    ``sd`` is the standard deviation of people's scores within the row. A month without a score
    is a withheld month: an empty ``score``, or no row at all.

    Raises
    ------
    InputRefused
        When the file cannot be read at all.
    FileRefused
        With every fault and its line.
    """
    rows = read_table(content, name, Columns(NEEDED, OPTIONAL))
    faults = [fault for row in rows for fault in _faults(row)]
    first: dict[tuple[str, ...], int] = {}
    for row in rows:
        if (line := first.setdefault(_key(row), row.line)) != row.line:
            faults.append(InputRefused("series.double", line=row.line, first=line))
    if not rows:
        faults.append(InputRefused("series.empty"))
    if faults:
        raise refused(name, faults)
    return Table(NEEDED + OPTIONAL if has_column(rows, "sd") else NEEDED, rows)


def signals_of(table: Table, threshold: float) -> Iterator[tuple[str, ...]]:
    """The table's rows, in their own order, with both sums and the signal of each month.

    All three are empty where the month has no score.
    """
    numbers = [periods.number(period) for period in _all(table, "period")]
    every = range(min(numbers), max(numbers) + 1)  # a month that is missing is a withheld month
    months = {periods.from_number(number): at for at, number in enumerate(every)}
    themes = {theme: at for at, theme in enumerate(dict.fromkeys(_all(table, "theme")))}
    series: dict[tuple[str, str], int] = {}
    for row in table.rows:
        series.setdefault((row.cells["unit"], row.cells["theme"]), len(series))
    course = run_cusum(_panel(table.rows, months, themes, series), [threshold])
    for row in table.rows:
        at = series[row.cells["unit"], row.cells["theme"]], months[row.cells["period"]]
        given = tuple(row.cells[column] for column in table.columns)
        if not row.cells["score"]:
            yield (*given, "", "", "")
            continue
        sums = (f"{course.down[(0, *at)]:.3f}", f"{course.up[(0, *at)]:.3f}")
        yield (*given, *sums, _SIGNS.get(int(course.signal[(0, *at)]), ""))


def _panel(
    rows: Sequence[Row],
    months: Mapping[str, int],
    themes: Mapping[str, int],
    series: Mapping[tuple[str, str], int],
) -> Panel:
    shape = (len(series), len(months))
    scores, people = np.full(shape, np.nan), np.zeros(shape, np.int64)
    squares, freedom = np.zeros((len(themes), len(months))), np.zeros((len(themes), len(months)))
    for row in rows:
        if not row.cells["score"]:
            continue
        theme, month = themes[row.cells["theme"]], months[row.cells["period"]]
        place = series[row.cells["unit"], row.cells["theme"]], month
        scores[place], people[place] = _number(row.cells["score"]), int(row.cells["n"])
        if row.cells.get("sd"):
            squares[theme, month] += (people[place] - 1) * _number(row.cells["sd"]) ** 2
            freedom[theme, month] += people[place] - 1
    groups = np.array([themes[theme] for _, theme in series], np.int64)
    within = _within(squares, freedom)[groups]
    return Panel(scores, people, np.zeros(shape, np.bool_), within, groups)


def _within(squares: Values, freedom: Values) -> Values:
    """The pooled variance within rows, of all months so far; the default where none is known."""
    total, known = squares.cumsum(axis=1), freedom.cumsum(axis=1)
    pooled = np.where(known > 0, total / np.maximum(known, 1), DEFAULT_WITHIN)
    return np.where(pooled > 0, pooled, DEFAULT_WITHIN)


def _faults(row: Row) -> Iterator[InputRefused]:
    cells = row.cells
    for column in ("unit", "period", "theme"):
        if not cells[column]:
            yield InputRefused("file.blank", line=row.line, column=column)
    try:
        periods.check(cells["period"] or "2026-01")
    except InputRefused:
        yield InputRefused("series.period", line=row.line, value=shown(cells["period"]))
    if not cells["score"]:
        return
    for column in ("score", "sd"):
        value = cells.get(column, "")
        if value and not (_NUMBER.fullmatch(value) and _number(value) <= 100):
            yield InputRefused("series.number", line=row.line, column=column, value=shown(value))
    if not _PEOPLE.fullmatch(cells["n"]):
        yield InputRefused("series.people", line=row.line, value=shown(cells["n"]))


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row.cells[column] for column in ("unit", "period", "theme"))


def _all(table: Table, column: str) -> list[str]:
    return [row.cells[column] for row in table.rows]


def _number(text: str) -> float:
    return float(text.replace(",", "."))
