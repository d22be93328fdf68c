"""Units side by side, in the order of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from monitor.climate.results import Figure
from monitor.config.design import DESIGN, HIGH_FROM, LIGHT, LOW_BELOW, Palette
from monitor.dashboard import phrases
from monitor.dashboard.charts.theme import (
    TICKS,
    drawn,
    hollow,
    hover,
    layered,
    score_says,
    score_scale,
    values_of,
)
from monitor.locale import Texts

ROW_HEIGHT = 30
WIDEST_LABEL = 190
"""Pixels for the names of units; on a telephone the scale still gets as much again."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit in the chart of units side by side.

    ``word`` stands beside its score, empty unless there is a signal.
    """

    name: str
    depth: int
    figure: Figure
    word: str = ""


def units(rows: Sequence[Row], t: Texts, palette: Palette = LIGHT) -> alt.LayerChart:
    """Units side by side in the order given, moved in by depth; never sorted by score."""
    data = [_unit_row(position, row) for position, row in enumerate(rows)]
    released = [row for row in data if "score" in row]
    withheld = [row for row in data if "score" not in row]
    y = alt.Y(
        "row:N", title=None, sort=[row["row"] for row in data], axis=_name_axis(rows, palette)
    )
    whole = [
        {"row": each["row"], "from": TICKS[0], "to": TICKS[-1], "says": _says(row, t)}
        for each, row in zip(data, rows, strict=True)
    ]
    layers = [
        *_score_layers(released, y),
        hollow(withheld, palette).encode(alt.X("axis:Q"), y),
        hover(whole).encode(alt.X("from:Q"), alt.X2("to"), y),
    ]
    return layered(layers, alt.Step(ROW_HEIGHT), palette)


def _score_layers(rows: list[dict[str, Any]], y: alt.Y) -> list[alt.Chart]:
    """The interval, the score as a mark, and its number and word, of each unit."""
    axis = alt.Axis(values=list(TICKS), orient="top")
    x = alt.X("score:Q", title=None, scale=score_scale(), axis=axis)
    colour = alt.Color("colour:N", scale=None)
    return [
        drawn(rows)
        .mark_rule(strokeWidth=6, opacity=0.35)
        .encode(alt.X("low:Q", axis=axis), alt.X2("high"), y, colour),
        drawn(rows)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(x, y, colour, alt.Shape("shape:N", scale=None)),
        drawn(rows).mark_text(align="left", dx=7).encode(alt.X("high:Q"), y, alt.Text("caption:N")),
    ]


def _name_axis(rows: Sequence[Row], palette: Palette) -> alt.Axis:
    return alt.Axis(
        labelExpr="substring(datum.label, 4)",  # the first four characters only keep the order
        labelAlign="left",
        labelLimit=_label_width(rows),
        labelPadding=_label_width(rows),
        labelColor=palette.ink,
        ticks=False,
        domain=False,
        grid=False,
    )


def _unit_row(position: int, row: Row) -> dict[str, Any]:
    value, low, high = values_of(row.figure)
    name: dict[str, Any] = {
        "row": f"{position:04d}{phrases.indented(row.name, row.depth)}",
    }
    if value is None:
        return name | {"axis": 0}
    return name | {
        "score": value,
        "low": low,
        "high": high,
        "shown": phrases.score(row.figure),
        "caption": " ".join(filter(None, (phrases.score(row.figure), row.word))),
        "colour": DESIGN.score_colour(value),
        "shape": _shape(value),
    }


def _shape(score: int) -> str:
    if score < LOW_BELOW:
        return "triangle-down"
    return "triangle-up" if score >= HIGH_FROM else "circle"


def _label_width(rows: Sequence[Row]) -> int:
    longest = max((len(row.name) + 2 * row.depth for row in rows), default=0)
    return min(WIDEST_LABEL, 7 * longest + 14)


def _says(row: Row, t: Texts) -> str:
    """Unit, score, and the word beside it, a sentence a line."""
    lines = [f"{row.name}.", score_says(row.figure, t)]
    if row.word:
        lines.append(row.word[0].upper() + row.word[1:] + ".")
    return "\n".join(lines)
