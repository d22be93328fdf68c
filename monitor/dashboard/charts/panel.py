"""One theme over the months: one of several panels on one time axis.

Layers are drawn in the order of their meaning: what does not count, the change, chance, the
organisation, the score with its margin, the words.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from monitor.config.design import BY_NAME, Palette
from monitor.dashboard.charts import panel_layers, panel_texts, panel_words
from monitor.dashboard.charts.panel_content import Panel
from monitor.dashboard.charts.theme import UncheckedLayers, config, hover, values_of
from monitor.dashboard.charts.theme import without_raw_fields as quiet
from monitor.dashboard.charts.time_axis import axis_x, half_before, month_axis
from monitor.locale import Texts

HEIGHT, AXIS_HEIGHT = 150, 40


def panel(
    content: Panel,
    t: Texts,
    palette: Palette = BY_NAME,
    *,
    margins: bool = True,
    with_months: bool = True,
) -> alt.LayerChart:
    """The chart of one theme; `with_months` writes the months beneath it."""
    lane = panel_layers.LANE if any(values_of(f)[0] is None for f in content.series) else 0
    axis = month_axis(content.months, t, palette, lane) if with_months else None
    x = axis_x(content.months, axis)
    rows = panel_layers.score_rows(content)
    layers = [
        *panel_layers.wash_layers(content, x, palette),
        *panel_layers.span_layers(content, x, palette),
        *panel_layers.limit_layers(content, x, palette),
        *panel_layers.break_layers(content, x, palette),
        *panel_layers.organisation_layers(content, x, palette),
        *panel_layers.score_layers(rows, x, palette, margins),
        *panel_layers.withheld_layers(content, x, palette),
        *panel_texts.word_layers(content, rows, x, t, palette),
        _hover_layer(content, x, t, HEIGHT + lane),
    ]
    return joined(layers, HEIGHT, palette, 0 if with_months else lane)


def joined(
    layers: Sequence[alt.Chart], height: int, palette: Palette, beneath: int = 0
) -> alt.LayerChart:
    """Layers as one chart as wide as the page, whose plot begins where those of others do.

    `beneath` are the pixels kept free under the plot.
    """
    return UncheckedLayers(
        layer=[quiet(layer) for layer in layers],
        height=height,
        width="container",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 0, "right": 4, "top": 5, "bottom": beneath},
        config=alt.Config(**config(palette)),
    )


def _hover_layer(content: Panel, x: alt.X, t: Texts, height: int) -> alt.Chart:
    """A column per month that says in words what is drawn there, half a month to either side."""
    rows = [
        {
            "month": half_before(figure.period),
            "until": half_before(figure.period, 1),
            "says": panel_words.month_says(content, figure, t),
        }
        for figure in content.series
    ]
    areas: alt.Chart = hover(rows).encode(x, alt.X2("until"), y=alt.value(0), y2=alt.value(height))
    return areas
