"""The layers of a panel that are marks: areas, rules, lines and points."""

from __future__ import annotations

from typing import Any

import altair as alt

from monitor.climate.verdicts import DOWN
from monitor.config.design import Palette
from monitor.dashboard.charts.panel_content import Panel
from monitor.dashboard.charts.theme import TICKS, drawn, score_scale, values_of
from monitor.dashboard.charts.time_axis import LEFT, first_day, half_before

Rows = list[dict[str, Any]]
LANE = 22
"""Pixels beneath the scale, for the months that have no score."""


def score_axis(field: str) -> alt.Y:
    """Scores from 0 to 100, never zoomed in on."""
    axis = alt.Axis(values=list(TICKS), minExtent=LEFT, maxExtent=LEFT, domain=False, ticks=False)
    return alt.Y(f"{field}:Q", title=None, scale=score_scale(), axis=axis)


def score_rows(content: Panel) -> Rows:
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


def wash_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    months = [flag.start for flag in content.flags if flag.start in content.months]
    if not months:
        return []
    areas = [{"month": half_before(p), "until": half_before(p, 1)} for p in dict.fromkeys(months)]
    rules = [{"month": first_day(p)} for p in dict.fromkeys(months)]
    return [
        drawn(areas).mark_rect(color=palette.accent_soft).encode(x, alt.X2("until")),
        drawn(rules).mark_rule(color=palette.accent, opacity=0.55, strokeWidth=1.5).encode(x),
    ]


def span_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """An area from where a change began to where it was noticed, with a rule where it began."""
    layers = []
    for span in content.visible_spans:
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


def limit_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
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


def break_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """A dashed rule per month in which the group changed."""
    rows = [{"month": half_before(f.period)} for f in content.series if "break" in f.notes]
    if not rows:
        return []
    rule = drawn(rows).mark_rule(color=palette.quiet, strokeDash=[4, 4], strokeWidth=1.5)
    return [rule.encode(x)]


def organisation_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
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


def score_layers(rows: Rows, x: alt.X, palette: Palette, margins: bool) -> list[alt.Chart]:
    """The margins, the line through the scores, and a point per score."""
    strokes = (
        drawn(rows)
        .mark_rule(color=palette.accent, strokeWidth=3)
        .encode(x, score_axis("low"), alt.Y2("high"), _fainter_in_start_months(0.14, 0.34))
    )
    y = score_axis("score")
    return [
        *([strokes] if margins else []),
        drawn(rows)
        .mark_line(color=palette.accent, strokeWidth=2.4)
        .encode(x, y, alt.Detail("run:N")),
        drawn(rows)
        .mark_point(filled=True, color=palette.accent, size=52)
        .encode(x, y, _fainter_in_start_months(0.45, 1)),
    ]


def _fainter_in_start_months(in_start_month: float, elsewhere: float) -> alt.OpacityValue:
    """The opacity of a mark. Written out: what ``alt.condition`` gives is read back bit by bit."""
    condition = {"test": "datum.washed", "value": in_start_month}
    return alt.OpacityValue(elsewhere, condition=condition)


def withheld_layers(content: Panel, x: alt.X, palette: Palette) -> list[alt.Chart]:
    """An open mark for each month with too few answers, beneath the scale: it is no score of 0."""
    rows = [
        {"month": first_day(figure.period)}
        for figure in content.series
        if values_of(figure)[0] is None
    ]
    marks = drawn(rows).mark_point(
        filled=False, size=55, stroke=palette.edge, fill=palette.surface, opacity=1, strokeWidth=1.5
    )
    return [marks.encode(x, y=alt.value(alt.ExprRef(f"height + {LANE / 2:g}")))] if rows else []
