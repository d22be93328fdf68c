"""Acts of a beheerder: done at once where that is allowed, else waiting for toezicht."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from monitor import clock
from monitor.access import pending_acts
from monitor.access.act_kinds import Act
from monitor.access.pending_acts import Outcome, PendingAct
from monitor.access.two_pairs_of_eyes import WAIT
from monitor.dashboard import uninterrupted
from monitor.dashboard.admin import act_words, one_time_links
from monitor.dashboard.announcements import announce, show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit

MakeAct = Callable[[], Act]
WAITING = "waiting"
"""The place of what waits, for what makes its own form disappear."""


def submit(form: Form, make_act: MakeAct, done: str, place: str | None = None) -> None:
    """Do what the form asks for, or have it wait; a refusal is shown, and the fields stay.

    `done` is said beneath the form's own button; at `place` when the form will be gone by then.
    """
    visit, said_at = form.visit, form.name if place is None else place

    def work(actor: str, now: datetime) -> None:
        act = make_act()
        outcome = pending_acts.submit(visit.context.engine, act, actor, now)
        if not outcome.done:
            announce(visit.t("act.waits", days=WAIT.days), form.name)
        else:
            finish(visit, act.about, outcome, done, said_at)

    if form.once(work):
        uninterrupted.rerun()


def finish(visit: Visit, about: str, outcome: Outcome, done: str, place: str) -> None:
    """Say that an act was done, and mail the one-time link that it needs."""
    if outcome.link_for is None:
        announce(done, place)
    else:
        one_time_links.hand_out(visit, about, outcome.link_for, place)


def show_waiting(visit: Visit) -> None:
    """What waits for toezicht: to take back, or to carry out once its two weeks are over."""
    t, waiting = visit.t, pending_acts.waiting(visit.context.engine)
    show_announcement(WAITING)
    one_time_links.show_last(visit, WAITING)
    if not waiting:
        return
    st.header(t("act.title"), anchor=False)
    st.markdown(t("act.intro", days=WAIT.days))
    for act in waiting:
        with st.container(border=True, key=f"card-act-{act.id}"):
            st.markdown(f"{act_words.sentence(visit, act)}  \n{act_words.since(visit, act)}")
            _buttons(visit, act)


def _buttons(visit: Visit, act: PendingAct) -> None:
    t, engine = visit.t, visit.context.engine
    if act.proposed_by == visit.actor:
        form = Form(visit, f"withdraw-{act.id}")
        if form.button(t("act.withdraw")):
            form.finish(
                lambda _by, now: pending_acts.withdraw(engine, act.id, visit.person, now),
                t("act.withdrawn"),
                WAITING,
            )
    if act.is_ripe(clock.today()):
        form = Form(visit, f"carry-out-{act.id}")
        if form.button(t("act.carry_out")):
            _carry_out(form, act)


def _carry_out(form: Form, act: PendingAct) -> None:
    visit = form.visit

    def work(_actor: str, now: datetime) -> None:
        outcome = pending_acts.carry_out(visit.context.engine, act.id, visit.person, now)
        finish(visit, act.about, outcome, visit.t("act.done"), WAITING)

    if form.once(work):
        uninterrupted.rerun()
