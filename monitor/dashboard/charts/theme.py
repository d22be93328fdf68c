"""The style of every chart: our own Altair theme, from the design values the plain pages use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import altair as alt

from monitor.climate.results import Figure
from monitor.config.design import BY_NAME, DESIGN, Palette
from monitor.dashboard import phrases
from monitor.locale import Texts

TICKS = (0, 25, 50, 75, 100)
"""Where the scale of scores is marked; always all of it, never zoomed in on the data."""
FONT_SIZE = 13


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


def layered(
    layers: Sequence[alt.Chart], height: int | alt.Step, palette: Palette = BY_NAME
) -> alt.LayerChart:
    """The layers as one chart in our own style, as wide as the page."""
    # A height per row follows from the rows: only the width can be made to fit.
    fit: Literal["fit", "fit-x"] = "fit-x" if isinstance(height, alt.Step) else "fit"
    size = alt.AutoSizeParams(type=fit, contains="padding")
    quiet = [without_raw_fields(layer) for layer in layers]
    chart = alt.LayerChart(layer=quiet, height=height, width="container", autosize=size)
    styled: alt.LayerChart = chart.configure(**config(palette))
    return styled


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
    """Unseen areas to draw last: each tells the sentence in ``says`` of its row when pointed at."""
    area: alt.Chart = drawn(values).mark_rect(opacity=0).encode(tooltip=alt.Tooltip("says:N"))
    return area


def score_says(figure: Figure, t: Texts) -> str:
    """A score and its interval in a sentence, or that there were too few answers."""
    if values_of(figure)[0] is None:
        return t("tooltip.withheld")
    score = phrases.score(figure)
    return t("tooltip.score", score=score, low=figure.low, high=figure.high)


def without_raw_fields(layer: alt.Chart) -> alt.Chart:
    """The layer without the hint of names and values of fields that Streamlit adds by itself."""
    if layer.encoding.tooltip is not alt.Undefined:
        return layer
    silent: alt.Chart = layer.copy()
    silent.mark.tooltip = None
    return silent


def drawn(values: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, written into the specification itself."""
    return alt.Chart(alt.InlineData(values=values))


def hollow(values: list[dict[str, Any]], palette: Palette = BY_NAME) -> alt.Chart:
    """Open marks: there is a figure here, and it is withheld."""
    marks: alt.Chart = drawn(values).mark_point(
        filled=False, size=55, stroke=palette.edge, fill=palette.surface, opacity=1, strokeWidth=1.5
    )
    return marks
