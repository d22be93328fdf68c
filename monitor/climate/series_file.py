"""Series from a file: a table of scores, and the signals worked out of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from monitor.climate.cusum import DIRECTIONS
from monitor.climate.noise import Values
from monitor.climate.score_scale import Scale, parse_number
from monitor.climate.scores import DEFAULT_WITHIN_VARIANCE
from monitor.climate.signals import Panel, run_cusum
from monitor.climate.thresholds import REFERENCE
from monitor.errors import InputRefused
from monitor.inputs.excel_slips import is_named_month, month_text
from monitor.inputs.file_faults import refused, shown
from monitor.inputs.headings import in_words
from monitor.inputs.table_files import Columns, Row, has_column, read_table, repeated_lines
from monitor.locale import Phrase
from monitor.pulse import periods

NEEDED, OPTIONAL = ("unit", "period", "theme", "n", "score"), ("sd",)
ADDED = ("cusum_down", "cusum_up", "signal")
LARGEST_OTHER = 10
"""No scores above this are marks, averages of answers or fractions, not scores of 0 to 100."""
_PEOPLE = re.compile(r"[1-9]\d{0,6}")


@dataclass(frozen=True)
class Table:
    """A table of series, read and checked; ``rows`` are as in the file."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    scale: Scale
    notes: tuple[Phrase, ...] = ()

    @property
    def themes(self) -> int:
        """How many themes there are."""
        return len({row.cells["theme"] for row in self.rows})


@dataclass(frozen=True, slots=True)
class NoisyMonth:
    """A row's score (None: suppressed) and the variance of it."""

    period: str
    score: float | None
    variance: float


def read_series(content: bytes, name: str, scale: Scale | None = None) -> Table:
    """The series in a CSV file with columns unit, period, theme, n, score and, if known, sd.

    A score is a number on `scale`, by default 0 to 100, or a percentage.

    ``sd`` is the standard deviation of people's scores within the row. A month without a score,
    by an empty ``score`` or by no row at all, is a suppressed month.

    Raises
    ------
    InputRefused
        When the file cannot be read at all.
    FileRefused
        With every fault and its line.
    """
    table = read_table(content, name, Columns(NEEDED, OPTIONAL))
    rows = tuple(with_month(row, month_text) for row in table.rows)
    faults = [fault for row in rows for fault in _faults(row, scale or Scale())]
    for line, first in repeated_lines(rows, _key).items():
        faults.append(InputRefused("series.double", line=line, first=first))
    if not rows:
        faults.append(InputRefused("series.empty"))
    if faults:
        raise refused(name, faults)
    if scale is None:
        _refuse_other_scale(rows, name)
    columns = NEEDED + OPTIONAL if has_column(rows, "sd") else NEEDED
    return Table(columns, rows, scale or Scale(), table.notes)


def with_month(row: Row, month_of: Callable[[str], str]) -> Row:
    """The row with the month that its cell ``period`` means."""
    return Row(row.line, {**row.cells, "period": month_of(row.cells["period"])})


def signals_of(table: Table, threshold: float) -> Iterator[tuple[str, ...]]:
    """The table's rows, in their own order, with both sums and the signal of each month.

    All three are empty where the month has no score.
    """
    panel, places = _laid_out(table)
    cusum = run_cusum(panel, [threshold])
    for row, at in zip(table.rows, places, strict=True):
        cells = tuple(row.cells[column] for column in table.columns)
        if not row.cells["score"]:
            yield (*cells, "", "", "")
            continue
        sums = (f"{cusum.down[(0, *at)]:.3f}", f"{cusum.up[(0, *at)]:.3f}")
        yield (*cells, *sums, DIRECTIONS.get(int(cusum.signal[(0, *at)]), ""))


def noisy_months(
    table: Table, month_variance: float | None, within_variance: float | None
) -> Iterator[NoisyMonth]:
    """The table's rows, in their own order, each with the variance of its score.

    A variance that is None is estimated from all series of the file, as `signals_of` does.
    """
    panel, places = _laid_out(table)
    learned = run_cusum(panel, [REFERENCE]).month_variance if month_variance is None else None
    for row, at in zip(table.rows, places, strict=True):
        between = month_variance if learned is None else float(learned[at])
        within = float(panel.within_variance[at]) if within_variance is None else within_variance
        score = float(panel.scores[at])
        people = max(1, int(panel.people[at]))
        yield NoisyMonth(
            row.cells["period"],
            None if np.isnan(score) else score,
            (between or 0.0) + within / people,
        )


