"""The set-up: from an empty store to the first round, one step a view, in any order."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from monitor import clock
from monitor.access import overseers
from monitor.dashboard import elements, markup, phrases, session
from monitor.dashboard.admin import setup_steps
from monitor.dashboard.admin.setup_steps import STEPS, Step
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit
from monitor.operations import checklist
from monitor.operations.checklist import Item

ADDRESS = "inrichten"
AFTERWARDS = ("instellingen", "organisatie", "leden", "accounts", "hulplijnen")
"""The pages on which is changed later what the set-up asked for."""


def show(visit: Visit) -> None:
    """One step, how far the set-up is, and the way to every other step."""
    t = visit.t
    st.title(t("page.setup"), anchor=False)
    show_announcement()
    _warn_of_roles(visit)
    if checklist.is_over(visit.context):
        _show_afterwards(visit)
        return
    st.markdown(t("setup.intro"))
    checks = checklist.checks(visit.context, clock.today())
    done = {check.item: check.done for check in checks}
    _progress(visit, done)
    numbers = tuple(str(number) for number in range(1, len(STEPS) + 1))
    number = int(session.chosen_once(Slot.STEP, numbers, preferred=str(_first_open(done))))
    with st.container(key="setup"):
        with st.container(key="setup-step"):
            _show_step(visit, number)
        with st.container(key="setup-steps", gap="xsmall"):
            for other, step in enumerate(STEPS, start=1):
                _step_line(visit, other, step, done, is_shown=other == number)


def _warn_of_roles(visit: Visit) -> None:
    t = visit.t
    for account in overseers.roles_to_split(visit.context.engine):
        first, second = (t(f"role.{role.value}") for role in (account.first, account.second))
        email = phrases.escaped(account.email)
        st.warning(t("setup.split", email=email, first=first, second=second))


def _show_afterwards(visit: Visit) -> None:
    """After the first round nothing is set up any more: where each thing is changed."""
    t = visit.t
    st.markdown(t("setup.over"))
    with st.container(key="setup-over", gap="xsmall"):
        for address in AFTERWARDS:
            session.page_link(address, t(f"setup.later.{address}"), {})
    st.header(t("setup.texts"), anchor=False)
    setup_steps.texts(visit)


def _progress(visit: Visit, done: Mapping[Item, bool]) -> None:
    """How much of what the first round waits for is there."""
    t = visit.t
    needed = [step.item for step in STEPS if step.item is not None]
    ready = sum(done[item] for item in needed)
    missing = sum(not is_done for is_done in done.values())
    counted = t("setup.progress", done=ready, count=len(needed))
    bar = markup.element(
        "progress", "", max=str(len(needed)), value=str(ready), **{"aria-label": counted}
    )
    sentence = t("setup.left", count=missing) if missing else t("setup.ready")
    with st.container(border=True, key="card-checklist", gap="xsmall"):
        st.html(markup.text("p", sentence, "left") + bar + markup.text("p", counted, "quiet"))
        if not missing:
            elements.link(visit, "/rondes", t("setup.to_rounds"))


def _first_open(done: Mapping[Item, bool]) -> int:
    """Number of the first step the first round waits for; the last one when there is none."""
    for number, step in enumerate(STEPS, start=1):
        if step.item is not None and not done[step.item]:
            return number
    return len(STEPS)


def _show_step(visit: Visit, number: int) -> None:
    """The step itself, and the way to the ones before and after it."""
    t, step = visit.t, STEPS[number - 1]
    st.html(markup.text("p", t("setup.step", number=number, count=len(STEPS)), "quiet"))
    st.header(t(f"setup.{step.name}"), anchor=False)
    step.show(visit)
    with st.container(key="setup-way", horizontal=True):
        if number > 1:
            label = t("setup.previous", name=t(f"setup.{STEPS[number - 2].name}"))
            session.page_link(ADDRESS, label, {Slot.STEP: str(number - 1)})
        if number < len(STEPS):
            label = t("setup.next", name=t(f"setup.{STEPS[number].name}"))
            session.page_link(ADDRESS, label, {Slot.STEP: str(number + 1)})


def _step_line(
    visit: Visit, number: int, step: Step, done: Mapping[Item, bool], *, is_shown: bool
) -> None:
    """A step by its name, with whether it is done: a link to it, or where it is shown a mark."""
    t = visit.t
    state = "later" if step.item is None else "done" if done[step.item] else "missing"
    name, word = t(f"setup.{step.name}"), t(f"setup.{state}")
    with st.container(key=f"setup-{state}-{step.name}"):
        if is_shown:
            text = markup.text("span", f"{number}. {name}") + markup.text("em", word)
            st.html(markup.element("p", text, "now", **{"aria-current": "step"}))
        else:
            session.page_link(ADDRESS, f"{number}\\. {name} *{word}*", {Slot.STEP: str(number)})
