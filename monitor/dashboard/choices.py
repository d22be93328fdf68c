"""The choices pages share (unit, month, theme) and what a page shows when there is nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from monitor.dashboard import phrases, session
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit
from monitor.pulse.questionnaire import Questionnaire, in_language


def something_to_show(visit: Visit) -> bool:
    """Whether there is a sealed month; when not, says what to do next."""
    if not visit.results.periods:
        empty(visit, "empty.no_month")
    return bool(visit.results.periods)


def empty(visit: Visit, key: str, **words: str) -> None:
    """A calm box in place of figures: why there are none, and what to do."""
    with st.container(border=True, key="card-empty"):
        st.markdown(f"**{visit.t(f'{key}.title')}**")
        st.markdown(visit.t(f"{key}.text", **{k: phrases.plain(v) for k, v in words.items()}))


def sentences(found: Iterable[str]) -> None:
    """What belongs with the figures, as a list; nothing when there is nothing to say."""
    lines = [f"- {sentence}" for sentence in found]
    if lines:
        st.markdown("\n".join(lines))


GLOSSARY = ("score", "interval", "signal", "response")


def glossary(visit: Visit) -> None:
    """What the few terms on the pages with figures mean; folded away until asked for."""
    with st.expander(visit.t("glossary.title")):
        sentences(visit.t(f"glossary.{term}") for term in GLOSSARY)


def unit(visit: Visit, units: Sequence[str] | None = None) -> str:
    """The unit to look at, among those this person may see."""
    options = visit.units if units is None else units
    names = names_of(visit, options)
    chosen = session.select(
        Slot.UNIT, visit.t("choice.unit"), options, names.__getitem__, preferred=options[0]
    )
    if len(options) == 1:
        st.markdown(f"**{phrases.plain(visit.name(chosen))}**")
    return chosen


def period(visit: Visit) -> str:
    """The sealed month to look at; the latest to begin with."""
    return session.select(
        Slot.PERIOD,
        visit.t("choice.month"),
        visit.results.periods[::-1],
        lambda value: phrases.month(value, visit.t),
        preferred=visit.results.periods[-1],
    )


def theme(visit: Visit, asked: Questionnaire) -> str:
    """The theme to look at."""
    titles = {one.key: in_language(one.title, visit.t.language) for one in asked.themes}
    return session.select(
        Slot.THEME,
        visit.t("choice.theme"),
        tuple(titles),
        titles.__getitem__,
        preferred=asked.themes[0].key,
    )


def names_of(visit: Visit, options: Sequence[str]) -> dict[str, str]:
    """Names moved in by depth; told apart by what is above them, or else by their key."""
    least = min((visit.tree.depth(key) for key in options), default=0)
    made: dict[str, str] = {}
    taken: set[str] = set()
    for key in options:
        name = phrases.indented(visit.name(key), visit.tree.depth(key) - least)
        if name in taken:
            above = visit.tree.ancestors(key)
            name += f" ({visit.name(above[0])})" if above else ""
        if name in taken:
            name += f" [{key}]"
        taken.add(name)
        made[key] = name
    return made
