"""The luisteraar's own settings: absence, support, announced keys, handover."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.form import Form, attempt
from monitor.dashboard.klaagmuur import successors, unlock, unlocked_session
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.dashboard.uninterrupted import carry_through, rerun
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import reader_status, readers, reading
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.reading import VentThread

NOBODY = ""
DAYS_AHEAD = 120
"""How far ahead an absence can be noted."""
Absence = tuple[date, date]
"""First and last day."""


def show(visit: Visit) -> None:
    """All settings of the luisteraar, one part after the other."""
    st.title(visit.t("page.reader_settings"), anchor=False)
    unlocked = unlock.require(visit)
    if unlocked is None:
        return
    with unlocked_session.lockable(unlocked):
        unlock.show_key_status(unlocked)
        _own_key(unlocked)
        show_announcement(successors.PLACE)
        successors.show(unlocked)
        _announced_keys(unlocked)
        _absence(unlocked)
        _care(unlocked)
        _handover(unlocked)


def _own_key(unlocked: UnlockedSession) -> None:
    t, reader = unlocked.visit.t, unlocked.reader
    begins = readers.starts_on(reader, unlocked.everyone)
    if reader.is_held:
        st.code(reader.fingerprint, language=None)
        return
    key = "reader.key" if begins <= unlocked.today else "reader.key.later"
    st.markdown(t(key, name=phrases.escaped(reader.name), day=phrases.day(begins, t)))
    st.code(reader.fingerprint, language=None)


def _announced_keys(unlocked: UnlockedSession) -> None:
    announced = [
        reader
        for reader in readers.announced(unlocked.everyone, unlocked.today)
        if reader.account != unlocked.reader.account and not reader.is_held
    ]
    if not announced or not unlocked.is_active:
        return
    st.subheader(unlocked.visit.t("reader.announced"), anchor=False)
    for reader in announced:
        _announced_key(unlocked, reader)


def _announced_key(unlocked: UnlockedSession, reader: Luisteraar) -> None:
    """Sign a key that somebody else announced, after comparing its fingerprint; or turn it down."""
    t, engine = unlocked.visit.t, unlocked.visit.context.engine
    day = phrases.day(readers.starts_on(reader, unlocked.everyone), t)
    st.markdown(t("reader.announced.text", name=phrases.escaped(reader.name), day=day))
    st.code(reader.fingerprint, language=None)
    signer, actor, now = unlocked.reader, unlocked.visit.actor, clock.now()
    has_key = readers.counting_keys(reader.account, unlocked.everyone, unlocked.today)
    if has_key:
        st.markdown(t("reader.announced.own_key"))
    else:
        compared = st.checkbox(t("reader.compared"), key=f"compared-{reader.id}")
    if not has_key and st.button(
        t("reader.sign"),
        key=f"sign-{reader.id}",
        disabled=not compared,
        on_click=carry_through,
    ):
        reader_status.sign_in_new(engine, signer, unlocked.key, reader.id, actor, now)
        rerun()
    if st.button(t("reader.turn_down"), key=f"down-{reader.id}", on_click=carry_through):
        reader_status.turn_down(engine, signer, reader.id, actor, now)
        rerun()


def _absence(unlocked: UnlockedSession) -> None:
    t, reader = unlocked.visit.t, unlocked.reader
    st.subheader(t("reader.absence"), anchor=False)
    is_noted = reader.absent_until is not None and reader.absent_until >= unlocked.today
    first, last = unlocked.today, unlocked.today + timedelta(7)
    with st.form("absence"):
        away = st.checkbox(t("reader.absence.away"), is_noted)
        period = (
            _day(unlocked, "reader.absence.from", reader.absent_from if is_noted else first),
            _day(unlocked, "reader.absence.until", reader.absent_until if is_noted else last),
        )
        deputy = _other_reader(unlocked, "reader.absence.deputy", reader.deputy)
        sent = st.form_submit_button(t("reader.save"), on_click=carry_through)
    if sent and _save_absence(unlocked, period if away else None, deputy if away else None):
        st.success(t("reader.saved"))


def _save_absence(
    unlocked: UnlockedSession, absence: Absence | None, deputy: Luisteraar | None
) -> bool:
    engine, deputy_id = unlocked.visit.context.engine, deputy.id if deputy else None
    return attempt(
        unlocked.visit,
        lambda: reader_status.set_absence(engine, unlocked.reader, absence, deputy_id),
    )


def _care(unlocked: UnlockedSession) -> None:
    """Whom the luisteraar can call, and within how many working days senders hear back."""
    t, reader = unlocked.visit.t, unlocked.reader
    st.subheader(t("reader.care"), anchor=False)
    with st.form("care"):
        support = st.text_input(
            t("reader.care.support"), reader.support, max_chars=reader_status.LONGEST_SUPPORT
        )
        reply_days = st.number_input(
            t("reader.care.days"), 1, reader_status.MOST_REPLY_DAYS, reader.reply_days
        )
        sent = st.form_submit_button(t("reader.save"), on_click=carry_through)
    if sent:
        engine = unlocked.visit.context.engine
        reader_status.set_care(engine, reader, support, int(reply_days))
        st.success(t("reader.saved"))


def _handover(unlocked: UnlockedSession) -> None:
    t, visit = unlocked.visit.t, unlocked.visit
    st.subheader(t("reader.handover"), anchor=False)
    if not unlocked.others:
        st.markdown(t("reader.handover.nobody"))
        return
    threads = reading.inbox(visit.context, unlocked.reader, unlocked.key).letters
    allowed = [thread for thread in threads if thread.vent.handover]
    st.markdown(t("reader.handover.text", count=len(allowed), total=len(threads)))
    form = Form(visit, "handover")
    with form.fields():
        to = _other_reader(unlocked, "reader.handover.to", unlocked.reader.deputy)
        is_last = form.checkbox("end", t("reader.handover.end"))
        ticked = form.checkbox("sure", t("reader.handover.sure"))
        sent = form.submit(t("reader.handover.button"))
    if sent and (to is None or not ticked):
        st.warning(t("reader.handover.tick"))
    elif sent and to is not None:
        _hand_over(form, unlocked, to, allowed, is_last)


def _hand_over(
    form: Form, unlocked: UnlockedSession, to: Luisteraar, threads: list[VentThread], is_last: bool
) -> None:
    """Seal the threads to another luisteraar, and end this reader's key if it was the last act."""
    t, context = unlocked.visit.t, unlocked.visit.context

    def hand_over(actor: str, now: datetime) -> None:
        moved = reading.hand_over(context, unlocked.reader, unlocked.key, to, threads, now)
        if is_last:
            reader_status.end(context.engine, unlocked.reader, actor, now)
        st.success(t("reader.handover.done", count=moved, name=phrases.escaped(to.name)))

    form.once(hand_over)


def _day(unlocked: UnlockedSession, label: str, preferred: date | None) -> date:
    """One of the days to come, or the day that was noted before."""
    days = [unlocked.today + timedelta(ahead) for ahead in range(DAYS_AHEAD)]
    if preferred is not None and preferred not in days:
        days.insert(0, preferred)
    chosen = st.selectbox(
        unlocked.visit.t(label),
        days,
        days.index(preferred) if preferred else 0,
        format_func=lambda day: phrases.day(day, unlocked.visit.t),
        filter_mode=None,
    )
    return chosen or unlocked.today


def _other_reader(
    unlocked: UnlockedSession, label: str, preferred: str | None
) -> Luisteraar | None:
    """One of the other luisteraars, by id `preferred` to begin with; or nobody."""
    t = unlocked.visit.t
    names = {NOBODY: t("reader.nobody")} | {reader.id: reader.name for reader in unlocked.others}
    options = tuple(names)
    index = options.index(preferred) if preferred in options else 0
    chosen = st.selectbox(t(label), options, index, format_func=names.__getitem__, filter_mode=None)
    return readers.find(unlocked.others, chosen)
