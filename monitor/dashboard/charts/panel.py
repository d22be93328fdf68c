"""One theme over the months: one of several panels on one time axis.

Layers are drawn in the order of their meaning: what does not count, the change, chance, the
organisation, the score with its margin, the words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from monitor.climate.figures import Figure
from monitor.climate.verdicts import DOWN
from monitor.config.design import BY_NAME, Palette
from monitor.dashboard.charts import panel_words
from monitor.dashboard.charts.sparkline import Span
from monitor.dashboard.charts.theme import TICKS, config, drawn, hover, score_scale, values_of
from monitor.dashboard.charts.theme import without_raw_fields as quiet
from monitor.dashboard.charts.time_axis import (
    LEFT,
    axis_x,
    first_day,
    half_before,
    month_axis,
    where_there_is_room,
)
from monitor.locale import Texts

HEIGHT, AXIS_HEIGHT = 150, 40
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Flag:
    """An action: its number in the list beneath, the month it began in, and its title."""

    number: int
    start: str
    title: str


@dataclass(frozen=True, slots=True)
class Panel:
    """All that is drawn of one theme of one unit.

    Parameters
    ----------
    months
        The months of the axis, oldest first.
    series
        Scores, withheld ones among them.
    control_limits
        Figures of kind ``chance``.
    spans
        Each change there was a signal of, from where it began to where it was noticed.
    flags
        The actions of the unit.
    organisation
        The score of the whole organisation, in the months in which it may be shown.
    """

    title: str
    months: tuple[str, ...]
    series: tuple[Figure, ...]
    control_limits: tuple[Figure, ...] = ()
    spans: tuple[Span, ...] = ()
    flags: tuple[Flag, ...] = ()
    organisation: tuple[Figure, ...] = ()

    @property
    def washed_out(self) -> frozenset[str]:
        """The months in which an action began: they count neither as before nor as after."""
        return frozenset(flag.start for flag in self.flags)


def panel(
    content: Panel,
    t: Texts,
    palette: Palette = BY_NAME,
    *,
    margins: bool = True,
    with_months: bool = True,
) -> alt.LayerChart:
    """The chart of one theme; `with_months` writes the months beneath it."""
    axis = month_axis(content.months, t, palette) if with_months else None
    x = axis_x(content.months, axis)
    rows = _rows(content)
    layers = [
        *_wash_layers(content, x, palette),
        *_span_layers(content, x, palette),
        *_limit_layers(content, x, palette),
        *_break_layers(content, x, palette),
        *_organisation_layers(content, x, palette),
        *_score_layers(rows, x, palette, margins),
        *_withheld_layers(content, x, palette),
        *_word_layers(content, rows, x, t, palette),
        _hover_layer(content, x, t),
    ]
    return joined(layers, HEIGHT, palette)


def joined(layers: Sequence[alt.Chart], height: int, palette: Palette) -> alt.LayerChart:
    """Layers as one chart as wide as the page, whose plot begins where those of others do."""
    chart = alt.LayerChart(
        layer=[quiet(layer) for layer in layers],
        height=height,
        width="container",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 0, "right": 4, "top": 5, "bottom": 0},
    )
    styled: alt.LayerChart = chart.configure(**config(palette))
    return styled


def score_axis(field: str) -> alt.Y:
    """Scores from 0 to 100, never zoomed in on."""
    axis = alt.Axis(values=list(TICKS), minExtent=LEFT, maxExtent=LEFT, domain=False, ticks=False)
    return alt.Y(f"{field}:Q", title=None, scale=score_scale(), axis=axis)


def _rows(content: Panel) -> Rows:
    """A row per released month; ``run`` numbers the stretches of line between gaps and breaks."""
    rows: Rows = []
    run = 0
    for figure in content.series:
        value, low, high = values_of(figure)
        run += value is None or "break" in figure.notes
        if value is not None:
            rows.append(
                {
                    "month": first_day(figure.period),
                    "score": value,
                    "low": low,
                    "high": high,
                    "run": run,
                    "washed": figure.period in content.washed_out,
                }
            )
    return rows


def _wash_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    months = [flag.start for flag in content.flags if flag.start in content.months]
    if not months:
        return []
    areas = [{"month": half_before(p), "until": half_before(p, 1)} for p in dict.fromkeys(months)]
    rules = [{"month": first_day(p)} for p in dict.fromkeys(months)]
    return [
        drawn(areas).mark_rect(color=palette.accent_soft).encode(x, alt.X2("until")),
        drawn(rules).mark_rule(color=palette.accent, opacity=0.55, strokeWidth=1.5).encode(x),
    ]


def _span_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """An area from where a change began to where it was noticed, with a rule where it began."""
    layers = []
    for span in _visible(content):
        down = span.direction == DOWN
        start = max(span.since, content.months[0])
        area = [{"month": half_before(start), "until": half_before(span.noticed, 1)}]
        tint = palette.low_span if down else palette.high_span
        layers.append(drawn(area).mark_rect(color=tint).encode(x, alt.X2("until")))
        if span.since >= content.months[0]:
            rule = [{"month": half_before(span.since)}]
            colour = palette.low if down else palette.high
            layers.append(drawn(rule).mark_rule(color=colour, strokeWidth=1.5).encode(x))
    return layers


def _visible(content: Panel) -> list[Span]:
    """The changes noticed within the months of the axis."""
    return [s for s in content.spans if content.months[0] <= s.noticed <= content.months[-1]]


def _limit_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """The band between the control limits: grey, because it is no score of anybody."""
    limits = {figure.period: figure for figure in content.control_limits if figure.low is not None}
    rows: Rows = []
    run = 0
    for figure in content.series:
        band = limits.get(figure.period)
        if values_of(figure)[0] is None:
            run += 1
            continue
        run += band is None or "break" in figure.notes
        if band is not None:
            month = first_day(figure.period)
            rows.append({"month": month, "from": band.low, "to": band.high, "band": run})
    if not rows:
        return []
    area = drawn(rows).mark_area(
        color=palette.edge,
        fillOpacity=0.17,
        stroke=palette.edge,
        strokeWidth=1,
        strokeDash=[1.5, 3],
    )
    return [area.encode(x, score_axis("from"), alt.Y2("to"), alt.Detail("band:N"))]


def _break_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """A dashed rule per month in which the group changed."""
    rows = [{"month": half_before(f.period)} for f in content.series if "break" in f.notes]
    if not rows:
        return []
    rule = drawn(rows).mark_rule(color=palette.quiet, strokeDash=[4, 4], strokeWidth=1.5)
    return [rule.encode(x)]


def _organisation_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    rows = [
        {"month": first_day(figure.period), "whole": value}
        for figure in content.organisation
        if figure.period in content.months and (value := values_of(figure)[0]) is not None
    ]
    if not rows:
        return []
    line = drawn(rows).mark_line(
        color=palette.quiet, strokeWidth=1.6, strokeDash=[0.1, 4.5], strokeCap="round"
    )
    return [line.encode(x, score_axis("whole"))]


def _score_layers(rows: Rows, x: alt.X, palette: Palette, margins: bool) -> list[alt.Chart]:
    """The margins, the line through the scores, and a point per score."""
    pale = alt.condition("datum.washed", alt.value(0.14), alt.value(0.34))
    strokes = (
        drawn(rows)
        .mark_rule(color=palette.accent, strokeWidth=3)
        .encode(x, score_axis("low"), alt.Y2("high"), opacity=pale)
    )
    faded = alt.condition("datum.washed", alt.value(0.45), alt.value(1))
    y = score_axis("score")
    return [
        *([strokes] if margins else []),
        drawn(rows)
        .mark_line(color=palette.accent, strokeWidth=2.4)
        .encode(x, y, alt.Detail("run:N")),
        drawn(rows)
        .mark_point(filled=True, color=palette.accent, size=52)
        .encode(x, y, opacity=faded),
    ]


def _withheld_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """An open mark on the axis for each month with too few answers."""
    rows = [
        {"month": first_day(figure.period), "axis": 0}
        for figure in content.series
        if values_of(figure)[0] is None
    ]
    marks = drawn(rows).mark_point(
        filled=False, size=55, stroke=palette.edge, fill=palette.surface, opacity=1, strokeWidth=1.5
    )
    return [marks.encode(x, score_axis("axis"))] if rows else []


def _word_layers(
    content: Panel, rows: Rows, x: alt.X, t: Texts, palette: Palette
) -> list[alt.Chart]:
    """The rings with their words, the score of now, and what the dotted line is."""
    by_month = {row["month"]: row for row in rows}
    rings = [
        {"month": first_day(span.noticed), "score": by_month[first_day(span.noticed)]["score"]}
        for span in _visible(content)
        if first_day(span.noticed) in by_month
    ]
    layers = []
    if rings:
        ring = drawn(rings).mark_point(filled=False, stroke=palette.ink, size=260, strokeWidth=2)
        layers.append(ring.encode(x, score_axis("score"), opacity=alt.value(1)))
    for span in _visible(content):
        layers += _span_words(span, content, x, t, palette)
    if rows and rows[-1]["month"] == first_day(content.months[-1]):
        layers.append(_end_text(rows[-1], "score", x, palette.accent, bold=True))
    return layers + _organisation_words(content, rows, x, t, palette)


def _span_words(
    span: Span, content: Panel, x: alt.X, t: Texts, palette: Palette
) -> list[alt.Chart]:
    colour = palette.warn if span.direction == DOWN else palette.high
    start = max(span.since, content.months[0])
    begins = [{"month": half_before(start), "score": TICKS[-1], "words": t("chart.begins")}]
    noticed = [{"month": half_before(span.noticed, 1), "score": 0, "words": t("chart.noticed")}]
    style: dict[str, Any] = {
        "fontWeight": 700,
        "color": colour,
        "text": where_there_is_room("datum.words"),
    }
    return [
        drawn(begins)
        .mark_text(align="left", baseline="top", dx=6, dy=5, **style)
        .encode(x, score_axis("score")),
        drawn(noticed)
        .mark_text(align="right", baseline="bottom", dx=-5, dy=-5, **style)
        .encode(x, score_axis("score")),
    ]


def _organisation_words(
    content: Panel, rows: Rows, x: alt.X, t: Texts, palette: Palette
) -> list[alt.Chart]:
    """What the dotted line is, beside its end, unless the score of now stands there."""
    latest = [f for f in content.organisation if f.period == content.months[-1]]
    value = values_of(latest[0])[0] if latest else None
    if value is None or (rows and abs(rows[-1]["score"] - value) < 9):
        return []
    words = t("chart.organisation", score=value)
    row = {"month": first_day(content.months[-1]), "whole": value, "words": words}
    text = drawn([row]).mark_text(
        align="left", dx=13, color=palette.quiet, text=where_there_is_room("datum.words")
    )
    return [text.encode(x, score_axis("whole"))]


def _end_text(
    row: Mapping[str, Any], field: str, x: alt.X, colour: str, *, bold: bool
) -> alt.Chart:
    text = drawn([dict(row)]).mark_text(
        align="left", dx=13, fontSize=16, fontWeight=700 if bold else 400, color=colour
    )
    encoded: alt.Chart = text.encode(x, score_axis(field), alt.Text(f"{field}:Q"))
    return encoded


def _hover_layer(content: Panel, x: alt.X, t: Texts) -> alt.Chart:
    """A column per month that says in words what is drawn there, half a month to either side."""
    rows = [
        {
            "month": half_before(figure.period),
            "until": half_before(figure.period, 1),
            "says": panel_words.month_says(content, figure, t),
        }
        for figure in content.series
    ]
    areas: alt.Chart = hover(rows).encode(x, alt.X2("until"))
    return areas
