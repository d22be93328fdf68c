"""The luisteraar's inbox: what was written, opened in the memory of this session only."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session
from monitor.dashboard.klaagmuur import message, unlock, unlocked_session
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import reading, themes
from monitor.klaagmuur.content import Intention, Theme
from monitor.klaagmuur.reading import VentThread

OPEN = "open-message"
ALL = "all"
Choice = TypeVar("Choice", bound=StrEnum)


def show(visit: Visit) -> None:
    """Unlock, then the list of messages, unread first; or the one that is open."""
    t = visit.t
    st.title(t("page.inbox"), anchor=False)
    unlocked = unlock.require(visit)
    if unlocked is None:
        return
    unlocked_session.lock_button(unlocked)
    unlock.show_key_status(unlocked)
    if themes.has_due(visit.context.engine, unlocked.reader, unlocked.today):
        st.info(t("inbox.due"))
    inbox = reading.inbox(visit.context, unlocked.reader, unlocked.key)
    if inbox.lost:
        st.info(t("inbox.lost", count=inbox.lost))
    if unlocked.reader.support:
        st.info(t("inbox.support", support=phrases.escaped(unlocked.reader.support)))
    else:
        unlocked_session.remark(t("inbox.support.none"))
    open_id = session.remembered(OPEN)
    opened = next((thread for thread in inbox.letters if thread.id.hex() == open_id), None)
    if opened is None:
        _list(unlocked, inbox.letters)
    else:
        _open(unlocked, opened)


def _list(unlocked: UnlockedSession, threads: tuple[VentThread, ...]) -> None:
    t = unlocked.visit.t
    intention = _filter(unlocked.visit, "inbox.intention", Intention, "klaagmuur.intention.")
    theme = _filter(unlocked.visit, "inbox.theme", Theme, "klaagmuur.theme.")
    filtered = reading.only(threads, intention, theme)
    unread = sum(thread.unread for thread in threads)
    st.markdown(t("inbox.count", count=len(filtered), unread=unread))
    if not filtered:
        st.markdown(t("inbox.empty"))
    for thread in filtered:
        _card(unlocked, thread)


def _card(unlocked: UnlockedSession, thread: VentThread) -> None:
    t, name = unlocked.visit.t, thread.id.hex()
    with st.container(border=True, key=f"card-{name}"):
        st.markdown(message.heading(thread, t))
        # Not a callback: callbacks run before the session and the role are checked.
        if st.button(t("inbox.message.open"), key=f"open-{name}"):
            _open_next(unlocked, thread)
            st.rerun()


def _open(unlocked: UnlockedSession, thread: VentThread) -> None:
    """One message, alone on the page: the list would move while it is read."""
    t = unlocked.visit.t
    st.button(t("inbox.message.close"), key="close", on_click=_close)
    st.markdown(message.heading(thread, t))
    message.show(unlocked, thread)


def _open_next(unlocked: UnlockedSession, thread: VentThread) -> None:
    """Have the next run open this message; a heavy one counts as read after its warning only."""
    session.remember(message.WARNING_PASSED, "")
    session.remember(OPEN, thread.id.hex())
    if not thread.heavy:
        reading.mark_read(unlocked.visit.context.engine, thread, clock.today())


def _close() -> None:
    session.remember(OPEN, "")


def _filter(visit: Visit, name: str, kind: type[Choice], prefix: str) -> Choice | None:
    chosen = st.selectbox(
        visit.t(name),
        (ALL, *(option.value for option in kind)),
        format_func=lambda value: visit.t("inbox.all" if value == ALL else prefix + value),
        key=name,
        filter_mode=None,
    )
    return None if chosen == ALL else kind(chosen)
