"""A message in the list: what its writer wants, since when, and by when an answer is hoped for."""

from __future__ import annotations

from html import escape

import streamlit as st

from monitor.dashboard import phrases
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.klaagmuur.inbox_groups import Group, answer_by, group_of, since
from monitor.klaagmuur.reading import VentThread
from monitor.locale import Texts, formats
from monitor.organisation import preferences


def card(unlocked: UnlockedSession, thread: VentThread, *, is_open: bool) -> bool:
    """Draw the card; returns whether it was pressed."""
    t, name = unlocked.visit.t, thread.id.hex()
    with st.container(border=True, key=f"card-{name}"):
        st.html(_html(unlocked, thread, is_open=is_open))
        # Not a callback: callbacks run before the session and the role are checked.
        return st.button(t("inbox.message.open"), key=f"open-{name}")


def subject(thread: VentThread, t: Texts) -> str:
    """Theme and feeling, as far as they were chosen."""
    vent = thread.vent
    parts = [t(f"klaagmuur.theme.{vent.theme}")] if vent.theme else []
    parts += [t(f"klaagmuur.feeling.{vent.feeling}")] if vent.feeling else []
    return " · ".join(parts)


def _html(unlocked: UnlockedSession, thread: VentThread, *, is_open: bool) -> str:
    t = unlocked.visit.t
    state = f" {'km-open' if is_open else ''} {'km-new' if thread.unread else ''}"
    new = f" ({t('inbox.message.new')})" if thread.unread else ""
    wish = t(f"klaagmuur.intention.{thread.vent.intention}") + new
    day = formats.day(since(thread), t.language, short=True)
    lines = [
        f'<p class="km-top"><b class="{state.strip()}">{escape(wish)}</b><span>{day}</span></p>'
    ]
    if subject(thread, t):
        lines.append(f'<p class="km-sub">{escape(subject(thread, t))}</p>')
    if thread.heavy:
        lines.append(f'<p class="km-tag">{escape(t("inbox.message.heavy"))}</p>')
    if group_of(thread) is Group.WAITING:
        works = preferences.read(unlocked.visit.context.engine).works
        by = phrases.day(answer_by(thread, unlocked.reader.reply_days, works), t)
        lines.append(f'<p class="km-by">{escape(t("inbox.message.by", day=by))}</p>')
    return "".join(lines)
