"""What was agreed: conversations that are over, open agreements, and looking back at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from monitor import clock
from monitor.dashboard import choices, elements
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.followup import agreement, agreement_form, links, planned
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.followup import actions, conversations, estimates
from monitor.followup.records import MOST_OPEN, Action, Conversation, ConversationState

STILL_ASKED = timedelta(60)
"""For how long after a conversation an agreement can be written down."""


def show(visit: Visit) -> None:
    """Conversations first, then what was agreed."""
    t = visit.t
    st.title(t("page.agreements"), anchor=False)
    show_announcement()
    unit = choices.unit(visit, visit.replies_to)
    everything = actions.listing(visit.context.engine, [unit])
    open_ones = [action for action in everything if action.is_open]
    talks = conversations.listing(visit.context.engine, unit)
    _conversations(visit, talks, everything, len(open_ones) >= MOST_OPEN)
    st.header(t("agreements.open"), anchor=False)
    if not open_ones:
        elements.empty_state(visit, "agreements.none")
        links.prepare(visit, unit)
        _elsewhere(visit, unit)
    stored = estimates.stored(visit.context.engine)
    for action in open_ones:
        agreement.show(visit, action, stored)
    _closed(visit, [action for action in everything if not action.is_open])


def _elsewhere(visit: Visit, unit: str) -> None:
    """Links to the other units of this person in which something is agreed or planned."""
    engine = visit.context.engine
    others = [other for other in visit.replies_to if other != unit]
    running = {action.unit for action in actions.listing(engine, others) if action.is_open}
    here = [other for other in others if other in running | conversations.planned(engine)]
    if here:
        st.markdown(visit.t("agreements.elsewhere"))
    for other in here:
        address = links.address(links.AGREEMENTS, other)
        elements.link(visit, address, visit.unit_name(other), quiet=True)


def _conversations(
    visit: Visit, talks: Sequence[Conversation], unit_actions: Sequence[Action], is_full: bool
) -> None:
    now, agreed_in = clock.now(), {action.conversation for action in unit_actions}
    for talk in talks:
        if talk.state is ConversationState.PLANNED:
            if talk.starts_at <= now:
                _how_did_it_go(visit, talk)
            else:
                planned.card(visit, talk)
        elif _may_agree(talk, now) and talk.id not in agreed_in:
            agreement_form.show(visit, talk, is_full=is_full)


def _may_agree(talk: Conversation, now: datetime) -> bool:
    return talk.state is ConversationState.HELD and now - talk.starts_at <= STILL_ASKED


def _how_did_it_go(visit: Visit, talk: Conversation) -> None:
    """Whether the conversation was held: the only thing that is kept of it."""
    t = visit.t
    with st.container(border=True, key=f"card-over-{talk.id}"):
        st.markdown(f"**{t('over.title', moment=planned.moment(visit, talk))}**")
        st.markdown(planned.about(visit, talk))
        held, dropped = st.columns(2)
        with held:
            _settle(visit, talk, ConversationState.HELD)
        with dropped:
            _settle(visit, talk, ConversationState.DROPPED)
        st.caption(t("over.kept"))


def _settle(visit: Visit, talk: Conversation, state: ConversationState) -> None:
    t, engine = visit.t, visit.context.engine
    form = Form(visit, f"{state.value}-{talk.id}")

    def settle(_actor: str, _now: datetime) -> None:
        conversations.settle(engine, talk.id, state)

    if form.button(t(f"over.{state.value}")):
        form.finish(settle, t(f"over.{state.value}.done"), TOP)


def _closed(visit: Visit, closed: Sequence[Action]) -> None:
    if closed:
        with st.expander(visit.t("agreements.closed", count=len(closed))):
            stored = estimates.stored(visit.context.engine)
            for action in closed:
                agreement.about(visit, action, stored)
