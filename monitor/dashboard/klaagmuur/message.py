"""One message, open: a warning before heavy content, the text, the thread, what to do next."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session
from monitor.dashboard.form import Form
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession, remark, verbatim
from monitor.klaagmuur import readers, reading
from monitor.klaagmuur.content import LONGEST, Author, Intention, Note
from monitor.klaagmuur.reading import VentThread
from monitor.locale import Texts

WARNING_PASSED = "warning-passed"
OPENINGS = ("thanks", "heard", "talk", "report")
"""Sentences with which a reply can begin; one that is pressed is put into the box."""


def heading(thread: VentThread, t: Texts) -> str:
    """Day, what the sender wants, theme and feeling; and whether it is new or done."""
    vent = thread.vent
    parts = [phrases.day(thread.day, t), t(f"klaagmuur.intention.{vent.intention}")]
    if vent.theme:
        parts.append(t(f"klaagmuur.theme.{vent.theme}"))
    if vent.feeling:
        parts.append(t(f"klaagmuur.feeling.{vent.feeling}"))
    line = " · ".join(map(phrases.escaped, parts))
    if thread.unread:
        return f"**{t('inbox.message.new')}** · {line}"
    return f"{line} · {t('inbox.message.handled')}" if thread.handled else line


def show(unlocked: UnlockedSession, thread: VentThread) -> None:
    """The message itself; heavy content only after a warning."""
    t = unlocked.visit.t
    if thread.heavy and session.remembered(WARNING_PASSED) != thread.id.hex():
        _content_warning(unlocked, thread)
        return
    if thread.vent.text:
        verbatim(thread.vent.text)
    else:
        st.markdown(t("inbox.message.no_text"))
    for note in thread.notes:
        _note(unlocked, note)
    remark(t("inbox.message.expires", day=phrases.day(thread.expires_on, t)))
    if not thread.vent.handover:
        remark(t("inbox.message.stays"))
    _reply(unlocked, thread)
    _mark_handled(unlocked, thread)
    with st.expander(t("inbox.message.delete")):
        _delete(unlocked, thread)


def _content_warning(unlocked: UnlockedSession, thread: VentThread) -> None:
    t, name = unlocked.visit.t, thread.id.hex()
    st.markdown(t("inbox.message.warning"))
    # Not a callback: callbacks run before the session and the role are checked.
    if st.button(t("inbox.message.warning.open"), key=f"warning-{name}"):
        session.remember(WARNING_PASSED, name)
        reading.mark_read(unlocked.visit.context.engine, thread, clock.today())
        st.rerun()


def _note(unlocked: UnlockedSession, note: Note) -> None:
    t = unlocked.visit.t
    reader = readers.find(unlocked.everyone, note.who)
    if note.by is not Author.LUISTERAAR:
        writer = t("inbox.message.sender")
    elif reader is None or reader.account == unlocked.reader.account:
        writer = t("inbox.message.you")
    else:
        writer = phrases.escaped(reader.name)
    with st.container(border=True):
        remark(f"{writer} · {phrases.day(note.day, t)}")
        verbatim(note.text)


def _reply(unlocked: UnlockedSession, thread: VentThread) -> None:
    """The reply; folded away under a message whose writer asked for none."""
    t = unlocked.visit.t
    if thread.vent.intention is Intention.SAY and not thread.notes:
        st.markdown(t("inbox.message.no_reply"))
        with st.expander(t("inbox.message.reply.anyway")):
            _reply_form(unlocked, thread)
        return
    _reply_form(unlocked, thread)


def _reply_form(unlocked: UnlockedSession, thread: VentThread) -> None:
    t, form = unlocked.visit.t, Form(unlocked.visit, f"reply-{thread.id.hex()}")
    box = form.key("text")
    with form.fields(enter_sends=False):
        st.markdown(t("inbox.message.opening"))
        # Buttons of the form, so that what was typed so far comes along with them. Not callbacks:
        # those run before the session and the role are checked.
        for opening in OPENINGS:
            sentence = t(f"inbox.message.opening.{opening}")
            if st.form_submit_button(sentence, key=form.key(f"opening-{opening}")):
                session.put_in_front(box, sentence)
        typed = form.text_area("text", t("inbox.message.reply"), longest=LONGEST)
        sent = form.submit(t("inbox.message.reply.send"), primary=True)

    def reply(_actor: str, now: datetime) -> None:
        reading.reply(unlocked.visit.context, thread, typed.strip(), now)

    if sent and form.once(reply):
        st.rerun()


def _mark_handled(unlocked: UnlockedSession, thread: VentThread) -> None:
    t = unlocked.visit.t
    label = t("inbox.message.reopen" if thread.handled else "inbox.message.done")
    if st.button(label, key=f"done-{thread.id.hex()}"):
        reading.mark_handled(unlocked.visit.context.engine, thread, not thread.handled)
        st.rerun()


def _delete(unlocked: UnlockedSession, thread: VentThread) -> None:
    t, name = unlocked.visit.t, thread.id.hex()
    st.markdown(t("inbox.message.delete.text"))
    ticked = st.checkbox(t("inbox.message.delete.sure"), key=f"sure-{name}")
    if st.button(t("inbox.message.delete.button"), key=f"delete-{name}", disabled=not ticked):
        reading.delete(unlocked.visit.context, thread)
        st.rerun()
