"""Answers to a question as parts of one bar."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt

from monitor.dashboard.charts.look import drawn, layered
from monitor.design import LIGHT, Palette
from monitor.locale import Texts

ROW_HEIGHT = 62
WRAP = 44
"""Characters of a question on one line; fits a telephone."""
ROOM_FOR_NUMBER = 12
"""Per cent: the narrowest part of a bar in which its number fits."""


@dataclass(frozen=True, slots=True)
class Share:
    """One question's answers in three classes, in whole per cents."""

    question: str
    unfavourable: int
    neutral: int
    favourable: int


def shares(rows: Sequence[Share], t: Texts, palette: Palette = LIGHT) -> alt.LayerChart:
    """Three classes of answers per question, as parts of one bar of 100 per cent."""
    classes = ("unfavourable", "neutral", "favourable")
    names = [t(f"class.{name}") for name in classes]
    data = [
        {
            "row": f"{place:03d}",
            "class": t(f"class.{name}"),
            "place": order,
            "share": getattr(row, name),
            "middle": sum(getattr(row, other) for other in classes[:order])
            + getattr(row, name) / 2,
        }
        for place, row in enumerate(rows)
        for order, name in enumerate(classes)
    ]
    titles = [
        {"row": f"{place:03d}", "question": textwrap.wrap(row.question, WRAP)}
        for place, row in enumerate(rows)
    ]
    y = alt.Y("row:N", title=None, axis=None)
    scale = alt.Scale(domain=[0, 100], nice=False)
    x = alt.X("share:Q", title=t("axis.per_cent"), scale=scale, stack="zero")
    colour = alt.Color(
        "class:N",
        sort=names,
        scale=alt.Scale(domain=names, range=[palette.low, palette.middle, palette.high]),
    )
    layers = [
        drawn(data)
        .mark_bar(height=18, yOffset=16, stroke=palette.surface)
        .encode(x, y, colour, alt.Order("place:Q")),
        drawn([row for row in data if row["share"] >= ROOM_FOR_NUMBER])
        .mark_text(color=palette.surface, dy=16)
        .encode(alt.X("middle:Q", scale=scale), y, alt.Text("share:Q")),
        drawn(titles)
        .mark_text(align="left", baseline="bottom", dy=3, lineHeight=16)
        .encode(y, alt.Text("question:N"), x=alt.value(0)),
    ]
    return layered(layers, alt.Step(ROW_HEIGHT), palette)
