"""The reply to a message: openings that fill the box, help to put beneath, a preview, sending."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import partial
from html import escape

import streamlit as st

from monitor.dashboard import phrases, session, uninterrupted
from monitor.dashboard.form import Form
from monitor.dashboard.klaagmuur import reply_texts
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession, remark
from monitor.klaagmuur import contacts, reading
from monitor.klaagmuur.content import LONGEST
from monitor.klaagmuur.help import Contact, Need
from monitor.klaagmuur.reading import VentThread
from monitor.store.engine import reading as looking

OPENINGS = ("thanks", "heard", "talk", "report")
"""Sentences with which a reply can begin; one that is pressed is put into the box."""
Bubble = Callable[..., str]


def show(unlocked: UnlockedSession, thread: VentThread, bubble: Bubble) -> None:
    """The form, with the numbers to call in danger beneath it."""
    t, form = unlocked.visit.t, Form(unlocked.visit, f"reply-{thread.id.hex()}")
    help_contacts = _contacts(unlocked)
    with form.fields(enter_sends=False):
        openings, box, beneath = st.container(), st.container(), st.container()
        # Buttons of the form, so that what was typed so far comes along with them; and drawn
        # before the box, whose text they change. Not callbacks: those run before the session and
        # the role are checked.
        with openings:
            _openings(unlocked, form)
        with beneath:
            _help(unlocked, form, help_contacts)
        with box:
            typed = form.text_area("text", t("inbox.message.reply"), longest=LONGEST, height=180)
        with beneath:
            remark(t("inbox.message.room", count=LONGEST - len(typed), longest=LONGEST))
            with st.container(horizontal=True):
                sent = form.submit(t("inbox.message.reply.send"), primary=True)
                preview = st.form_submit_button(t("inbox.message.preview"), key=form.key("preview"))

    def send(_actor: str, now: datetime) -> None:
        reading.reply(unlocked.visit.context, thread, typed.strip(), now)

    if sent and form.once(send):
        uninterrupted.rerun()
    if preview and typed.strip():
        remark(t("inbox.message.preview.text"))
        day = phrases.day(unlocked.today, t)
        st.html(bubble(unlocked.reader.name, day, typed.strip(), own=True))
    st.html(danger(unlocked))


def _openings(unlocked: UnlockedSession, form: Form) -> None:
    t, box = unlocked.visit.t, form.key("text")
    sentences = {name: t(f"inbox.message.opening.{name}") for name in OPENINGS}
    remark(t("inbox.message.opening"))
    with st.container(horizontal=True, key="opening-pills"):
        for name, sentence in sentences.items():
            label = t(f"inbox.message.opening.{name}.short")
            if st.form_submit_button(label, key=f"opening-{form.key(name)}"):
                filled = partial(
                    reply_texts.with_opening, opening=sentence, openings=sentences.values()
                )
                session.rewrite(box, filled)


def _help(unlocked: UnlockedSession, form: Form, help_contacts: tuple[Contact, ...]) -> None:
    """Help to put beneath the reply, as its writer can use it."""
    t, box = unlocked.visit.t, form.key("text")
    remark(t("inbox.message.insert"))
    with st.container(horizontal=True, key="help-pills"):
        for place, contact in enumerate(help_contacts):
            name = contact.name_in(t.language)
            label = f"+ {phrases.escaped(re.split('[:,(]', name)[0].strip())}"
            if st.form_submit_button(label, key=f"help-{form.key(str(place))}"):
                line = f"{name}: {' '.join(filter(None, (contact.number, contact.url)))}"
                session.rewrite(box, partial(reply_texts.with_line, line=line))


def _contacts(unlocked: UnlockedSession) -> tuple[Contact, ...]:
    context = unlocked.visit.context
    with looking(context.engine) as connection:
        return contacts.shown_in(connection, context.settings.help_file)


def danger(unlocked: UnlockedSession) -> str:
    """The numbers to call when somebody is in danger, as HTML."""
    t = unlocked.visit.t
    numbers = " · ".join(
        f'{escape(each.name_in(t.language))} <a href="tel:{escape(each.dialled)}">'
        f"{escape(each.number)}</a>"
        for each in _contacts(unlocked)
        if each.need in (Need.DANGER, Need.AGGRESSION) and each.number
    )
    return f'<p class="km-danger"><b>{escape(t("inbox.message.danger"))}</b> {numbers}</p>'
