"""The first page: a briefing of one unit in one month."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from monitor.climate.figures import PLACES, RESPONSE, Figure
from monitor.climate.verdicts import DOWN, UP
from monitor.dashboard import choices, elements, markup, phrases
from monitor.dashboard.results import (
    headline,
    next_step,
    statements_moved,
    theme_cards,
    unit_rows,
)
from monitor.dashboard.results.headline import UnitsBeneath
from monitor.dashboard.results.next_step import Changed
from monitor.dashboard.results.theme_state import ThemeState, theme_states
from monitor.dashboard.results.unit_rows import UnitRow
from monitor.dashboard.visit import Visit

HIGH_TURNOUT = 0.6
"""From this share of the invited on, a month with few answers does not lack people."""


def show(visit: Visit) -> None:
    """One sentence, a card per theme, what to do, what stood out, and the teams beneath."""
    t = visit.t
    chosen = choices.unit_with_figures(visit, "page.overview")
    if chosen is None:
        return
    unit, period = chosen
    month, name = phrases.month(period, t), visit.unit_name(unit)
    states = theme_states(visit.results, unit, period, t.language)
    below = unit_rows.unit_rows(visit, unit_rows.beneath(visit, period, unit), period, unit)
    _banner(visit, unit, period, states, below)
    if all(state.is_withheld for state in states) and not any(state.span for state in states):
        elements.empty_state(visit, "empty.too_small", unit=name, month=month)
    else:
        _brief(visit, unit, period, states, below)
    if below:
        _teams(visit, period, below)
    elements.remarks(phrases.notes([state.figure for state in states], t))
    elements.glossary(visit)


def _banner(
    visit: Visit, unit: str, period: str, states: Sequence[ThemeState], below: Sequence[UnitRow]
) -> None:
    """Whether anything is the matter, and how many took part."""
    t = visit.t
    beneath = UnitsBeneath(
        lower=sum(row.has_change(DOWN) for row in below),
        higher=sum(row.has_change(UP) for row in below),
        kind=unit_rows.kind(below),
    )
    summary = headline.headline(states, beneath, t)
    own = t("overview.same") if unit in visit.replies_to else ""
    same = "" if summary.is_thin else t("overview.same.teams") if below else own
    lead = unit_rows.took_part(visit.results, period, unit, t)
    elements.banner(summary.title, summary.beneath, lead, same)


def _brief(
    visit: Visit, unit: str, period: str, states: Sequence[ThemeState], below: Sequence[UnitRow]
) -> None:
    t, tree = visit.t, visit.results.tree(period)
    cards = "".join(theme_cards.card(state, t) for state in states)
    own = [Changed(unit, tree.get(unit).name, state) for state in states if state.span]
    of_units = [
        Changed(row.unit, row.name, state) for row in below for state in row.states if state.span
    ]
    moved = statements_moved.moved(visit.results, unit, period, states, t.language)
    with st.container(key="brief", gap=None):
        with st.container(key="themes"):
            st.html(markup.element("div", cards, "cards"))
        with st.container(key="next", gap=None):
            answered = visit.results.figure(period, unit, "response", RESPONSE)
            invited = visit.results.figure(period, unit, "invited", PLACES)
            few = asks_for_answers(states, answered, invited)
            next_step.show(visit, unit, of_units or own, few)
        with st.container(key="moved"):
            st.html(statements_moved.section(moved, t))


def asks_for_answers(
    states: Sequence[ThemeState], answered: Figure | None, invited: Figure | None
) -> bool:
    """Whether few answered where more could have: not where nearly everybody took part."""
    least = unit_rows.least_share(answered, invited)
    few = any(state.verdict.few_answers for state in states)
    return few and (least is None or least < HIGH_TURNOUT)


def _teams(visit: Visit, period: str, below: Sequence[UnitRow]) -> None:
    t = visit.t
    st.header(t(f"rows.title.{unit_rows.kind(below)}"), anchor=False)
    st.html(markup.text("p", t("rows.order"), "quiet"))
    unit_rows.show(visit, below, period, "", "teams")
    st.html(
        markup.text("p", t("signals.above"), "quiet")
        + markup.text("p", t("overview.no_verdict"), "quiet")
    )
