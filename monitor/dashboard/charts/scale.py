"""One score on the whole scale."""

from __future__ import annotations

import altair as alt

from monitor.climate.results import Figure
from monitor.config.design import DESIGN, LIGHT, Palette
from monitor.dashboard.charts.theme import drawn, layered, score_scale, values_of

HEIGHT = 58


def strip(figure: Figure, palette: Palette = LIGHT) -> alt.LayerChart:
    """One score on the whole scale, with its interval; the axis alone when it is withheld."""
    value, low, high = values_of(figure)
    rows = [] if value is None else [{"score": value, "low": low, "high": high}]
    axis = alt.Axis(values=[0, 50, 100], grid=False)
    x = alt.X("score:Q", title=None, scale=score_scale(), axis=axis)
    colour = DESIGN.score_colour(value) if value is not None else palette.edge
    layers = [
        drawn(rows)
        .mark_rule(color=colour, strokeWidth=12, opacity=0.3)
        .encode(alt.X("low:Q"), alt.X2("high")),
        drawn(rows).mark_tick(color=colour, thickness=3, size=20, opacity=1).encode(x),
    ]
    return layered(layers, HEIGHT, palette)
