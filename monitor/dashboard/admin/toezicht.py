"""What waits for toezicht: confirmed or refused here, and who has which role now."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor.access import accounts, pending_acts
from monitor.access.pending_acts import PendingAct
from monitor.access.two_pairs_of_eyes import WAIT
from monitor.dashboard import elements, uninterrupted
from monitor.dashboard.admin import (
    act_words,
    one_time_links,
    overseen_keys,
    proposals,
    questionnaires,
    server_settings,
)
from monitor.dashboard.admin.grants import grants_table
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.pulse.rounds import questionnaire_acts


def show(visit: Visit) -> None:
    """The acts that wait, oldest first, and the accounts with their roles."""
    t, engine = visit.t, visit.context.engine
    st.title(t("page.toezicht"), anchor=False)
    show_announcement()
    st.markdown(t("toezicht.intro", days=WAIT.days))
    one_time_links.show_last(visit, TOP)
    waiting = pending_acts.waiting(engine)
    if not waiting:
        elements.empty_state(visit, "toezicht.nothing")
    for act in waiting:
        _act(visit, act)
    server_settings.show(visit)
    overseen_keys.show(visit)
    st.header(t("toezicht.roles"), anchor=False)
    st.markdown(t("toezicht.roles.text"))
    st.table(grants_table(accounts.listing(engine), visit.tree, t), alt=t("acc.alt"))


def _act(visit: Visit, act: PendingAct) -> None:
    t, engine = visit.t, visit.context.engine
    with st.container(border=True, key=f"card-act-{act.id}"):
        st.markdown(f"**{act_words.sentence(visit, act)}**")
        st.markdown(act_words.since(visit, act))
        if act.kind == questionnaire_acts.SWITCH.name:
            questionnaires.show_change(visit, questionnaire_acts.questionnaire_of(act.payload))
        st.markdown(" ".join((t(f"act.ask.{act.kind}"), act_words.seen_along(visit, act))).strip())
        with st.container(horizontal=True):
            confirming = Form(visit, f"confirm-{act.id}")
            if confirming.button(t("toezicht.confirm")):
                _confirm(confirming, act)
            refusing = Form(visit, f"refuse-{act.id}")
            if refusing.button(t("toezicht.refuse")):
                refusing.finish(
                    lambda _by, now: pending_acts.refuse(engine, act.id, visit.person, now),
                    t("toezicht.refused"),
                    TOP,
                )


def _confirm(form: Form, act: PendingAct) -> None:
    visit = form.visit

    def work(_actor: str, now: datetime) -> None:
        outcome = pending_acts.confirm(visit.context.engine, act.id, visit.person, now)
        proposals.finish(visit, act.about, outcome, visit.t("toezicht.confirmed"), TOP)

    if form.once(work):
        uninterrupted.rerun()
