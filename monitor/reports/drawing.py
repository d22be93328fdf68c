"""The line drawing of a theme for paper, as SVG without anything that gets lost in print.

The geometry is that of the pages (``climate.trend_geometry``). Dots are circles and every width is
in the drawing's own units: zero-length strokes and strokes that do not scale vanish in print.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from monitor.climate.figures import Figure
from monitor.climate.trend_geometry import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Plot,
    Trend,
    trend,
)
from monitor.pulse import periods

TEAL, INK, GREY, PALE = "#1D5C63", "#1F2A30", "#54616A", "#DCD5C8"
SPAN = {"down": "#F8E3D1", "up": "#D6E6F2"}
RULE = {"down": "#A8480F", "up": "#1B6390"}
BAND = "#E4E2DD"
LABELLED = (0, 50, 100)
SQUARE, MOST_STEPS = 16, 4
LETTERS = "Source Sans Pro, Noto Sans"


def svg(
    series: Sequence[Figure],
    control_limits: Sequence[Figure],
    span: tuple[str, str, str] | None,
    months: Sequence[str],
    flags: Sequence[tuple[int, str]] = (),
) -> str:
    """The drawing; empty under two released months.

    Parameters
    ----------
    span
        A signal: its direction, the month it began and the month it was noticed.
    months
        The first and the last month in words.
    flags
        The number and the first month of each action, oldest first.
    """
    shapes = trend(series, control_limits)
    if shapes is None:
        return ""
    parts = [*_span(shapes, span), *_grid(shapes), *_limits(shapes), *_line(shapes)]
    parts += [*_flags(shapes, flags), *_months(months)]
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _span(shapes: Trend, span: tuple[str, str, str] | None) -> list[str]:
    if span is None:
        return []
    direction, began, noticed = span
    months = periods.months_between(shapes.first, shapes.last)
    step = (WIDTH - LEFT - RIGHT) / months
    left = LEFT + (max(0, periods.months_between(shapes.first, began)) - 0.5) * step
    right = LEFT + (min(months, periods.months_between(shapes.first, noticed)) + 0.5) * step
    left, right = max(LEFT, left), min(WIDTH - RIGHT, right)
    height = HEIGHT - TOP - BOTTOM
    return [
        f'<rect x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" height="{height}" '
        f'fill="{SPAN[direction]}"/>',
        f'<line x1="{left:.1f}" x2="{left:.1f}" y1="{TOP}" y2="{TOP + height}" '
        f'stroke="{RULE[direction]}" stroke-width="2"/>',
    ]


def _grid(shapes: Trend) -> list[str]:
    lines = []
    for points, y in shapes.grid:
        if points in LABELLED:
            lines.append(
                f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="{PALE}" '
                'stroke-width="1"/>'
            )
            lines.append(_text(LEFT - 5, y + 4, str(points), "end"))
    return lines


def _limits(shapes: Trend) -> list[str]:
    return [f'<polygon points="{points}" fill="{BAND}"/>' for points in shapes.control_limits]


def _line(shapes: Trend) -> list[str]:
    parts = [
        f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="{GREY}" '
        'stroke-width="1" stroke-dasharray="4 4"/>'
        for x in shapes.breaks
    ]
    for piece in shapes.pieces:
        parts.append(
            f'<polyline points="{piece.line}" fill="none" stroke="{TEAL}" stroke-width="2.2"/>'
        )
        parts += [f'<circle cx="{x}" cy="{y}" r="2.2" fill="{TEAL}"/>' for x, y in piece.dots]
    beneath = HEIGHT - BOTTOM + 6  # the scale: a month without a score has no score of 0
    parts += [
        f'<circle cx="{x}" cy="{beneath}" r="2.6" fill="#FFFFFF" stroke="{GREY}"/>'
        for x in shapes.suppressed
    ]
    parts += [
        f'<circle cx="{x}" cy="{y}" r="6" fill="none" stroke="{INK}" stroke-width="1.4"/>'
        for x, y in shapes.signals
    ]
    return parts


def _flags(shapes: Trend, flags: Sequence[tuple[int, str]]) -> list[str]:
    """A pole with a numbered square per action; a square that would cover another steps down."""
    plot, parts = Plot(shapes.first, shapes.last), []
    step, last = 0, -2.0 * SQUARE
    for number, period in flags:
        if not shapes.first <= period <= shapes.last:
            continue
        x = plot.x(period)
        step = (step + 1) % MOST_STEPS if x - last < SQUARE else 0
        last, top = x, step * SQUARE
        parts += [
            f'<line x1="{x}" x2="{x}" y1="{top}" y2="{HEIGHT - BOTTOM}" stroke="{INK}" '
            'stroke-width="1.2" stroke-dasharray="1.5 2.5"/>',
            f'<rect x="{x - SQUARE / 2:.1f}" y="{top}" width="{SQUARE}" height="{SQUARE}" rx="2" '
            f'fill="{INK}"/>',
            f'<text x="{x}" y="{top + 12}" font-family="{LETTERS}" font-size="12" fill="#FFFFFF" '
            f'text-anchor="middle">{number}</text>',
        ]
    return parts


def _months(months: Sequence[str]) -> list[str]:
    y = HEIGHT - 6
    first, last = months[0], months[-1]
    return [_text(LEFT, y, first, "start"), _text(WIDTH - RIGHT, y, last, "end")]


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="{LETTERS}" font-size="13" fill="{GREY}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )
