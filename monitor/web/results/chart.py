"""The drawing of a theme on the team page: as wide as the screen, with the team's actions in it.

Across in thousandths of the width and down in points below 100; what is drawn stretches, lines and
letters do not. So one drawing serves a phone and a large screen, without a script.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.climate.results import Figure
from monitor.climate.trend_geometry import Frame, Plot, Trend, drawing
from monitor.climate.verdicts import TrendVerdict
from monitor.pulse import periods

FRAME = Frame(width=1000, height=100, left=12, right=72, top=0, bottom=0)
"""The right margin is for the figures of the axis."""
NARROWEST_FLAG = 60
"""Flags that are nearer to each other than this, in thousandths, step down."""
FEWEST_MONTHS = 2
LABELLED = (1, 7)
"""The months of a year that the axis names."""


@dataclass(frozen=True, slots=True)
class Flag:
    """An action on the drawing: its number on the page, its month, and how far it steps down."""

    number: int
    x: float
    step: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Span:
    """From the month in which a change began to that of its signal, ``low`` or ``high``."""

    left: float
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A month that the axis names."""

    x: float
    period: str

    @property
    def year(self) -> str:
        """The year, under the first month of one."""
        return self.period[:4] if self.period.endswith("-01") else ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn of a theme."""

    trend: Trend
    flags: tuple[Flag, ...]
    span: Span | None
    ticks: tuple[Tick, ...]


def chart(
    series: Sequence[Figure],
    control_limits: Sequence[Figure],
    change: TrendVerdict,
    starts: Iterable[tuple[int, str]] = (),
) -> Chart | None:
    """The drawing of a theme's months, oldest first; None under two released months.

    Parameters
    ----------
    control_limits
        The series' figures of kind ``chance``.
    change
        What is said of change: the months between its begin and its signal are shaded.
    starts
        The number and the first month of each action.
    """
    shown = [figure for figure in series if figure.value is not None]
    if len(shown) < FEWEST_MONTHS:
        return None
    plot = Plot(shown[0].period, shown[-1].period, FRAME)
    return Chart(
        trend=drawing(series, control_limits, plot),
        flags=_flags(plot, starts),
        span=_span(plot, change),
        ticks=_ticks(plot),
    )


def _flags(plot: Plot, starts: Iterable[tuple[int, str]]) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    for number, period in sorted(starts, key=lambda start: (start[1], start[0])):
        if plot.first <= period <= plot.last:
            x = plot.x(period)
            is_near = flags and x - flags[-1].x < NARROWEST_FLAG
            step = flags[-1].step + 1 if is_near else 0
            flags.append(Flag(number, x, step, *_month(plot, period, period)))
    return tuple(flags)


def _span(plot: Plot, change: TrendVerdict) -> Span | None:
    if not change.direction or change.since is None or change.signalled is None:
        return None
    first = max(change.since, plot.first)
    return Span(
        *_month(plot, first, change.signalled), "low" if change.direction == "down" else "high"
    )


def _month(plot: Plot, first: str, last: str) -> tuple[float, float]:
    """Left end and width of the months from `first` up to `last`, within the drawing."""
    left = max(plot.x(first, -0.5), 0.0)
    right = min(plot.x(last, 0.5), FRAME.width)
    return round(left, 1), round(right - left, 1)


def _ticks(plot: Plot) -> tuple[Tick, ...]:
    months = range(periods.months_between(plot.first, plot.last) + 1)
    names = [periods.shifted(plot.first, number) for number in months]
    named = [name for name in names if int(name[5:]) in LABELLED] or [names[0]]
    return tuple(Tick(plot.x(name), name) for name in named)
