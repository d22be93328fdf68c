"""The luisteraar's inbox: what was written, opened in this session's memory only."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session
from monitor.dashboard.klaagmuur import message, unlock, unlocked_session
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import readers, reading, themes
from monitor.klaagmuur.content import Intention, Theme
from monitor.klaagmuur.reading import VentThread

OPEN = "open-letter"
ALL = "all"
Choice = TypeVar("Choice", bound=StrEnum)


def show(visit: Visit) -> None:
    """Unlock, then the letters: unread first, by day; one of them open."""
    t = visit.t
    st.title(t("page.inbox"), anchor=False)
    inside = unlock.enter(visit)
    if inside is None:
        return
    unlocked_session.lock_button(inside)
    unlock.notice(visit, inside)
    present = readers.active(inside.known, inside.today)
    themes.close_quarters(visit.context.engine, inside.who, inside.key, inside.today, present)
    found = reading.inbox(visit.context, inside.who, inside.key)
    if found.lost:
        st.info(t("inbox.lost", count=found.lost))
    if inside.who.support:
        st.info(t("inbox.support", support=phrases.plain(inside.who.support)))
    else:
        unlocked_session.small(t("inbox.support.none"))
    opened = next((one for one in found.letters if one.id.hex() == session.kept(OPEN)), None)
    if opened is not None:
        _open(inside, opened)
        return
    intention = _filter(visit, "inbox.intention", Intention, "klaagmuur.intention.")
    theme = _filter(visit, "inbox.theme", Theme, "klaagmuur.theme.")
    letters = reading.only(found.letters, intention, theme)
    unread = sum(one.unread for one in found.letters)
    st.markdown(t("inbox.count", count=len(letters), unread=unread))
    if not letters:
        st.markdown(t("inbox.empty"))
    for each in letters:
        _card(inside, each)


def _card(inside: UnlockedSession, one: VentThread) -> None:
    t, name = inside.visit.t, one.id.hex()
    with st.container(border=True, key=f"card-{name}"):
        st.markdown(message.heading(one, t))
        # Not as a callback: those run before the session and the role are looked at.
        if st.button(t("inbox.message.open"), key=f"open-{name}"):
            _take(inside, one)
            st.rerun()


def _open(inside: UnlockedSession, one: VentThread) -> None:
    """One letter, alone on the page: the list would move under one's eyes as it is read."""
    t = inside.visit.t
    st.button(t("inbox.message.close"), key="close", on_click=_put_back)
    st.markdown(message.heading(one, t))
    message.show(inside, one)


def _take(inside: UnlockedSession, one: VentThread) -> None:
    session.keep(message.CURTAIN, "")
    session.keep(OPEN, one.id.hex())
    if not one.heavy:
        reading.mark_read(inside.visit.context.engine, one, clock.today())


def _put_back() -> None:
    session.keep(OPEN, "")


def _filter(visit: Visit, name: str, kind: type[Choice], words: str) -> Choice | None:
    chosen = st.selectbox(
        visit.t(name),
        (ALL, *(each.value for each in kind)),
        format_func=lambda value: visit.t("inbox.all" if value == ALL else words + value),
        key=name,
        filter_mode=None,
    )
    return None if chosen == ALL else kind(chosen)
