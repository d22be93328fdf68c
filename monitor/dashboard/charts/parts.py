"""Answers to a question as parts of one bar."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from monitor.climate.figures import CLASSES
from monitor.config.design import BY_NAME, Palette
from monitor.dashboard.charts.theme import drawn, hover, layered
from monitor.locale import Texts

ROW_HEIGHT, TITLE, BELOW_TITLE = 88, -42, 24
LINE_BREAK = "\n"
WRAP = 44
"""Characters of a question on one line; fits a telephone."""
NARROWEST_WITH_NUMBER = 12
"""Per cent: in a narrower part of a bar its number does not fit."""


@dataclass(frozen=True, slots=True)
class Share:
    """One question's answers in three classes, in whole per cents."""

    question: str
    unfavourable: int
    neutral: int
    favourable: int


def shares(rows: Sequence[Share], t: Texts, palette: Palette = BY_NAME) -> alt.LayerChart:
    """Three classes of answers per question, as parts of one bar of 100 per cent."""
    names = [t(f"class.{name}") for name in CLASSES]
    y = alt.Y("row:N", title=None, axis=None)
    scale = alt.Scale(domain=[0, 100], nice=False, clamp=True)
    axis = alt.Axis(values=[0, 25, 50, 75, 100])
    colours = alt.Scale(domain=names, range=[palette.low, palette.middle, palette.high])
    parts = [part for position, row in enumerate(rows) for part in _parts(position, row, names)]
    x = alt.X("start:Q", title=t("axis.per_cent"), scale=scale, axis=axis)
    layers = [
        drawn(parts)
        .mark_bar(height=18, yOffset=BELOW_TITLE, stroke=palette.paper)
        .encode(x, alt.X2("end"), y, alt.Color("class:N", sort=names, scale=colours)),
        drawn([part for part in parts if part["share"] >= NARROWEST_WITH_NUMBER])
        .mark_text(color=palette.surface, dy=BELOW_TITLE)
        .encode(alt.X("middle:Q", scale=scale), y, alt.Text("share:Q")),
        drawn(_titles(rows))
        .mark_text(align="left", baseline="top", dy=TITLE, lineHeight=16, lineBreak=LINE_BREAK)
        .encode(y, alt.Text("question:N"), x=alt.value(0)),
        hover([part | {"says": _says(part, t)} for part in parts]).encode(x, alt.X2("end"), y),
    ]
    return layered(layers, alt.Step(ROW_HEIGHT), palette)


def _parts(position: int, row: Share, names: Sequence[str]) -> list[dict[str, Any]]:
    """The three parts of a bar; whole per cents may add up to 99 or 101, the bar is always full."""
    per_cents = (row.unfavourable, row.neutral, row.favourable)
    parts: list[dict[str, Any]] = []
    start = 0.0
    for name, share in zip(names, per_cents, strict=True):
        end = start + 100 * share / sum(per_cents)
        part = {"row": f"{position:03d}", "class": name, "share": share}
        parts.append(part | {"start": start, "end": end, "middle": (start + end) / 2})
        start = end
    return parts


def _says(part: dict[str, Any], t: Texts) -> str:
    return t("tooltip.share", share=part["share"], answer=part["class"])


def _titles(rows: Sequence[Share]) -> list[dict[str, Any]]:
    return [
        {"row": f"{position:03d}", "question": LINE_BREAK.join(textwrap.wrap(row.question, WRAP))}
        for position, row in enumerate(rows)
    ]
