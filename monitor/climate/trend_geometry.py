"""A small line drawing of one series, as coordinates for an SVG: no script, no image to fetch.

The horizontal axis is real time; the line stops where a month is withheld or missing, and where
a break stands in the series. Behind it lies the band in which chance alone would keep each month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.climate.results import Figure

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
    """Everything the template needs to draw."""

    pieces: tuple[Piece, ...]
    chance: tuple[str, ...]
    breaks: tuple[float, ...]
    withheld: tuple[float, ...]
    signals: tuple[Point, ...]
    grid: tuple[tuple[int, float], ...]
    first: str
    last: str


def trend(series: Sequence[Figure], chance: Sequence[Figure] = ()) -> Trend | None:
    """The drawing of a series, oldest month first; None under two released months.

    `chance` are the series' figures of that kind.
    """
    told = [figure for figure in series if figure.value is not None]
    if len(told) < 2:
        return None
    start, end = _number(told[0].period), _number(told[-1].period)
    step = (WIDTH - LEFT - RIGHT) / (end - start)

    def across(figure: Figure) -> float:
        return round(LEFT + (_number(figure.period) - start) * step, 1)

    return Trend(
        pieces=tuple(_piece(run, across_of=[across(f) for f in run]) for run in _runs(told)),
        chance=tuple(
            _band(run, [across(f) for f in run])
            for run in _runs([f for f in _bands(told, chance) if f.low is not None])
        ),
        withheld=tuple(
            across(f) for f in series if f.value is None and start <= _number(f.period) <= end
        ),
        signals=tuple((across(f), _down(_points(f.value))) for f in told if f.notes & SIGNALS),
        breaks=tuple(round(across(f) - step / 2, 1) for f in told[1:] if "break" in f.notes),
        grid=tuple((points, _down(points)) for points in GRID),
        first=told[0].period,
        last=told[-1].period,
    )


def _runs(told: Sequence[Figure]) -> Iterator[list[Figure]]:
    run: list[Figure] = []
    for figure in told:
        follows = run and _number(figure.period) == _number(run[-1].period) + 1
        if run and (not follows or "break" in figure.notes):
            yield run
            run = []
        run.append(figure)
    yield run


def _piece(run: Sequence[Figure], across_of: Sequence[float]) -> Piece:
    dots = tuple((x, _down(_points(f.value))) for x, f in zip(across_of, run, strict=True))
    ends = tuple(
        (x, _down(_points(f.high)), _down(_points(f.low)))
        for x, f in zip(across_of, run, strict=True)
    )
    return Piece(_path(dots), dots, ends)


def _bands(told: Sequence[Figure], chance: Sequence[Figure]) -> list[Figure]:
    """The bands of the months told, each with its month's break."""
    known = {figure.period: figure for figure in chance}
    return [replace(known[f.period], notes=f.notes & {"break"}) for f in told if f.period in known]


def _band(run: Sequence[Figure], across_of: Sequence[float]) -> str:
    above = [(x, _down(_points(f.high))) for x, f in zip(across_of, run, strict=True)]
    below = [(x, _down(_points(f.low))) for x, f in zip(across_of, run, strict=True)]
    return _path([*above, *reversed(below)])


def _points(value: int | str | None) -> int:
    assert isinstance(value, int)
    return value


def _down(points: int) -> float:
    return round(TOP + (100 - points) / 100 * (HEIGHT - TOP - BOTTOM), 1)


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def _number(period: str) -> int:
    year, month = period.split("-")
    return int(year) * 12 + int(month)
