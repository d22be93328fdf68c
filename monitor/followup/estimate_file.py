"""Before and after of series from a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.climate import series_file
from monitor.climate.series_file import Table
from monitor.followup import before_after
from monitor.followup import sensitivity as seen
from monitor.followup.before_after import Level, ScoredMonth, SignalBefore, Word

Cells = tuple[float | str, ...]
COLUMNS = (
    "unit",
    "theme",
    "before",
    "after",
    "difference",
    "low",
    "high",
    "cautious",
    "cautious_low",
    "cautious_high",
    "visible",
    "word",
)


@dataclass(frozen=True, slots=True)
class Noise:
    """The variance from month to month, and that between people; None: estimated from the file."""

    month: float | None = None
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of each series: the start, the signal before it if any, the window."""

    start: str
    signal: SignalBefore | None
    window: int


def estimates_of(table: Table, question: Question, noise: Noise) -> Iterator[Cells]:
    """One row per unit and theme, in the order of the file, with four decimals.

    What cannot be said is empty. Without months after the start ``visible`` is for the whole
    window, and otherwise for as many months as there are.
    """
    for (unit, theme), months in _series(table, noise).items():
        yield unit, theme, *_figures(months, question)


def _figures(months: list[ScoredMonth], question: Question) -> Cells:
    """The cells from ``before`` on."""
    before = before_after.level_before(months, question.start, question.signal)
    after = before_after.level_after(months, question.start, question.window)
    if before is None or after is None:
        return _unknown(months, question, before, after.level if after else None)
    difference = before_after.difference(before, after.level)
    count = len(after.months)
    limit = seen.sensitivity(before, after.level.variance * count, count)
    measured, cautious = difference.interval, difference.cautious
    numbers = (
        *(before.mean, after.level.mean, measured.mean, measured.low, measured.high),
        *(cautious.mean, cautious.low, cautious.high, limit.visible),
    )
    return (*map(_cell, numbers), difference.word.value)


def _unknown(
    months: list[ScoredMonth], question: Question, before: Level | None, after: Level | None
) -> Cells:
    """The cells where there is no difference yet: the levels there are, and what could be seen."""
    typical = seen.typical_variance(months, question.start)
    visible = None
    if before is not None and typical is not None:
        visible = seen.sensitivity(before, typical, question.window).visible
    levels = (before.mean if before else None, after.mean if after else None)
    return (*map(_cell, levels), *[""] * 6, _cell(visible), Word.NOT_YET.value)


def _series(table: Table, noise: Noise) -> dict[tuple[str, str], list[ScoredMonth]]:
    """The months of each series, oldest first."""
    series: dict[tuple[str, str], list[ScoredMonth]] = {}
    for row, month in zip(
        table.rows, series_file.noisy_months(table, noise.month, noise.within), strict=True
    ):
        key = (row.cells["unit"], row.cells["theme"])
        scored = ScoredMonth(month.period, month.score, month.variance)
        series.setdefault(key, []).append(scored)
    return {key: sorted(months, key=lambda m: m.period) for key, months in series.items()}


def _cell(value: float | None) -> float | str:
    return "" if value is None else round(value, 4)
