"""The layers of a panel that are words in it, and the rings that they stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt

from monitor.climate.verdicts import DOWN
from monitor.config.design import Palette
from monitor.dashboard.charts.panel_content import Panel
from monitor.dashboard.charts.panel_layers import Rows, score_axis
from monitor.dashboard.charts.sparkline import Span
from monitor.dashboard.charts.theme import TICKS, drawn, values_of
from monitor.dashboard.charts.time_axis import first_day, half_before, where_there_is_room
from monitor.locale import Texts


def word_layers(
    content: Panel, rows: Rows, x: alt.X, t: Texts, palette: Palette
) -> list[alt.Chart]:
    """The rings with their words, the score of now, and what the dotted line is."""
    by_month = {row["month"]: row for row in rows}
    rings = [
        {"month": first_day(span.noticed), "score": by_month[first_day(span.noticed)]["score"]}
        for span in content.visible_spans
        if first_day(span.noticed) in by_month
    ]
    layers = []
    if rings:
        ring = drawn(rings).mark_point(filled=False, stroke=palette.ink, size=260, strokeWidth=2)
        layers.append(ring.encode(x, score_axis("score"), opacity=alt.value(1)))
    for span in content.visible_spans:
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
