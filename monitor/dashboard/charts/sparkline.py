"""The months of a theme as a small picture, to stand in a card or a table.

It is an image of its own: a page may hold it in plain HTML, and it brings the colours of light and
dark along. It is stretched to the width it gets; lines keep their thickness.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.climate.figures import Figure
from monitor.climate.trend_geometry import Frame, Plot, Trend, drawing
from monitor.climate.verdicts import DOWN
from monitor.config.design import Design, Palette
from monitor.pulse import periods

WIDTH = 300
HEIGHT = 112
SIDE, EDGE = 14, 11
"""Room beside and around the plot, so that dots at its ends are whole however small it is."""
LANE = 12
"""Beneath the scale, for the months that have no score."""
ZERO = HEIGHT - EDGE - LANE
FRAME = Frame(WIDTH, HEIGHT, SIDE, SIDE, EDGE, HEIGHT - ZERO)
_RULES = (
    "line,polyline,path{{vector-effect:non-scaling-stroke;fill:none;stroke-linecap:round;"
    "stroke-linejoin:round}}.g{{stroke:{line}}}.b{{fill:{edge};fill-opacity:.18;stroke:{edge};"
    "stroke-dasharray:1.5 3}}.s{{stroke:{accent};stroke-width:2.2}}.h{{stroke:{surface};"
    "stroke-width:12}}.d{{stroke:{accent};stroke-width:8}}.f{{stroke:{edge};stroke-width:8}}"
    ".e{{stroke:{surface};stroke-width:5}}.k{{stroke:{quiet};stroke-dasharray:4 4}}"
    ".n{{fill:{low_span}}}.m{{stroke:{low};stroke-width:1.5}}"
    ".u{{fill:{high_span}}}.v{{stroke:{high};stroke-width:1.5}}"
)


@dataclass(frozen=True, slots=True)
class Span:
    """From the month in which a change began to the one in which it was noticed."""

    since: str
    noticed: str
    direction: str


@dataclass(frozen=True, slots=True)
class Window:
    """The months a picture shows, the first and the last among them."""

    first: str
    last: str


def sparkline(
    series: Sequence[Figure],
    control_limits: Sequence[Figure],
    window: Window,
    design: Design,
    span: Span | None = None,
) -> str:
    """The picture as the address of an image.

    Parameters
    ----------
    series
        Scores of one unit and theme, oldest first, withheld ones among them.
    control_limits
        Figures of kind ``chance`` of the same unit and theme.
    """
    plot = Plot(window.first, window.last, FRAME)
    shapes = drawing(series, control_limits, plot)
    body = "".join(
        (_grid(shapes), _span(span, plot), _band(shapes), _breaks(shapes), _line(shapes))
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="none"><style>{_style(design)}</style>{body}</svg>'
    )
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def _style(design: Design) -> str:
    light, dark = _rules(design.light), _rules(design.dark)
    return f"{light}@media screen and (prefers-color-scheme:dark){{{dark}}}"


def _rules(palette: Palette) -> str:
    return _RULES.format(**{name: getattr(palette, name) for name in Palette.__dataclass_fields__})


def _grid(shapes: Trend) -> str:
    lines = (y for points, y in shapes.grid if points in (0, 50, 100))
    return "".join(f'<line class="g" x1="0" x2="{WIDTH}" y1="{y:g}" y2="{y:g}"/>' for y in lines)


def _span(span: Span | None, plot: Plot) -> str:
    """The area of a change, cut off where the picture begins."""
    if span is None or span.noticed < plot.first:
        return ""
    left = max(0.0, plot.x(span.since, -0.5)) if span.since >= plot.first else 0.0
    width = plot.x(span.noticed, 0.5) - left
    area, rule = ("n", "m") if span.direction == DOWN else ("u", "v")
    drawn = f'<rect class="{area}" x="{left:g}" y="{EDGE}" width="{width:g}" '
    drawn += f'height="{ZERO - EDGE}"/>'
    if span.since >= plot.first:
        drawn += f'<path class="{rule}" d="M{left:g} {EDGE}V{ZERO}"/>'
    return drawn


def _band(shapes: Trend) -> str:
    return "".join(f'<polygon class="b" points="{points}"/>' for points in shapes.control_limits)


def _breaks(shapes: Trend) -> str:
    return "".join(f'<path class="k" d="M{x:g} {EDGE}V{ZERO}"/>' for x in shapes.breaks)


def _line(shapes: Trend) -> str:
    """The line, a dot for a month on its own and for the latest; beneath it an open one for a
    withheld month."""
    drawn = "".join(f'<polyline class="s" points="{piece.line}"/>' for piece in shapes.pieces)
    alone = [piece.dots[0] for piece in shapes.pieces if len(piece.dots) == 1]
    bottom = ZERO + LANE + 2
    drawn += "".join(_dot("d", *dot) for dot in alone)
    drawn += "".join(_dot("f", x, bottom) + _dot("e", x, bottom) for x in shapes.suppressed)
    if shapes.pieces and shapes.pieces[-1].dots[-1][0] == WIDTH - SIDE:
        latest = shapes.pieces[-1].dots[-1]
        drawn += _dot("h", *latest) + _dot("d", *latest)
    return drawn


def _dot(kind: str, x: float, y: float) -> str:
    """A stroke without length: it stays round however the picture is stretched."""
    return f'<path class="{kind}" d="M{x:g} {y:g}h0"/>'


def window(periods_there: Sequence[str], until: str, months: int) -> Window:
    """The last `months` months up to `until`, or as many as there are."""
    first = max(periods_there[0], periods.shifted(until, 1 - months))
    return Window(min(first, periods.shifted(until, -2)), until)
