"""Every theme of one unit over the months, on one time axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import altair as alt
import streamlit as st

from monitor.climate.verdict_words import sentences
from monitor.dashboard import charts, choices, elements, markup, phrases
from monitor.dashboard.charts.panel_content import Flag, Panel
from monitor.dashboard.results import headline, month_tables, theme_cards, unit_rows
from monitor.dashboard.results.organisation_line import organisation_line
from monitor.dashboard.results.panels import panel_of
from monitor.dashboard.results.theme_state import ThemeState, theme_states
from monitor.dashboard.visit import Visit
from monitor.followup import actions
from monitor.followup.records import Action
from monitor.locale import Texts

SPANS = {"12": 12, "24": 24, "all": 0}
"""How many months are drawn; 0 for all."""
LAYERS = ("actions", "margins", "organisation")
LEGEND = (
    "score",
    "margin",
    "chance",
    "span",
    "ring",
    "organisation",
    "withheld",
    "break",
    "action",
)


def show(visit: Visit) -> None:
    """The themes as panels, the actions as flags above them, and the same in words and tables."""
    t = visit.t
    chosen = choices.unit_with_figures(visit, "page.trend")
    if chosen is None:
        return
    unit, period = chosen
    name = visit.unit_name(unit)
    states = theme_states(visit.results, unit, period, t.language)
    summary = headline.headline(states, headline.NO_UNITS, t)
    took_part = unit_rows.took_part(visit.results, period, unit, t)
    lead = (
        took_part
        if summary.is_thin
        else " · ".join(filter(None, (phrases.escaped(name), took_part)))
    )
    elements.banner(summary.title, summary.beneath, lead)
    if not any(figure.value is not None for state in states for figure in state.series):
        elements.empty_state(visit, "empty.no_series", unit=name)
        return
    _board(visit, unit, period, states)


def _board(visit: Visit, unit: str, period: str, states: Sequence[ThemeState]) -> None:
    t = visit.t
    length, layers = _tools(t)
    flagged = sorted(actions.listing(visit.context.engine, (unit,)), key=lambda a: (a.start, a.id))
    flags = tuple(Flag(n, a.start, a.title) for n, a in enumerate(flagged, start=1))
    panels = [
        replace(
            panel_of(visit.results, state, length),
            flags=flags if "actions" in layers else (),
            organisation=organisation_line(visit.results, unit, state.theme, visit.units)
            if "organisation" in layers
            else (),
        )
        for state in states
    ]
    with st.container(key="board", gap=None):
        if flags and "actions" in layers:
            _row(markup.text("p", t("board.actions"), "eyebrow"), "lane")
            chart = charts.lane(flags, panels[0].months, t)
            _draw(chart, t("board.actions_alt", count=len(flags)), "lane")
        for place, (state, content) in enumerate(zip(states, panels, strict=True)):
            _theme(visit, state, content, "margins" in layers, place == len(states) - 1)
        st.html(_legend(_marks(panels, layers), t))
    _words(states, flagged, t)
    with st.expander(t("table.behind")):
        month_tables.show(visit, unit, states, period)
    elements.glossary(visit)


def _tools(t: Texts) -> tuple[int, Sequence[str]]:
    """How many months to draw, and what beside the scores."""
    with st.container(key="tools", horizontal=True):
        length = st.segmented_control(
            t("board.length"),
            tuple(SPANS),
            format_func=lambda name: t(f"board.length.{name}"),
            default="24",
            required=True,
            key="board-length",
        )
        layers = st.pills(
            t("board.layers"),
            LAYERS,
            format_func=lambda name: t(f"board.layer.{name}"),
            selection_mode="multi",
            default=LAYERS,
            key="board-layers",
        )
    return SPANS[length or "24"], layers


def _theme(visit: Visit, state: ThemeState, content: Panel, margins: bool, is_last: bool) -> None:
    t, unit = visit.t, state.figure.unit
    _row(_label(state, t), state.theme)
    first, last = (phrases.month(content.months[end], t) for end in (0, -1))
    name = visit.unit_name(unit)
    described = t("trend.alt", theme=state.title, unit=name, first=first, last=last)
    word = phrases.word_since(state.verdict, t)
    chart = charts.panel(content, t, margins=margins, with_months=is_last)
    _draw(chart, f"{state.title}: {word}. {described}", state.theme)


def _row(label: str, key: str) -> None:
    """What stands to the left of a chart."""
    with st.container(key=f"label-{key}"):
        st.html(label)


def _draw(chart: alt.LayerChart, description: str, key: str) -> None:
    with st.container(key=f"plot-{key}"):
        st.altair_chart(chart, theme=None, alt=description)


def _label(state: ThemeState, t: Texts) -> str:
    """The theme, its score and margin, its word, and what follows from it."""
    score = phrases.score(state.figure) or phrases.NOTHING
    figures = markup.text("span", score, "score")
    figures += markup.text("span", theme_cards.margin(state, t), "margin")
    return "".join(
        (
            markup.text("h2", state.title),
            markup.element("p", figures, "big"),
            theme_cards.word(state, t),
            markup.text("p", theme_cards.saying(state, t), "mini"),
        )
    )


def _marks(panels: Sequence[Panel], layers: Sequence[str]) -> tuple[str, ...]:
    """The marks that stand in the charts; nothing is explained that is not there."""
    figures = [figure for panel in panels for figure in panel.series]
    notes = frozenset(note for figure in figures for note in figure.notes)
    has_span = any(panel.spans for panel in panels)
    present = {
        "score": True,
        "margin": "margins" in layers,
        "chance": any(limits.low is not None for p in panels for limits in p.control_limits),
        "span": has_span,
        "ring": has_span,
        "organisation": any(panel.organisation for panel in panels),
        "withheld": any(figure.value is None for figure in figures),
        "break": "break" in notes,
        "action": any(panel.flags for panel in panels),
    }
    return tuple(name for name in LEGEND if present[name])


def _legend(marks: Sequence[str], t: Texts) -> str:
    items = "".join(
        markup.element(
            "li",
            markup.element("i", "", f"mark {n}") + markup.text("span", t(f"board.legend.{n}")),
        )
        for n in marks
    )
    return markup.element("ul", items, "legend")


def _words(states: Sequence[ThemeState], flagged: Sequence[Action], t: Texts) -> None:
    """The verdicts in sentences, and the actions by the number of their flags."""
    with st.container(key="under" if flagged else "under-alone"):
        items = "".join(
            markup.element(
                "li",
                markup.element("p", markup.text("b", state.title) + markup.pill(state.verdict, t))
                + markup.text("span", " ".join(_sentences(state, t))),
            )
            for state in states
        )
        st.html(markup.text("h2", t("board.words")) + markup.element("ul", items, "said"))
        st.html(markup.text("h2", t("board.actions")) + _action_list(flagged, t))


def _sentences(state: ThemeState, t: Texts) -> tuple[str, ...]:
    return sentences(state.verdict, t, lambda period: phrases.month(period, t))


def _action_list(flagged: Sequence[Action], t: Texts) -> str:
    if not flagged:
        return markup.text("p", t("board.no_actions"), "quiet")
    items = "".join(
        markup.element(
            "li",
            markup.text("i", str(number), "n")
            + markup.element(
                "span",
                markup.text("b", action.title)
                + " "
                + markup.text("span", _state_of(action, t), "quiet"),
            ),
        )
        for number, action in enumerate(flagged, start=1)
    )
    return markup.element("ul", items, "acts")


def _state_of(action: Action, t: Texts) -> str:
    state = "open" if action.is_open else str(action.outcome)
    return t("board.action", month=phrases.month(action.start, t), state=t(f"board.state.{state}"))
