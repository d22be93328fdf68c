"""The way to an unlocked key: enrolling with a recovery sheet, unlocking, recovering, renewing."""

from __future__ import annotations

from html import escape

import streamlit as st

from monitor import clock
from monitor.access import passphrase
from monitor.dashboard import phrases, session
from monitor.dashboard.form import attempt
from monitor.dashboard.klaagmuur import successors, unlocked_session
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.dashboard.uninterrupted import carry_through, rerun
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal
from monitor.klaagmuur import luisteraars, readers
from monitor.klaagmuur.enrolment import WAITING, Pending
from monitor.klaagmuur.quarters import ANNOUNCED
from monitor.klaagmuur.readers import Luisteraar

SHEET = "/downloads/herstelblad.pdf"
NEW_KEY = "new-key"
LONGEST_PASSPHRASE = 256


def require(visit: Visit) -> UnlockedSession | None:
    """The unlocked session; without one, None, and the form that leads to it is drawn."""
    digest = session.digest(visit.context.settings.secure)
    if digest is None:
        return None
    keys = unlocked_session.own_keys(visit)
    pending = WAITING.get(digest)
    if pending is not None:
        _prove_sheet(visit, digest, pending)
        return None
    if not keys or session.remembered(NEW_KEY):
        _enrol(visit, digest, keys)
        return None
    reader = unlocked_session.choose_key(visit, keys)
    unlocked = unlocked_session.find_unlocked(visit, reader)
    if unlocked is None:
        _locked(visit, digest, reader)
    return unlocked


def show_key_status(unlocked: UnlockedSession) -> None:
    """What a luisteraar should know whose key does not count yet, or no longer."""
    t = unlocked.visit.t
    if successors.waiting(unlocked):
        st.warning(t("unlocked.successor"))
    if unlocked.is_active:
        return
    if unlocked.reader.is_held:
        st.info(t("unlocked.held"))
        return
    begins = readers.starts_on(unlocked.reader, unlocked.everyone)
    key = "unlocked.announced" if begins > unlocked.today else "unlocked.ended"
    st.info(t(key, day=phrases.day(begins, t)))


def _enrol(visit: Visit, digest: bytes, keys: tuple[Luisteraar, ...]) -> None:
    """Choose a passphrase for a key that is made, but not stored yet."""
    t = visit.t
    st.markdown(t("unlock.begin.again" if keys else "unlock.begin"))
    st.markdown(t("unlock.begin.warning"))
    with st.form("begin"):
        name = st.text_input(
            t("unlock.name"), keys[0].name if keys else "", max_chars=luisteraars.LONGEST_NAME
        )
        typed, repeated = _new_passphrase(visit)
        sent = st.form_submit_button(
            t("unlock.begin.button"), type="primary", on_click=carry_through
        )
    if keys and st.button(t("unlock.back"), key="back"):
        session.remember(NEW_KEY, "")
        rerun()

    def make_key() -> None:
        luisteraars.check_name(name)
        _check_passphrase(visit, typed, repeated)
        with st.spinner(t("unlock.busy")):
            WAITING.start(digest, name, luisteraars.make_key(typed))

    if sent and attempt(visit, make_key):
        rerun()


def _prove_sheet(visit: Visit, digest: bytes, pending: Pending) -> None:
    """Hand out the recovery sheet, and ask for two groups of it before the key is stored."""
    t = visit.t
    st.markdown(t("unlock.sheet"))
    st.html(
        f'<p><a class="button" href="{SHEET}" target="_self" download>'
        f"{escape(t('unlock.sheet.link'))}</a></p>"
    )
    st.markdown(t("unlock.sheet.only"))
    with st.form("prove"):
        first, second = (
            st.text_input(t("unlock.group", number=number), max_chars=8, key=f"group-{number}")
            for number in pending.group_numbers
        )
        sent = st.form_submit_button(
            t("unlock.prove.button"), type="primary", on_click=carry_through
        )
    if st.button(t("unlock.stop"), key="stop"):
        WAITING.forget(digest)
        rerun()
    if sent and attempt(visit, lambda: _store_key(visit, digest, (first, second))):
        rerun()


def _store_key(visit: Visit, digest: bytes, groups: tuple[str, str]) -> None:
    """Store the new key; an earlier one counts until the new one begins.

    Whoever got into the account must not be able to end the true key: its holder can object.
    """
    engine, now = visit.context.engine, clock.now()
    proven = WAITING.prove(digest, groups)
    reader = luisteraars.enrol(
        engine, visit.person.account, proven.name, proven.new, visit.actor, now
    )
    WAITING.forget(digest)
    session.remember(NEW_KEY, "")
    unlocked_session.keep_unlocked(visit, digest, reader.id, proven.new.key)


def _locked(visit: Visit, digest: bytes, reader: Luisteraar) -> None:
    """The passphrase; the recovery sheet; or a new key when both are lost."""
    t = visit.t
    _unlock(visit, digest, reader)
    with st.expander(t("unlock.forgotten")):
        _recover(visit, digest, reader)
    with st.expander(t("unlock.lost")):
        st.markdown(t("unlock.lost.text", weeks=ANNOUNCED.days // 7))
        ticked = st.checkbox(t("unlock.lost.sure"), key="lost-sure")
        if st.button(t("unlock.lost.button"), key="lost", disabled=not ticked):
            session.remember(NEW_KEY, "yes")
            rerun()


def _unlock(visit: Visit, digest: bytes, reader: Luisteraar) -> None:
    t = visit.t
    st.markdown(t("unlock.intro"))
    with st.form("unlock"):
        typed = st.text_input(t("unlock.passphrase"), type="password", max_chars=LONGEST_PASSPHRASE)
        sent = st.form_submit_button(t("unlock.unlock"), type="primary", on_click=carry_through)

    def unlock() -> None:
        with st.spinner(t("unlock.busy")):
            key = luisteraars.unlock(visit.context.engine, reader, typed)
        unlocked_session.keep_unlocked(visit, digest, reader.id, key)

    if sent and attempt(visit, unlock):
        rerun()


def _recover(visit: Visit, digest: bytes, reader: Luisteraar) -> None:
    t = visit.t
    st.markdown(t("unlock.recover.text"))
    with st.form("recover"):
        code = st.text_input(t("sheet.code"), max_chars=60)
        typed, repeated = _new_passphrase(visit)
        sent = st.form_submit_button(t("unlock.recover.button"), on_click=carry_through)

    def recover() -> None:
        _check_passphrase(visit, typed, repeated)
        with st.spinner(t("unlock.busy")):
            key = luisteraars.recover(visit.context.engine, reader, code, typed)
        unlocked_session.keep_unlocked(visit, digest, reader.id, key)

    if sent and attempt(visit, recover):
        rerun()


def _new_passphrase(visit: Visit) -> tuple[str, str]:
    """Within a form: a new passphrase, typed twice."""
    labels = (visit.t("unlock.passphrase.new"), visit.t("unlock.passphrase.again"))
    typed, repeated = (
        st.text_input(label, type="password", max_chars=LONGEST_PASSPHRASE) for label in labels
    )
    return typed, repeated


def _check_passphrase(visit: Visit, typed: str, repeated: str) -> None:
    if typed != repeated:
        raise Refusal("passphrase.differs")
    passphrase.check(typed, visit.person.email)
