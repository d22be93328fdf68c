"""The choices of unit, month and theme, which hold on every page with results."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from monitor.dashboard import elements, markup, phrases, session
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit
from monitor.pulse.questionnaire import Questionnaire, in_language


def unit_and_period(visit: Visit, page: str) -> tuple[str, str]:
    """The line above a page with figures: its name, and beside it the unit and the month."""
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        st.html(markup.text("p", visit.t(page), "crumb"))
        return unit(visit, quiet=True), period(visit, quiet=True)


def unit_with_figures(visit: Visit, page: str) -> tuple[str, str] | None:
    """As `unit_and_period`; None where that month has no such unit, or there is no month yet.

    The page then says so beneath its title.
    """
    if not visit.results.periods:
        st.title(visit.t(page), anchor=False)
        elements.has_sealed_month(visit)
        return None
    chosen, month = unit_and_period(visit, page)
    if chosen not in visit.results.tree(month):
        st.title(visit.t(page), anchor=False)
        name, month_name = visit.unit_name(chosen), phrases.month(month, visit.t)
        elements.empty_state(visit, "empty.not_yet", unit=name, month=month_name)
        return None
    return chosen, month


def unit(visit: Visit, units: Sequence[str] | None = None, *, quiet: bool = False) -> str:
    """The unit to show, among `units` or all this person may see; `quiet` without its label."""
    options = visit.units if units is None else units
    names = unit_names(visit, options)
    chosen = session.select(
        Slot.UNIT,
        visit.t("choice.unit"),
        options,
        names.__getitem__,
        preferred=options[0],
        quiet=quiet,
    )
    if len(options) == 1:
        st.markdown(f"**{phrases.escaped(visit.unit_name(chosen))}**")
    return chosen


def period(visit: Visit, *, quiet: bool = False) -> str:
    """The sealed month to show; the latest to begin with. `quiet` without its label."""
    return session.select(
        Slot.PERIOD,
        visit.t("choice.month"),
        visit.results.periods[::-1],
        lambda value: phrases.month(value, visit.t),
        preferred=visit.results.periods[-1],
        quiet=quiet,
    )


def theme(visit: Visit, questionnaire: Questionnaire) -> str:
    """The theme to show."""
    language = visit.t.language
    titles = {theme.key: in_language(theme.title, language) for theme in questionnaire.themes}
    return session.select(
        Slot.THEME,
        visit.t("choice.theme"),
        tuple(titles),
        titles.__getitem__,
        preferred=questionnaire.themes[0].key,
    )


def unit_names(visit: Visit, units: Sequence[str]) -> dict[str, str]:
    """A name per unit, moved in by its depth in the tree; no two names are the same.

    A name that is there already gets that of the unit above it, or else the unit's key.
    """
    least = min((visit.tree.depth(key) for key in units), default=0)
    names: dict[str, str] = {}
    taken: set[str] = set()
    for key in units:
        name = phrases.indented(visit.unit_name(key), visit.tree.depth(key) - least)
        if name in taken:
            above = visit.tree.ancestors(key)
            name += f" ({visit.unit_name(above[0])})" if above else ""
        if name in taken:
            name += f" [{key}]"
        taken.add(name)
        names[key] = name
    return names
