"""Getting in: a first key with its sheet, unlocking, recovering, and starting anew."""

from __future__ import annotations

from html import escape

import streamlit as st

from monitor import clock
from monitor.access import passphrase
from monitor.dashboard import phrases, session
from monitor.dashboard.klaagmuur import unlocked_session
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal
from monitor.klaagmuur import luisteraars, reader_status, readers
from monitor.klaagmuur.enrolment import WAITING, Pending
from monitor.klaagmuur.quarters import ANNOUNCED
from monitor.klaagmuur.readers import Luisteraar

SHEET = "/downloads/herstelblad.pdf"
ANEW = "anew"


def enter(visit: Visit) -> UnlockedSession | None:
    """The unlocked room; else what leads to it is drawn, and there is None."""
    digest = session.digest(visit.context.settings.secure)
    if digest is None:
        return None
    keys = unlocked_session.own_keys(visit)
    waiting = WAITING.get(digest)
    if waiting is not None:
        _prove(visit, digest, waiting, keys)
        return None
    if not keys or session.kept(ANEW):
        _begin(visit, digest, keys)
        return None
    who = unlocked_session.pick_key(visit, keys)
    inside = unlocked_session.enter(visit, who)
    if inside is None:
        _locked(visit, digest, who)
    return inside


def _begin(visit: Visit, digest: bytes, keys: tuple[Luisteraar, ...]) -> None:
    t = visit.t
    st.markdown(t("unlock.begin.again" if keys else "unlock.begin"))
    st.markdown(t("unlock.begin.warning"))
    with st.form("begin"):
        name = st.text_input(
            t("unlock.name"), keys[0].name if keys else "", max_chars=luisteraars.LONGEST_NAME
        )
        chosen = st.text_input(t("unlock.passphrase.new"), type="password", max_chars=256)
        again = st.text_input(t("unlock.passphrase.again"), type="password", max_chars=256)
        sent = st.form_submit_button(t("unlock.begin.button"), type="primary")
    if keys and st.button(t("unlock.back"), key="back"):
        session.keep(ANEW, "")
        st.rerun()
    if not sent:
        return
    try:
        luisteraars.check_name(name)
        _check(visit, chosen, again)
    except Refusal as refusal:
        st.error(t(refusal.key, **refusal.words))
        return
    with st.spinner(t("unlock.busy")):
        WAITING.start(digest, name, luisteraars.make_key(chosen))
    st.rerun()


def _prove(visit: Visit, digest: bytes, waiting: Pending, keys: tuple[Luisteraar, ...]) -> None:
    t = visit.t
    st.markdown(t("unlock.sheet"))
    st.html(
        f'<p><a class="button" href="{SHEET}" target="_self" download>'
        f"{escape(t('unlock.sheet.link'))}</a></p>"
    )
    st.markdown(t("unlock.sheet.only"))
    with st.form("prove"):
        typed = tuple(
            st.text_input(t("unlock.group", number=number), max_chars=8, key=f"group-{number}")
            for number in waiting.asked
        )
        sent = st.form_submit_button(t("unlock.prove.button"), type="primary")
    if st.button(t("unlock.stop"), key="stop"):
        WAITING.forget(digest)
        st.rerun()
    if sent:
        _store(visit, digest, (typed[0], typed[1]), keys)


def _store(
    visit: Visit, digest: bytes, typed: tuple[str, str], keys: tuple[Luisteraar, ...]
) -> None:
    engine, actor, now = visit.context.engine, visit.person.email, clock.now()
    try:
        proven = WAITING.prove(digest, typed)
        made = luisteraars.enrol(engine, visit.person.account, proven.name, proven.new, actor, now)
        if session.kept(ANEW):
            for lost in keys:
                reader_status.end(engine, lost, actor, now)
    except Refusal as refusal:
        st.error(visit.t(refusal.key, **refusal.words))
        return
    WAITING.forget(digest)
    session.keep(ANEW, "")
    unlocked_session.hold(visit, digest, made.id, proven.new.key)
    st.rerun()


def _locked(visit: Visit, digest: bytes, who: Luisteraar) -> None:
    t = visit.t
    st.markdown(t("unlock.intro"))
    with st.form("unlock"):
        typed = st.text_input(t("unlock.passphrase"), type="password", max_chars=256)
        sent = st.form_submit_button(t("unlock.unlock"), type="primary")
    if sent:
        try:
            with st.spinner(t("unlock.busy")):
                key = luisteraars.unlock(visit.context.engine, who, typed)
        except Refusal as refusal:
            st.error(t(refusal.key, **refusal.words))
        else:
            unlocked_session.hold(visit, digest, who.id, key)
            st.rerun()
    with st.expander(t("unlock.forgotten")):
        _recover(visit, digest, who)
    with st.expander(t("unlock.lost")):
        st.markdown(t("unlock.lost.text", weeks=ANNOUNCED.days // 7))
        sure = st.checkbox(t("unlock.lost.sure"), key="lost-sure")
        if st.button(t("unlock.lost.button"), key="lost", disabled=not sure):
            session.keep(ANEW, "yes")
            st.rerun()


def _recover(visit: Visit, digest: bytes, who: Luisteraar) -> None:
    t = visit.t
    st.markdown(t("unlock.recover.text"))
    with st.form("recover"):
        code = st.text_input(t("sheet.code"), max_chars=60)
        chosen = st.text_input(t("unlock.passphrase.new"), type="password", max_chars=256)
        again = st.text_input(t("unlock.passphrase.again"), type="password", max_chars=256)
        sent = st.form_submit_button(t("unlock.recover.button"))
    if not sent:
        return
    try:
        _check(visit, chosen, again)
        with st.spinner(t("unlock.busy")):
            key = luisteraars.recover(visit.context.engine, who, code, chosen)
    except Refusal as refusal:
        st.error(t(refusal.key, **refusal.words))
    else:
        unlocked_session.hold(visit, digest, who.id, key)
        st.rerun()


def _check(visit: Visit, chosen: str, again: str) -> None:
    if chosen != again:
        raise Refusal("passphrase.differs")
    passphrase.check(chosen, visit.person.email)


def notice(visit: Visit, inside: UnlockedSession) -> None:
    """What a luisteraar whose key does not count yet, or no longer, should know."""
    if inside.active:
        return
    begins = readers.starts_on(inside.who, inside.known)
    key = "unlocked.announced" if begins > inside.today else "unlocked.ended"
    st.info(visit.t(key, day=phrases.day(begins, visit.t)))
