"""One letter, open: a curtain before what is heavy, the text, the thread, and what to do next."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession, said, small
from monitor.errors import Refusal
from monitor.klaagmuur import readers, reading
from monitor.klaagmuur.content import LONGEST, Author, Note
from monitor.klaagmuur.reading import VentThread
from monitor.locale import Texts

CURTAIN = "curtain-open"
OPENINGS = ("none", "thanks", "heard", "talk", "report")


def heading(one: VentThread, t: Texts) -> str:
    """Day, what the sender wants, theme and feeling; and whether it is new or done."""
    told = [phrases.day(one.day, t), t(f"klaagmuur.intention.{one.vent.intention}")]
    if one.vent.theme:
        told.append(t(f"klaagmuur.theme.{one.vent.theme}"))
    if one.vent.feeling:
        told.append(t(f"klaagmuur.feeling.{one.vent.feeling}"))
    line = " · ".join(map(phrases.plain, told))
    if one.unread:
        return f"**{t('inbox.message.new')}** · {line}"
    return f"{line} · {t('inbox.message.handled')}" if one.handled else line


def show(inside: UnlockedSession, one: VentThread) -> None:
    """The letter itself."""
    t, name = inside.visit.t, one.id.hex()
    if one.heavy and session.kept(CURTAIN) != name:
        st.markdown(t("inbox.message.warning"))
        # Not as a callback: those run before the session and the role are looked at.
        if st.button(t("inbox.message.warning.open"), key=f"curtain-{name}"):
            _draw(inside, one)
            st.rerun()
        return
    if one.vent.text:
        said(one.vent.text)
    else:
        st.markdown(t("inbox.message.no_text"))
    for note in one.notes:
        _note(inside, note)
    small(t("inbox.message.expires", day=phrases.day(one.expires_on, t)))
    if not one.vent.handover:
        small(t("inbox.message.stays"))
    _reply(inside, one)
    done = t("inbox.message.reopen" if one.handled else "inbox.message.done")
    if st.button(done, key=f"done-{name}"):
        reading.mark_handled(inside.visit.context.engine, one, not one.handled)
        st.rerun()
    with st.expander(t("inbox.message.delete")):
        st.markdown(t("inbox.message.delete.text"))
        sure = st.checkbox(t("inbox.message.delete.sure"), key=f"sure-{name}")
        if st.button(t("inbox.message.delete.button"), key=f"delete-{name}", disabled=not sure):
            reading.delete(inside.visit.context, one)
            st.rerun()


def _reply(inside: UnlockedSession, one: VentThread) -> None:
    t, form = inside.visit.t, f"reply-{one.id.hex()}"
    nonce = session.nonce(form)
    with st.form(form, enter_to_submit=False):
        opening = st.selectbox(
            t("inbox.message.opening"),
            OPENINGS,
            format_func=lambda name: t(f"inbox.message.opening.{name}"),
            key=f"{form}-opening-{nonce}",
            filter_mode=None,
        )
        typed = st.text_area(t("inbox.message.reply"), max_chars=LONGEST, key=f"{form}-{nonce}")
        sent = st.form_submit_button(t("inbox.message.reply.send"), type="primary")
    if not sent:
        return
    begun = "" if opening == "none" else t(f"inbox.message.opening.{opening}")
    text = "\n\n".join(part for part in (begun, typed.strip()) if part)
    try:
        reading.check_reply(one, text)
        if session.use(form, nonce):
            reading.reply(inside.visit.context, one, text, clock.now())
    except Refusal as refusal:
        st.error(t(refusal.key, **refusal.words))
    else:
        st.rerun()


def _note(inside: UnlockedSession, note: Note) -> None:
    t = inside.visit.t
    other = readers.find(inside.known, note.who)
    if note.by is not Author.LUISTERAAR:
        writer = t("inbox.message.sender")
    elif other is None or other.account == inside.who.account:
        writer = t("inbox.message.you")
    else:
        writer = phrases.plain(other.name)
    with st.container(border=True):
        small(f"{writer} · {phrases.day(note.day, t)}")
        said(note.text)


def _draw(inside: UnlockedSession, one: VentThread) -> None:
    session.keep(CURTAIN, one.id.hex())
    reading.mark_read(inside.visit.context.engine, one, clock.today())
