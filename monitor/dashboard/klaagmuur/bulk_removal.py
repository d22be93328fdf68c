"""Removing many messages at once, after a flood: choose what they share, see them, remove them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import streamlit as st

from monitor.dashboard import phrases, session, uninterrupted
from monitor.dashboard.announcements import TOP
from monitor.dashboard.form import Form
from monitor.dashboard.klaagmuur import cards
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession, remark
from monitor.klaagmuur import reading, removal
from monitor.klaagmuur.content import Intention, Theme
from monitor.klaagmuur.reading import VentThread
from monitor.locale import Texts

CHOSEN = "bulk-removal"
ALL = "all"
SHOWN = 50
"""Messages that can be kept one by one; more are removed together or not at all."""
EXCERPT = 70


def show(unlocked: UnlockedSession, threads: tuple[VentThread, ...]) -> None:
    """What to look for, what was found with a tick for each, and the button."""
    t = unlocked.visit.t
    st.subheader(t("bulk.title"), anchor=False)
    st.markdown(t("bulk.text"))
    if st.button(t("bulk.back"), key="bulk-back"):
        _leave()
        uninterrupted.rerun()
    selected = _search(t, threads)
    if not selected:
        st.markdown(t("inbox.empty"))
        return
    st.markdown(t("bulk.found", count=len(selected)))
    _remove(unlocked, selected)


def _search(t: Texts, threads: tuple[VentThread, ...]) -> tuple[VentThread, ...]:
    """The messages that share what was chosen; everything happens in memory."""
    days = sorted({thread.day for thread in threads}, reverse=True)
    day = _choice(t, "bulk.day", [each.isoformat() for each in days])
    intention = _choice(t, "inbox.intention", list(Intention), "klaagmuur.intention.")
    theme = _choice(t, "inbox.theme", list(Theme), "klaagmuur.theme.")
    words = st.text_input(t("bulk.words"), key="bulk-words", max_chars=100).casefold().strip()
    of_kind = reading.only(
        threads, Intention(intention) if intention else None, Theme(theme) if theme else None
    )
    return tuple(
        thread
        for thread in of_kind
        if day in ("", thread.day.isoformat()) and words in thread.vent.text.casefold()
    )


def _choice(t: Texts, name: str, values: Sequence[str], prefix: str = "") -> str:
    """One of the values; empty for all of them."""

    def shown(value: str) -> str:
        if value == ALL:
            return t("inbox.all")
        return t(prefix + value) if prefix else phrases.day(date.fromisoformat(value), t)

    chosen = st.selectbox(
        t(name), (ALL, *values), format_func=shown, key=f"bulk-{name}", filter_mode=None
    )
    return "" if chosen == ALL else str(chosen)


def _remove(unlocked: UnlockedSession, selected: tuple[VentThread, ...]) -> None:
    t, form = unlocked.visit.t, Form(unlocked.visit, "bulk")
    first, rest = selected[:SHOWN], selected[SHOWN:]
    with form.fields():
        remark(t("bulk.keep"))
        ticked = [
            thread
            for thread in first
            if form.checkbox(thread.id.hex(), _excerpt(thread, t), value=True)
        ]
        others = form.checkbox("rest", t("bulk.rest", count=len(rest))) if rest else False
        uncounted = form.checkbox("uncounted", t("bulk.uncounted"))
        remark(t("bulk.uncounted.text"))
        sure = form.checkbox("sure", t("inbox.message.delete.sure"))
        sent = form.submit(t("bulk.remove"), primary=True)
    chosen = (*ticked, *(rest if others else ()))

    def remove(_actor: str, _now: datetime) -> None:
        context, reader = unlocked.visit.context, unlocked.reader
        if uncounted:
            removal.remove_uncounted(context, reader, unlocked.key, chosen)
        else:
            removal.remove_all(context, chosen)
        _leave()

    if form.is_confirmed(sent, sure):
        form.finish(remove, t("bulk.done", count=len(chosen)), place=TOP)


def _excerpt(thread: VentThread, t: Texts) -> str:
    """The day, the wish and the first words; no words of a heavy one."""
    wish = t(f"klaagmuur.intention.{thread.vent.intention}")
    text = t("inbox.message.heavy") if thread.heavy else " ".join(thread.vent.text.split())
    parts = (phrases.day(thread.day, t), wish, cards.subject(thread, t), text[:EXCERPT])
    return phrases.escaped(" · ".join(filter(None, parts)))


def _leave() -> None:
    session.remember(CHOSEN, "")
