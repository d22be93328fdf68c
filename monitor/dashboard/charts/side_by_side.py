"""Units side by side, in the order of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from monitor.climate.results import Figure
from monitor.climate.verdicts import DOWN, UP
from monitor.config.design import BY_NAME, Palette
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

WORDS_WHERE_THEY_FIT = "width > 420 ? datum.caption : datum.shown"
"""On a telephone the number only: the list below the chart has the words."""


@dataclass(frozen=True, slots=True)
class Row:
    """One unit in the chart of units side by side.

    ``word`` stands beside its score and ``direction`` gives its colour, both empty unless a change
    is told; ``word_since`` says since when. ``level`` is the unit's own earlier level.
    """

    name: str
    depth: int
    figure: Figure
    word: str = ""
    word_since: str = ""
    direction: str = ""
    level: int | None = None


def units(rows: Sequence[Row], t: Texts, palette: Palette = BY_NAME) -> alt.LayerChart:
    """Each unit against its own earlier level, in the order given; never sorted by score.

    No colour says that a score is low or high: only a change that is told has one.
    """
    data = [_unit_row(position, row, palette) for position, row in enumerate(rows)]
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
        *_score_layers(released, y, palette),
        hollow(withheld, palette).encode(alt.X("axis:Q"), y),
        hover(whole).encode(alt.X("from:Q"), alt.X2("to"), y),
    ]
    return layered(layers, alt.Step(ROW_HEIGHT), palette)


def _score_layers(rows: list[dict[str, Any]], y: alt.Y, palette: Palette) -> list[alt.Chart]:
    """The interval, the own level, the score, and its number and word, of each unit."""
    axis = alt.Axis(values=list(TICKS), orient="top")
    x = alt.X("score:Q", title=None, scale=score_scale(), axis=axis)
    colour = alt.Color("colour:N", scale=None)
    return [
        drawn(rows)
        .mark_rule(strokeWidth=6, opacity=0.35)
        .encode(alt.X("low:Q", axis=axis), alt.X2("high"), y, colour),
        drawn([row for row in rows if row["level"] is not None])
        .mark_tick(color=palette.ink, thickness=2, size=16, opacity=1)
        .encode(alt.X("level:Q", scale=score_scale(), axis=axis), y),
        drawn(rows).mark_point(filled=True, size=80, opacity=1).encode(x, y, colour),
        drawn(rows)
        .mark_text(align="left", dx=7, text=alt.ExprRef(WORDS_WHERE_THEY_FIT))
        .encode(alt.X("beyond:Q"), y),
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


def _unit_row(position: int, row: Row, palette: Palette) -> dict[str, Any]:
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
        "level": row.level,
        "beyond": max(high or 0, row.level or 0),  # where nothing lies under the words
        "colour": {DOWN: palette.low, UP: palette.high}.get(row.direction, palette.accent),
    }


def _label_width(rows: Sequence[Row]) -> int:
    longest = max((len(row.name) + 2 * row.depth for row in rows), default=0)
    return min(WIDEST_LABEL, 7 * longest + 14)


def _says(row: Row, t: Texts) -> str:
    """Unit, score, own earlier level and the word, a sentence a line."""
    lines = [f"{row.name}.", score_says(row.figure, t)]
    if row.level is not None and row.figure.value is not None:
        lines.append(t("tooltip.level", level=row.level))
    if row.word_since:
        lines.append(row.word_since[0].upper() + row.word_since[1:] + ".")
    return "\n".join(lines)
