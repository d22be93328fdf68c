"""The style of every chart: our own Altair theme, from the design values the plain pages use."""

from __future__ import annotations

from typing import Any

import altair as alt
from altair.utils import schemapi

from monitor.climate.results import Figure
from monitor.config.design import BY_NAME, DESIGN, Palette

TICKS = (0, 25, 50, 75, 100)
"""Where the scale of scores is marked; always all of it, never zoomed in on the data."""
FONT_SIZE = 13

schemapi.disable_debug_mode()
# Else every axis, scale and colour is checked against the schema when it is made, on every visit.


class UncheckedLayers(alt.LayerChart):
    """Layers that the schema is asked about only when ``validate`` is said: in the tests.

    The check takes more than half of the time of a page with three charts.
    """

    def to_dict(self, validate: bool = False, **options: Any) -> dict[str, Any]:
        """The specification; not validated unless asked for."""
        specification: dict[str, Any] = super().to_dict(validate, **options)
        return specification


def config(palette: Palette = BY_NAME) -> dict[str, Any]:
    """The Vega-Lite ``config`` of every chart.

    The drawing is hidden from screen readers: they get the sentence beside the chart and the
    table under it. What Vega would have them read is in English, one mark at a time.
    """
    text = {"labelFont": DESIGN.type.family_dashboard, "titleFont": DESIGN.type.family_dashboard}
    return {
        "aria": False,
        "mark": {"aria": False},
        "background": "transparent",
        "font": DESIGN.type.family_dashboard,
        "view": {"stroke": None},
        "axis": {
            **text,
            "labelColor": palette.quiet,
            "labelFontSize": FONT_SIZE,
            "titleColor": palette.quiet,
            "titleFontSize": FONT_SIZE,
            "titleFontWeight": "normal",
            "gridColor": palette.line,
            "domainColor": palette.edge,
            "tickColor": palette.edge,
        },
        "legend": {
            **text,
            "labelColor": palette.ink,
            "labelFontSize": FONT_SIZE,
            "orient": "top",
            "title": None,
        },
        "text": {"color": palette.ink, "fontSize": FONT_SIZE},
    }


def score_scale() -> alt.Scale:
    """Scores from 0 to 100, fixed."""
    return alt.Scale(domain=[TICKS[0], TICKS[-1]], nice=False, zero=True)


def values_of(figure: Figure) -> tuple[int | None, int | None, int | None]:
    """Score and interval, or nothing at all when the figure is withheld."""
    if figure.value is None or "withheld" in figure.notes:
        return None, None, None
    value = int(figure.value)
    low = value if figure.low is None else figure.low
    high = value if figure.high is None else figure.high
    return value, low, high


def hover(values: list[dict[str, Any]]) -> alt.Chart:
    """Unseen areas to draw last: each shows the sentence in ``says`` of its row when pointed at."""
    area: alt.Chart = drawn(values).mark_rect(opacity=0).encode(tooltip=alt.Tooltip("says:N"))
    return area


def without_raw_fields(layer: alt.Chart) -> alt.Chart:
    """The layer without the hint of names and values of fields that Streamlit adds by itself."""
    if layer.encoding.tooltip is not alt.Undefined:
        return layer
    silent: alt.Chart = layer.copy(deep=False)  # its rows are many, and stay as they are
    silent.mark = layer.mark.copy()
    silent.mark.tooltip = None
    return silent


def drawn(values: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, written into the specification itself."""
    return alt.Chart(alt.InlineData(values=values))
