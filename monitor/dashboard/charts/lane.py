"""The actions of a unit as flags above the themes, each on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from monitor.config.design import BY_NAME, Palette
from monitor.dashboard import phrases
from monitor.dashboard.charts.panel import joined
from monitor.dashboard.charts.panel_content import Flag
from monitor.dashboard.charts.theme import drawn, hover
from monitor.dashboard.charts.time_axis import (
    LEFT,
    axis_x,
    first_day,
    half_before,
    where_there_is_room,
)
from monitor.locale import Texts

STEP = 24
"""Pixels from one flag down to the next."""
SQUARE = 26
"""Pixels from a pole to the title beside it."""
Rows = list[dict[str, str | float]]


def lane(
    flags: Sequence[Flag], months: Sequence[str], t: Texts, palette: Palette = BY_NAME
) -> alt.LayerChart:
    """A pole with a numbered square and the title, per action, above the month it began in."""
    shown = [flag for flag in flags if months[0] <= flag.start <= months[-1]]
    height = STEP * max(1, len(shown)) + 2
    rows: Rows = [
        {
            "month": first_day(flag.start),
            "top": height - STEP * place,
            "number": str(flag.number),
            "words": flag.title,
            "says": t(
                "tooltip.action_since",
                number=flag.number,
                title=flag.title.rstrip("."),
                month=phrases.month(flag.start, t),
            ),
        }
        for place, flag in enumerate(shown)
    ]
    x = axis_x(months, None)
    y = _height_axis(height)
    layers = [
        *_poles(rows, x, y, palette),
        _titles(rows, x, y),
        _hover_layer(shown, rows, x),
    ]
    return joined(layers, height, palette)


def _poles(rows: Rows, x: alt.X, y: alt.Y, palette: Palette) -> list[alt.Chart]:
    """A pole per action, with its number in a square on top."""
    return [
        drawn(rows).mark_rule(color=palette.accent, strokeWidth=1.5).encode(x, y, alt.Y2(datum=0)),
        drawn(rows)
        .mark_square(size=260, color=palette.accent, opacity=1, xOffset=8, yOffset=8)
        .encode(x, y),
        drawn(rows)
        .mark_text(color=palette.on_accent, fontSize=11.5, fontWeight=700, dx=8, dy=8)
        .encode(x, y, alt.Text("number:N")),
    ]


def _hover_layer(shown: Sequence[Flag], rows: Rows, x: alt.X) -> alt.Chart:
    """A column per action that says in words what it is, half a month to either side."""
    columns = [
        {
            "month": half_before(flag.start),
            "until": half_before(flag.start, 1),
            "says": row["says"],
        }
        for flag, row in zip(shown, rows, strict=True)
    ]
    areas: alt.Chart = hover(columns).encode(x, alt.X2("until"))
    return areas


def _titles(rows: Rows, x: alt.X, y: alt.Y) -> alt.Chart:
    """The title beside each square, cut off where the axis ends; the list beneath has all of it.

    Flags step down, so that no title lies across the pole of a later one.
    """
    words = drawn(rows).mark_text(
        align="left",
        dx=22,
        dy=8,
        limit=alt.ExprRef(f"max(1, width - scale('x', datum.month) - {SQUARE})"),
        fontWeight=600,
        text=where_there_is_room("datum.words"),
    )
    titled: alt.Chart = words.encode(x, y)
    return titled


def _height_axis(height: int) -> alt.Y:
    axis = alt.Axis(
        values=[], minExtent=LEFT, maxExtent=LEFT, domain=False, ticks=False, grid=False
    )
    scale = alt.Scale(domain=[0, height], nice=False)
    return alt.Y("top:Q", title=None, scale=scale, axis=axis)