def period_faults(row: Row) -> Iterator[InputRefused]:
    """What is wrong with the cell ``period`` of a row of any file of months."""
    try:
        periods.check(row.cells["period"])
    except InputRefused:
        value = row.cells["period"]
        key = "series.named_month" if is_named_month(value) else "series.period"
        yield InputRefused(key, line=row.line, value=shown(value))


def _refuse_other_scale(rows: Sequence[Row], name: str) -> None:
    """Refuse scores that are all so low that their scale cannot be 0 to 100."""
    scores = [cell for row in rows if (cell := row.cells["score"]) and not cell.endswith("%")]
    highest = max(scores, key=parse_number, default=None)
    if highest is not None and parse_number(highest) <= LARGEST_OTHER:
        raise InputRefused("series.scale", name=shown(name), highest=highest)


def _laid_out(table: Table) -> tuple[Panel, tuple[tuple[int, int], ...]]:
    """The panel of the table's series, and for each row its series and month."""
    numbers = [periods.number(period) for period in _column(table, "period")]
    every = range(min(numbers), max(numbers) + 1)  # months without a row among them
    months = {periods.from_number(number): at for at, number in enumerate(every)}
    themes = {theme: at for at, theme in enumerate(dict.fromkeys(_column(table, "theme")))}
    series: dict[tuple[str, str], int] = {}
    for row in table.rows:
        series.setdefault((row.cells["unit"], row.cells["theme"]), len(series))
    places = tuple(
        (series[row.cells["unit"], row.cells["theme"]], months[row.cells["period"]])
        for row in table.rows
    )
    return _panel(table, months, themes, series), places


def _panel(
    table: Table,
    months: Mapping[str, int],
    themes: Mapping[str, int],
    series: Mapping[tuple[str, str], int],
) -> Panel:
    shape = (len(series), len(months))
    scores, people = np.full(shape, np.nan), np.zeros(shape, np.int64)
    squares = np.zeros((len(themes), len(months)))
    freedom = np.zeros((len(themes), len(months)))
    for row in table.rows:
        if not row.cells["score"]:
            continue
        theme, month = themes[row.cells["theme"]], months[row.cells["period"]]
        place = series[row.cells["unit"], row.cells["theme"]], month
        scores[place], people[place] = table.scale.score(row.cells["score"]), int(row.cells["n"])
        if row.cells.get("sd"):
            squares[theme, month] += (people[place] - 1) * table.scale.spread(row.cells["sd"]) ** 2
            freedom[theme, month] += people[place] - 1
    groups = np.array([themes[theme] for _, theme in series], np.int64)
    within = _within_variance(squares, freedom)[groups]
    return Panel(scores, people, np.zeros(shape, np.bool_), within, groups)


def _within_variance(squares: Values, freedom: Values) -> Values:
    """The pooled variance within rows, of all months so far; the default where none is known."""
    total, degrees = squares.cumsum(axis=1), freedom.cumsum(axis=1)
    pooled = np.where(degrees > 0, total / np.maximum(degrees, 1), DEFAULT_WITHIN_VARIANCE)
    return np.where(pooled > 0, pooled, DEFAULT_WITHIN_VARIANCE)


def _faults(row: Row, scale: Scale) -> Iterator[InputRefused]:
    cells = row.cells
    for column in ("unit", "period", "theme"):
        if not cells[column]:
            yield InputRefused("file.blank", line=row.line, column=in_words(column))
    if cells["period"]:
        yield from period_faults(row)
    if not cells["score"]:
        return
    for column, allowed in (("score", scale), ("sd", Scale(0, scale.high - scale.low))):
        value = cells.get(column, "")
        if value and not allowed.holds(value):
            yield InputRefused(
                "series.number",
                line=row.line,
                column=in_words(column),
                value=shown(value),
                low=f"{allowed.low:g}",
                high=f"{allowed.high:g}",
            )
    if not _PEOPLE.fullmatch(cells["n"]):
        yield InputRefused("series.people", line=row.line, value=shown(cells["n"]))


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row.cells[column] for column in ("unit", "period", "theme"))


def _column(table: Table, column: str) -> list[str]:
    return [row.cells[column] for row in table.rows]
