"""What to do now: one step, what is under way, and the days that come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from monitor import clock
from monitor.climate.verdicts import DOWN, UP
from monitor.clock import local_day
from monitor.dashboard import elements, markup, phrases, session
from monitor.dashboard.followup import links
from monitor.dashboard.results.theme_state import ThemeState
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit
from monitor.followup import actions, conversations
from monitor.followup.records import Action, ConversationState
from monitor.locale import Texts
from monitor.pulse.rounds import rounds

WORK_ITSELF = "druk"
"""The theme about the work itself: a conversation begins there when it fell too."""
METHODS = "/methoden"
PARTICIPATION = "deelname"
MOST_NAMED = 3
"""Units that are named in the step; with more of them, how many there are. Also the most actions
that are listed."""
MOST_DAYS = 4
"""Days to come that are listed."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A theme of a unit in which a change is reported."""

    unit: str
    name: str
    state: ThemeState


@dataclass(frozen=True, slots=True)
class Step:
    """What to do, how, and the units and the theme it is about; none of them when nothing is."""

    title: str
    how: str
    units: tuple[str, ...] = ()
    theme: str = ""


def step(changed: Sequence[Changed], few_answers: bool, t: Texts) -> Step:
    """The step: a new change comes before one that stays, a fall before a rise.

    A month with few answers asks for answers when nothing else is to be done.
    """
    for direction in (DOWN, UP):
        of_direction = [each for each in changed if each.state.verdict.direction == direction]
        new = [each for each in of_direction if each.state.verdict.is_new]
        if chosen := new or of_direction:
            return _talk(chosen, direction, t)
    key = "few_answers" if few_answers else "none"
    return Step(t(f"next.{key}"), t(f"next.{key}.how"))


def _talk(changed: Sequence[Changed], direction: str, t: Texts) -> Step:
    """A conversation; it begins with the work itself when that fell too."""
    named = list(dict.fromkeys(each.name for each in changed))
    who = (
        phrases.listed(named, t) if len(named) <= MOST_NAMED else t("next.units", count=len(named))
    )
    about = next((c for c in changed if c.state.theme == WORK_ITSELF), changed[0]).state
    if direction == UP:
        title, how = t("next.rose", units=who), t("next.rose.how")
    elif about.theme == WORK_ITSELF:
        title, how = t("next.talk_work", units=who), t("next.talk.how")
    else:
        themes = phrases.listed(list(dict.fromkeys(each.state.title for each in changed)), t)
        title, how = t("next.talk", units=who, themes=themes), t("next.talk.how")
    return Step(title, how, tuple(dict.fromkeys(each.unit for each in changed)), about.theme)


def overseer_step(changed: Sequence[Changed], t: Texts) -> Step:
    """What somebody who oversees may ask: they lead no team and hold no conversation with one."""
    if not changed:
        return Step(t("next.overseer"), t("next.overseer.how"))
    themes = phrases.listed(list(dict.fromkeys(each.state.title for each in changed)), t)
    return Step(t("next.overseer.changed", themes=themes), t("next.overseer.changed.how"))


def show(visit: Visit, unit: str, changed: Sequence[Changed], few_answers: bool) -> None:
    """The one dark block of the page."""
    t = visit.t
    now = overseer_step(changed, t) if _only_oversees(visit) else step(changed, few_answers, t)
    st.html(
        markup.text("p", t("next.eyebrow"), "eyebrow")
        + markup.text("h2", now.title)
        + markup.text("p", now.how)
    )
    _way(visit, unit, now)
    if rest := _under_way(visit, unit) + _soon(_days(visit, unit, clock.today()), t):
        st.html(rest)


def _way(visit: Visit, unit: str, now: Step) -> None:
    """The link to prepare the conversation, for whoever leads such a unit; else to the methods.

    For somebody who only oversees: the link to participation.
    """
    if _only_oversees(visit):
        session.page_link(PARTICIPATION, visit.t("next.participation"), {})
        return
    led = [each for each in now.units or (unit,) if each in visit.replies_to]
    if not led:
        elements.link(visit, METHODS, visit.t("next.methods"))
        return
    choice = {Slot.UNIT: led[0]} | ({Slot.THEME: now.theme} if now.theme else {})
    session.page_link(links.PREPARE, visit.t("talk.prepare"), choice)


def _only_oversees(visit: Visit) -> bool:
    return visit.oversees() and not visit.replies()


def _units(visit: Visit, unit: str) -> tuple[str, ...]:
    """The unit and those beneath it that this person leads."""
    beneath = visit.tree.beneath(unit)[1:] if unit in visit.tree else ()
    return (unit, *(each for each in beneath if each in visit.replies_to))


def _under_way(visit: Visit, unit: str) -> str:
    """The open actions, the latest few, each with its month and the unit where that is another."""
    t, listed = visit.t, actions.listing(visit.context.engine, _units(visit, unit))
    items = "".join(
        markup.element(
            "li", markup.text("b", each.title) + markup.text("span", _since(visit, each, unit))
        )
        for each in [action for action in listed if action.is_open][:MOST_NAMED]
    )
    return (
        markup.element(
            "div", markup.text("h3", t("next.under_way")) + markup.element("ul", items, "also")
        )
        if items
        else ""
    )


def _since(visit: Visit, action: Action, unit: str) -> str:
    month = phrases.month(action.start, visit.t)
    if action.unit == unit:
        return visit.t("next.action", month=month)
    return visit.t("next.action.of", unit=visit.unit_name(action.unit), month=month)


def _days(visit: Visit, unit: str, today: date) -> list[tuple[date, str]]:
    """The days to come, the first of them first."""
    t, days = visit.t, []
    current = rounds.current_open(visit.context.engine)
    if current is not None and current.closes_on is not None and current.closes_on >= today:
        days.append((current.closes_on, t("next.closes", month=phrases.month(current.period, t))))
    has_planned = conversations.planned(visit.context.engine)
    days += [
        (local_day(planned.starts_at), t("next.conversation", unit=visit.unit_name(each)))
        for each in _units(visit, unit)
        if each in visit.replies_to and each in has_planned
        for planned in conversations.listing(visit.context.engine, each)
        if planned.state is ConversationState.PLANNED and local_day(planned.starts_at) >= today
    ]
    return sorted(days)[:MOST_DAYS]


def _soon(days: Sequence[tuple[date, str]], t: Texts) -> str:
    if not days:
        return ""
    items = "".join(
        markup.element("li", markup.text("b", phrases.day(day, t)) + markup.text("span", words))
        for day, words in days
    )
    head = markup.text("h3", t("next.soon"))
    return markup.element("div", head + markup.element("ul", items), "soon")
