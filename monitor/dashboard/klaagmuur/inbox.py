"""The luisteraar's inbox: what was written, opened in the memory of this session only."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session, uninterrupted
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.klaagmuur import (
    bulk_removal,
    cards,
    message,
    reply,
    unlock,
    unlocked_session,
)
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import reading, themes
from monitor.klaagmuur.content import Intention, Theme
from monitor.klaagmuur.inbox_groups import Group, grouped
from monitor.klaagmuur.reading import VentThread
from monitor.locale import Texts

OPEN = "open-message"
MORE = "more-messages"
ALL = "all"
AT_ONCE = 25
"""Messages of a group that are drawn before somebody asks for more."""
Choice = TypeVar("Choice", bound=StrEnum)


def show(visit: Visit) -> None:
    """Have the key unlocked, then show the list of messages beside the one that is open."""
    t = visit.t
    title = st.empty()
    title.title(t("page.inbox"), anchor=False)
    unlocked = unlock.require(visit)
    if unlocked is None:
        return
    st.html(f"<style>{_style()}</style>")
    with st.container(key="inbox"), unlocked_session.lockable(unlocked):
        inbox = reading.inbox(visit.context, unlocked.reader, unlocked.key)
        if session.remembered(bulk_removal.CHOSEN):
            bulk_removal.show(unlocked, inbox.letters)
            return
        title.title(_sentence(inbox.letters, t), anchor=False)
        _notices(unlocked, inbox)
        _two_columns(unlocked, inbox.letters)


def _sentence(threads: Sequence[VentThread], t: Texts) -> str:
    """Whether anybody waits, in one sentence."""
    waiting = len(grouped(threads)[Group.WAITING])
    return t("inbox.waiting", count=waiting) if waiting else t("inbox.waiting.none")


def _notices(unlocked: UnlockedSession, inbox: reading.Inbox) -> None:
    t = unlocked.visit.t
    unlock.show_key_status(unlocked)
    show_announcement()
    unread = sum(thread.unread for thread in inbox.letters)
    if inbox.letters:
        st.markdown(t("inbox.count", count=len(inbox.letters), unread=unread))
    if themes.has_due(unlocked.visit.context.engine, unlocked.reader, unlocked.today):
        st.info(t("inbox.due"))
    if inbox.lost:
        st.info(t("inbox.lost", count=inbox.lost))


def _two_columns(unlocked: UnlockedSession, threads: tuple[VentThread, ...]) -> None:
    open_id = session.remembered(OPEN)
    opened = next((thread for thread in threads if thread.id.hex() == open_id), None)
    left, right = st.columns([5, 8], gap="medium")
    with left, st.container(key="list"):
        _list(unlocked, threads, opened)
        _support(unlocked)
    with right:
        if opened is None:
            if threads:
                with st.container(key="nothing-open"):
                    st.markdown(unlocked.visit.t("inbox.choose"))
                    st.html(reply.danger(unlocked))
            return
        with st.container(key="conversation"):
            label = unlocked.visit.t("inbox.message.close")
            st.button(label, key="close", on_click=_close)
            message.show(unlocked, opened)


def _list(
    unlocked: UnlockedSession, threads: tuple[VentThread, ...], opened: VentThread | None
) -> None:
    t = unlocked.visit.t
    if not threads:
        st.markdown(t("inbox.empty"))
        return
    filtered = _filtered(unlocked.visit, threads)
    if not filtered:
        st.markdown(t("inbox.empty"))
    parts = grouped(filtered)
    for group in (Group.WAITING, Group.READ):
        if parts[group]:
            st.html(f'<h2 class="km-list">{t(f"inbox.group.{group}")}</h2>')
            _cards(unlocked, group, parts[group], opened)
    if parts[Group.DONE]:
        label = t("inbox.group.done", count=len(parts[Group.DONE]))
        with st.expander(label, expanded=opened in parts[Group.DONE]):
            _cards(unlocked, Group.DONE, parts[Group.DONE], opened)
    if st.button(t("bulk.begin"), key="bulk-begin", type="tertiary"):
        session.remember(bulk_removal.CHOSEN, "yes")
        uninterrupted.rerun()


def _filtered(visit: Visit, threads: tuple[VentThread, ...]) -> tuple[VentThread, ...]:
    with st.expander(visit.t("inbox.filter")):
        intention = _filter(visit, "inbox.intention", Intention, "klaagmuur.intention.")
        theme = _filter(visit, "inbox.theme", Theme, "klaagmuur.theme.")
    return reading.only(threads, intention, theme)


def _cards(
    unlocked: UnlockedSession,
    group: Group,
    threads: tuple[VentThread, ...],
    opened: VentThread | None,
) -> None:
    shown = len(threads) if session.remembered(f"{MORE}-{group}") else AT_ONCE
    for thread in threads[:shown]:
        if cards.card(unlocked, thread, is_open=thread is opened):
            _open_next(unlocked, thread)
            uninterrupted.rerun()
    if len(threads) > shown:
        label = unlocked.visit.t("inbox.more", count=len(threads) - shown)
        if st.button(label, key=f"more-{group}"):
            session.remember(f"{MORE}-{group}", "yes")
            uninterrupted.rerun()


def _support(unlocked: UnlockedSession) -> None:
    t, support = unlocked.visit.t, unlocked.reader.support
    if support:
        st.info(t("inbox.support", support=phrases.escaped(support)))
    else:
        unlocked_session.remark(t("inbox.support.none"))


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


@cache
def _style() -> str:
    return (Path(__file__).parent / "inbox.css").read_text("utf-8")
