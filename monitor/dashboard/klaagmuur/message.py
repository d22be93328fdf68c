"""One message, open: a warning before heavy content, the conversation, what to do next."""

from __future__ import annotations

from html import escape

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session
from monitor.dashboard.klaagmuur import cards, reply
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.dashboard.uninterrupted import carry_through, rerun
from monitor.klaagmuur import readers, reading
from monitor.klaagmuur.content import Author, Intention, Note
from monitor.klaagmuur.reading import VentThread
from monitor.locale import Texts

WARNING_PASSED = "warning-passed"


def show(unlocked: UnlockedSession, thread: VentThread) -> None:
    """The message itself; heavy content only after a warning."""
    t = unlocked.visit.t
    st.html(_heading(thread, t))
    if thread.heavy and session.remembered(WARNING_PASSED) != thread.id.hex():
        _content_warning(unlocked, thread)
        return
    text = thread.vent.text or t("inbox.message.no_text")
    notes = [bubble(t("inbox.message.sender"), phrases.day(thread.day, t), text, own=False)]
    notes += [_note(unlocked, note) for note in thread.notes]
    st.html("".join(notes))
    _reply(unlocked, thread)
    _mark_handled(unlocked, thread)
    with st.expander(t("inbox.message.delete")):
        _delete(unlocked, thread)


def bubble(writer: str, day: str, text: str, *, own: bool) -> str:
    """Something somebody wrote, as HTML; nothing in it is markup."""
    return (
        f'<div class="km-note{" own" if own else ""}"><p class="km-who">{escape(writer)} · '
        f'{escape(day)}</p><p class="km-text">{escape(text)}</p></div>'
    )


def _heading(thread: VentThread, t: Texts) -> str:
    wish = t(f"klaagmuur.intention.{thread.vent.intention}")
    stays = "inbox.message.may_move" if thread.vent.handover else "inbox.message.stays"
    expires = t("inbox.message.expires", day=phrases.day(thread.expires_on, t))
    return (
        f'<div class="km-head"><div><h2>{escape(wish[:1].upper() + wish[1:])}</h2>'
        f"<p>{escape(cards.subject(thread, t))}</p></div>"
        f"<div><p>{escape(expires)}</p><p>{escape(t(stays))}</p></div></div>"
    )


def _content_warning(unlocked: UnlockedSession, thread: VentThread) -> None:
    t, name = unlocked.visit.t, thread.id.hex()
    st.markdown(t("inbox.message.warning"))
    # Not a callback: callbacks run before the session and the role are checked.
    if st.button(t("inbox.message.warning.open"), key=f"warning-{name}"):
        session.remember(WARNING_PASSED, name)
        reading.mark_read(unlocked.visit.context.engine, thread, clock.today())
        rerun()


def _note(unlocked: UnlockedSession, note: Note) -> str:
    t = unlocked.visit.t
    reader = readers.find(unlocked.everyone, note.who)
    if note.by is not Author.LUISTERAAR:
        writer = t("inbox.message.sender")
    elif reader is None or reader.account == unlocked.reader.account:
        writer = t("inbox.message.you")
    else:
        writer = reader.name
    return bubble(writer, phrases.day(note.day, t), note.text, own=note.by is Author.LUISTERAAR)


def _reply(unlocked: UnlockedSession, thread: VentThread) -> None:
    """The reply; folded away under a message whose writer asked for none."""
    t = unlocked.visit.t
    if thread.vent.intention is Intention.SAY and not thread.notes:
        st.markdown(t("inbox.message.no_reply"))
        with st.expander(t("inbox.message.reply.anyway")):
            reply.show(unlocked, thread, bubble)
        return
    reply.show(unlocked, thread, bubble)


def _mark_handled(unlocked: UnlockedSession, thread: VentThread) -> None:
    t = unlocked.visit.t
    label = t("inbox.message.reopen" if thread.handled else "inbox.message.done")
    if st.button(label, key=f"done-{thread.id.hex()}", on_click=carry_through):
        reading.mark_handled(unlocked.visit.context.engine, thread, not thread.handled)
        rerun()


def _delete(unlocked: UnlockedSession, thread: VentThread) -> None:
    t, name = unlocked.visit.t, thread.id.hex()
    st.markdown(t("inbox.message.delete.text"))
    ticked = st.checkbox(t("inbox.message.delete.sure"), key=f"sure-{name}")
    if st.button(
        t("inbox.message.delete.button"),
        key=f"delete-{name}",
        disabled=not ticked,
        on_click=carry_through,
    ):
        reading.delete(unlocked.visit.context, thread)
        rerun()
