"""The luisteraar's own matters: absence, support, new keys, handing over, lines beside themes."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases, session
from monitor.dashboard.klaagmuur import unlock, unlocked_session
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal
from monitor.klaagmuur import reader_status, readers, reading, themes
from monitor.klaagmuur.readers import Luisteraar

NOBODY = ""
DAYS_AHEAD = 120
"""How far ahead somebody can say to be away."""


def show(visit: Visit) -> None:
    """Everything that is not reading."""
    st.title(visit.t("page.reader_settings"), anchor=False)
    inside = unlock.enter(visit)
    if inside is None:
        return
    unlocked_session.lock_button(inside)
    unlock.notice(visit, inside)
    t = visit.t
    begins = readers.starts_on(inside.who, inside.known)
    key = "reader.key" if begins <= inside.today else "reader.key.later"
    st.markdown(t(key, name=phrases.plain(inside.who.name), day=phrases.day(begins, t)))
    st.code(inside.who.fingerprint, language=None)
    _announced(inside)
    _absence(inside)
    _care(inside)
    _handover(inside)
    if inside.active:  # leadership reads them: not from a key that does not count
        _lines(inside)


def _announced(inside: UnlockedSession) -> None:
    t, engine = inside.visit.t, inside.visit.context.engine
    waiting = [
        one
        for one in readers.announced(inside.known, inside.today)
        if one.account != inside.who.account
    ]
    if not waiting or not inside.active:
        return
    st.subheader(t("reader.announced"), anchor=False)
    for one in waiting:
        day = phrases.day(readers.starts_on(one, inside.known), t)
        st.markdown(t("reader.announced.text", name=phrases.plain(one.name), day=day))
        st.code(one.fingerprint, language=None)
        compared = st.checkbox(t("reader.compared"), key=f"compared-{one.id}")
        actor, now = inside.visit.person.email, clock.now()
        if st.button(t("reader.sign"), key=f"sign-{one.id}", disabled=not compared):
            reader_status.sign_in_new(engine, inside.who, inside.key, one.id, actor, now)
            st.rerun()
        if st.button(t("reader.turn_down"), key=f"down-{one.id}"):
            reader_status.turn_down(engine, inside.who, one.id, actor, now)
            st.rerun()


def _absence(inside: UnlockedSession) -> None:
    t, who = inside.visit.t, inside.who
    st.subheader(t("reader.absence"), anchor=False)
    away = who.absent_until is not None and who.absent_until >= inside.today
    with st.form("absence"):
        gone = st.checkbox(t("reader.absence.away"), away)
        start = _day(inside, "reader.absence.from", who.absent_from if away else inside.today)
        until = _day(
            inside,
            "reader.absence.until",
            who.absent_until if away else inside.today + timedelta(7),
        )
        deputy = _pick(inside, "reader.absence.deputy", who.deputy)
        sent = st.form_submit_button(t("reader.save"))
    if sent:
        period = (start, until) if gone else None
        try:
            reader_status.set_absence(
                inside.visit.context.engine, who, period, deputy.id if deputy and gone else None
            )
        except Refusal as refusal:
            st.error(t(refusal.key, **refusal.words))
        else:
            st.success(t("reader.saved"))


def _care(inside: UnlockedSession) -> None:
    t, who = inside.visit.t, inside.who
    st.subheader(t("reader.care"), anchor=False)
    with st.form("care"):
        support = st.text_input(
            t("reader.care.support"), who.support, max_chars=reader_status.LONGEST_SUPPORT
        )
        within = st.number_input(
            t("reader.care.days"), 1, reader_status.MOST_REPLY_DAYS, who.reply_days
        )
        sent = st.form_submit_button(t("reader.save"))
    if sent:
        reader_status.set_care(inside.visit.context.engine, who, support, int(within))
        st.success(t("reader.saved"))


def _handover(inside: UnlockedSession) -> None:
    t, context = inside.visit.t, inside.visit.context
    st.subheader(t("reader.handover"), anchor=False)
    if not inside.others:
        st.markdown(t("reader.handover.nobody"))
        return
    letters = reading.inbox(context, inside.who, inside.key).letters
    allowed = [one for one in letters if one.vent.handover]
    words = {"count": len(allowed), "total": len(letters)}
    st.markdown(t("reader.handover.text", **words))
    nonce = session.nonce("handover")
    with st.form("handover"):
        to = _pick(inside, "reader.handover.to", inside.who.deputy)
        ending = st.checkbox(t("reader.handover.end"), key=f"end-{nonce}")
        sure = st.checkbox(t("reader.handover.sure"), key=f"hand-{nonce}")
        sent = st.form_submit_button(t("reader.handover.button"))
    if sent and (to is None or not sure):
        st.warning(t("reader.handover.tick"))
    elif sent and to is not None and session.use("handover", nonce):
        moved = reading.hand_over(context, inside.who, inside.key, to, allowed, clock.now())
        if ending:
            reader_status.end(context.engine, inside.who, inside.visit.person.email, clock.now())
        st.success(t("reader.handover.done", count=moved, name=phrases.plain(to.name)))


def _lines(inside: UnlockedSession) -> None:
    t, engine = inside.visit.t, inside.visit.context.engine
    st.subheader(t("reader.lines"), anchor=False)
    st.markdown(t("reader.lines.text"))
    for one in themes.released(engine):
        told = (phrases.quarter(one.quarter, t), t(f"klaagmuur.theme.{one.theme}"))
        title = " · ".join((*told, phrases.band(one.band, t)))
        with st.form(f"line-{one.quarter}-{one.theme}"):
            line = st.text_input(title, one.line, max_chars=themes.LONGEST_LINE)
            sent = st.form_submit_button(t("reader.save"))
        if sent:
            themes.write_line(engine, one.quarter, one.theme, line)
            st.success(t("reader.saved"))


def _day(inside: UnlockedSession, label: str, preferred: date | None) -> date:
    """One of the days to come, or the day it was."""
    days = [inside.today + timedelta(count) for count in range(DAYS_AHEAD)]
    if preferred is not None and preferred not in days:
        days.insert(0, preferred)
    chosen = st.selectbox(
        inside.visit.t(label),
        days,
        days.index(preferred) if preferred else 0,
        format_func=lambda value: phrases.day(value, inside.visit.t),
        filter_mode=None,
    )
    return chosen or inside.today


def _pick(inside: UnlockedSession, label: str, preferred: str | None) -> Luisteraar | None:
    names = {NOBODY: inside.visit.t("reader.nobody")} | {one.id: one.name for one in inside.others}
    options = tuple(names)
    place = options.index(preferred) if preferred in options else 0
    chosen = st.selectbox(
        inside.visit.t(label), options, place, format_func=names.__getitem__, filter_mode=None
    )
    return readers.find(inside.others, chosen)
