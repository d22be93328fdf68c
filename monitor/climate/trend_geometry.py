"""The line drawing of a series, as coordinates for an SVG: no script, no image to fetch.

The horizontal axis is real time; the line stops where a month is suppressed or missing, and where
the series breaks. Behind it lies the band between the control limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.climate.results import Figure
from monitor.pulse import periods

WIDTH, HEIGHT = 320, 150
LEFT, RIGHT, TOP, BOTTOM = 30, 12, 10, 24
GRID = (0, 25, 50, 75, 100)

SIGNALS = {"down", "up"}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """An unbroken run of months: the line, its dots, and each dot's interval (x, top, bottom)."""

    line: str
    dots: tuple[Point, ...]
    intervals: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Trend:
    """The shapes the template draws, in units of the SVG's view box."""

    pieces: tuple[Piece, ...]
    control_limits: tuple[str, ...]
    breaks: tuple[float, ...]
    suppressed: tuple[float, ...]
    signals: tuple[Point, ...]
    grid: tuple[tuple[int, float], ...]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class _TimeAxis:
    """Turns a month into an x coordinate."""

    first: str
    last: str

    @property
    def step(self) -> float:
        """The width of a month."""
        return (WIDTH - LEFT - RIGHT) / periods.months_between(self.first, self.last)

    def x(self, figure: Figure) -> float:
        return round(LEFT + periods.months_between(self.first, figure.period) * self.step, 1)

    def covers(self, figure: Figure) -> bool:
        return self.first <= figure.period <= self.last


def trend(series: Sequence[Figure], control_limits: Sequence[Figure] = ()) -> Trend | None:
    """The drawing of a series, oldest month first; None under two released months.

    `control_limits` are the series' figures of kind ``chance``.
    """
    shown = [figure for figure in series if figure.value is not None]
    if len(shown) < 2:
        return None
    axis = _TimeAxis(shown[0].period, shown[-1].period)
    limits = [figure for figure in _limits_of(shown, control_limits) if figure.low is not None]
    return Trend(
        pieces=tuple(_piece(run, axis) for run in _runs(shown)),
        control_limits=tuple(_band(run, axis) for run in _runs(limits)),
        suppressed=tuple(axis.x(f) for f in series if f.value is None and axis.covers(f)),
        signals=tuple((axis.x(f), _y(_points(f.value))) for f in shown if f.notes & SIGNALS),
        breaks=tuple(round(axis.x(f) - axis.step / 2, 1) for f in shown[1:] if "break" in f.notes),
        grid=tuple((points, _y(points)) for points in GRID),
        first=axis.first,
        last=axis.last,
    )


def _runs(figures: Sequence[Figure]) -> Iterator[list[Figure]]:
    """The figures in runs of months that follow one another without a break."""
    run: list[Figure] = []
    for figure in figures:
        follows = run and periods.months_between(run[-1].period, figure.period) == 1
        if run and (not follows or "break" in figure.notes):
            yield run
            run = []
        run.append(figure)
    if run:
        yield run


def _piece(run: Sequence[Figure], axis: _TimeAxis) -> Piece:
    dots = tuple((axis.x(f), _y(_points(f.value))) for f in run)
    intervals = tuple((axis.x(f), _y(_points(f.high)), _y(_points(f.low))) for f in run)
    return Piece(_path(dots), dots, intervals)


def _limits_of(shown: Sequence[Figure], control_limits: Sequence[Figure]) -> list[Figure]:
    """The control limits of the months shown, each with its month's break."""
    by_period = {figure.period: figure for figure in control_limits}
    return [
        replace(by_period[figure.period], notes=figure.notes & {"break"})
        for figure in shown
        if figure.period in by_period
    ]


def _band(run: Sequence[Figure], axis: _TimeAxis) -> str:
    above = [(axis.x(f), _y(_points(f.high))) for f in run]
    below = [(axis.x(f), _y(_points(f.low))) for f in run]
    return _path([*above, *reversed(below)])


def _points(value: int | str | None) -> int:
    assert isinstance(value, int)
    return value


def _y(points: int) -> float:
    return round(TOP + (100 - points) / 100 * (HEIGHT - TOP - BOTTOM), 1)


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
