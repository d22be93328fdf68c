"""The conversations that are planned: the file for the calendar, the agenda, or called off."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor import clock
from monitor.dashboard import elements, phrases
from monitor.dashboard.announcements import TOP
from monitor.dashboard.followup import links
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.followup import conversations, sleeping
from monitor.followup.leaders import Lead
from monitor.followup.library import library
from monitor.followup.records import Conversation, ConversationState
from monitor.locale import formats
from monitor.pulse.questionnaire import in_language

FILES = "/gesprekken"
"""Where the plain pages of a conversation are."""


def show(visit: Visit, unit: str) -> None:
    """A card per planned conversation of the unit; nothing when there is none."""
    for conversation in conversations.listing(visit.context.engine, unit):
        if conversation.state is ConversationState.PLANNED:
            card(visit, conversation)


def card(visit: Visit, conversation: Conversation) -> None:
    """A conversation that is planned, or that should have been held by now."""
    t = visit.t
    with st.container(border=True, key=f"card-planned-{conversation.id}"):
        is_over = conversation.starts_at <= clock.now()
        title = "over.title" if is_over else "planned.title"
        st.markdown(f"**{t(title, moment=moment(visit, conversation))}**")
        st.markdown(about(visit, conversation))
        if is_over:
            elements.link(visit, links.address(links.AGREEMENTS, conversation.unit),
                          t("planned.tell"))  # fmt: skip
            return
        base = f"{FILES}/{conversation.id}"
        first = sleeping.may_go_from(visit.context.engine, conversation)
        if first <= clock.today():
            elements.link(visit, f"{base}/teamgesprek.ics", t("planned.calendar"))
            st.markdown(t("planned.calendar.holds"))
        else:
            st.markdown(t("planned.sleep", day=phrases.day(first, t)))
        elements.link(visit, f"{base}/agenda", t("planned.print"), quiet=True)
        _call_off(visit, conversation)


def moment(visit: Visit, conversation: Conversation) -> str:
    """Day and time of a conversation in words."""
    return formats.moment(conversation.starts_at, visit.t.language)


def about(visit: Visit, conversation: Conversation) -> str:
    """Form, length and who leads."""
    t = visit.t
    return t(
        "planned.about",
        method=phrases.escaped(method_title(visit, conversation.method)),
        minutes=conversation.minutes,
        lead=_lead(visit, conversation.led_by),
    )


def method_title(visit: Visit, key: str) -> str:
    """What a form is called; its key when the organisation's own file no longer has it."""
    book = library(visit.context.settings.data_dir).methods
    titles = {method.key: method.title for method in book.methods}
    return in_language(titles[key], visit.t.language) if key in titles else key


def _lead(visit: Visit, role: str) -> str:
    if role in tuple(Lead):
        words = visit.t(f"lead.{role}")
        return f"{words[0].lower()}{words[1:]}"
    return phrases.escaped(role)


def _call_off(visit: Visit, conversation: Conversation) -> None:
    t, engine = visit.t, visit.context.engine
    form = Form(visit, f"off-{conversation.id}")

    def drop(_actor: str, _now: datetime) -> None:
        conversations.settle(engine, conversation.id, ConversationState.DROPPED)

    if form.button(t("planned.call_off")):
        form.finish(drop, t("planned.called_off"), TOP)
