"""The earlier level of a statement: its mean score over the months before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from monitor.climate.figures import Figure
from monitor.climate.results import Results

MONTHS_BEFORE = 12
"""Released months of which the level is the average."""
FEWEST_BEFORE = 3
"""With fewer nothing is said of a level."""


def levels(series: Sequence[Figure]) -> Iterator[Figure]:
    """The level before each month of a series, oldest first, as figures of kind ``level``.

    The mean of the last twelve released scores before the month, in whole points. It begins anew
    where the group changed, and there is none before three months.
    """
    before: deque[int] = deque(maxlen=MONTHS_BEFORE)
    for figure in series:
        if "break" in figure.notes:
            before.clear()
        if len(before) >= FEWEST_BEFORE:
            level = int(sum(before) / len(before) + 0.5)
            yield Figure(figure.period, figure.unit, "level", figure.key, level)
        if isinstance(figure.value, int):
            before.append(figure.value)


def level_before(results: Results, unit: str, question: str, period: str) -> int | None:
    """The level of a statement before `period`; None while nothing can be said."""
    series = [f for f in results.series(unit, "question", question) if f.period <= period]
    level = next((f for f in levels(series) if f.period == period), None)
    return level.value if level is not None and isinstance(level.value, int) else None
