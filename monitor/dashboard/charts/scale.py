"""One score on the whole scale."""

from __future__ import annotations

import altair as alt

from monitor.climate.results import Figure
from monitor.config.design import DESIGN, LIGHT, Palette
from monitor.dashboard.charts.theme import (
    TICKS,
    drawn,
    hover,
    layered,
    score_says,
    score_scale,
    values_of,
)
from monitor.locale import Texts

HEIGHT = 58


def strip(
    figure: Figure, t: Texts, palette: Palette = LIGHT, *, of_team: bool = True
) -> alt.LayerChart:
    """One score on the whole scale, with its interval; the axis alone when it is withheld.

    Only a team's score has an absolute colour.
    """
    value, low, high = values_of(figure)
    whole = [{"from": TICKS[0], "to": TICKS[-1], "says": score_says(figure, t)}]
    rows = [] if value is None else [{"score": value, "low": low, "high": high}]
    axis = alt.Axis(values=[0, 50, 100], grid=False)
    x = alt.X("score:Q", title=None, scale=score_scale(), axis=axis)
    colour = palette.edge if value is None else palette.accent
    if of_team and value is not None:
        colour = DESIGN.score_colour(value)
    layers = [
        drawn(rows)
        .mark_rule(color=colour, strokeWidth=12, opacity=0.3)
        .encode(alt.X("low:Q"), alt.X2("high")),
        drawn(rows).mark_tick(color=colour, thickness=3, size=20, opacity=1).encode(x),
        hover(whole).encode(alt.X("from:Q"), alt.X2("to")),
    ]
    return layered(layers, HEIGHT, palette)
