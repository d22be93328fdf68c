"""The line drawing of a series, as coordinates for an SVG: no script, no image to fetch.

The horizontal axis is real time; the line stops where a month is suppressed or missing, and where
the series breaks. Behind it lies the band between the control limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.climate.results import Figure
from monitor.pulse import periods

GRID = (0, 25, 50, 75, 100)

SIGNALS = {"down", "up"}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of a drawing, and how much of it is left free around the plot."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


TEAM_PAGE = Frame(320, 150, 30, 12, 10, 24)
WIDTH, HEIGHT = TEAM_PAGE.width, TEAM_PAGE.height
LEFT, RIGHT, TOP, BOTTOM = TEAM_PAGE.left, TEAM_PAGE.right, TEAM_PAGE.top, TEAM_PAGE.bottom


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
class Plot:
    """Turns a month into an x coordinate and a score into a y coordinate."""

    first: str
    last: str
    frame: Frame = TEAM_PAGE

    @property
    def step(self) -> float:
        """The width of a month."""
        months = max(1, periods.months_between(self.first, self.last))
        return (self.frame.width - self.frame.left - self.frame.right) / months

    def x(self, period: str, months: float = 0) -> float:
        """The place of a month, or so many months later."""
        after = periods.months_between(self.first, period) + months
        return round(self.frame.left + after * self.step, 1)

    def y(self, points: int | str | None) -> float:
        """The place of a score of so many points."""
        assert isinstance(points, int)
        height = self.frame.height - self.frame.top - self.frame.bottom
        return round(self.frame.top + (100 - points) / 100 * height, 1)

    def covers(self, figure: Figure) -> bool:
        return self.first <= figure.period <= self.last


def trend(series: Sequence[Figure], control_limits: Sequence[Figure] = ()) -> Trend | None:
    """The drawing of a series, oldest month first; None under two released months.

    `control_limits` are the series' figures of kind ``chance``.
    """
    shown = [figure for figure in series if figure.value is not None]
    if len(shown) < 2:
        return None
    return drawing(series, control_limits, Plot(shown[0].period, shown[-1].period))


def drawing(series: Sequence[Figure], control_limits: Sequence[Figure], plot: Plot) -> Trend:
    """What lies of a series within a plot."""
    within = [figure for figure in series if plot.covers(figure)]
    shown = [figure for figure in within if figure.value is not None]
    limits = [figure for figure in _limits_of(shown, control_limits) if figure.low is not None]
    return Trend(
        pieces=tuple(_piece(run, plot) for run in _runs(shown)),
        control_limits=tuple(_band(run, plot) for run in _runs(limits)),
        suppressed=tuple(plot.x(f.period) for f in within if f.value is None),
        signals=tuple((plot.x(f.period), plot.y(f.value)) for f in shown if f.notes & SIGNALS),
        breaks=tuple(plot.x(f.period, -0.5) for f in shown[1:] if "break" in f.notes),
        grid=tuple((points, plot.y(points)) for points in GRID),
        first=plot.first,
        last=plot.last,
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


def _piece(run: Sequence[Figure], plot: Plot) -> Piece:
    dots = tuple((plot.x(f.period), plot.y(f.value)) for f in run)
    intervals = tuple((plot.x(f.period), plot.y(f.high), plot.y(f.low)) for f in run)
    return Piece(path(dots), dots, intervals)


def _limits_of(shown: Sequence[Figure], control_limits: Sequence[Figure]) -> list[Figure]:
    """The control limits of the months shown, each with its month's break."""
    by_period = {figure.period: figure for figure in control_limits}
    return [
        replace(by_period[figure.period], notes=figure.notes & {"break"})
        for figure in shown
        if figure.period in by_period
    ]


def _band(run: Sequence[Figure], plot: Plot) -> str:
    """The band over a run of months.

    Over a single month it is as wide as that month: without a width it would be a dotted line,
    and such a line means that the team changed.
    """
    sides = (-0.5, 0.5) if len(run) == 1 else (0,)
    above = [(plot.x(f.period, side), plot.y(f.high)) for f in run for side in sides]
    below = [(plot.x(f.period, side), plot.y(f.low)) for f in run for side in sides]
    return path([*above, *reversed(below)])


def path(points: Sequence[Point]) -> str:
    """Points as an SVG polyline takes them."""
    return " ".join(f"{x:g},{y:g}" for x, y in points)
