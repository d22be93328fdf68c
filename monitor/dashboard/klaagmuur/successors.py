"""A new key in the luisteraar's own name: let it begin at once, or object to it."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st

from monitor.dashboard import phrases
from monitor.dashboard.form import Form
from monitor.dashboard.klaagmuur.unlocked_session import UnlockedSession
from monitor.klaagmuur import reader_status, readers
from monitor.klaagmuur.readers import Luisteraar

PLACE = "successor"


def waiting(unlocked: UnlockedSession) -> tuple[Luisteraar, ...]:
    """The announced keys of the same person, where the unlocked key is the one that counts."""
    if not unlocked.is_active:
        return ()
    return tuple(
        reader
        for reader in readers.announced(unlocked.everyone, unlocked.today)
        if reader.account == unlocked.reader.account
    )


def show(unlocked: UnlockedSession) -> None:
    """Each of them, with its fingerprint and what can be done."""
    t = unlocked.visit.t
    announced = waiting(unlocked)
    if announced:
        st.subheader(t("successor.title"), anchor=False)
    for reader in announced:
        _show(unlocked, reader)


def _show(unlocked: UnlockedSession, reader: Luisteraar) -> None:
    t, engine = unlocked.visit.t, unlocked.visit.context.engine
    if reader.is_held:
        day = phrases.day(readers.may_be_overruled_on(reader), t)
        st.markdown(t("successor.held", day=day))
        st.code(reader.fingerprint, language=None, wrap_lines=True)
        return
    st.markdown(t("successor.text", day=phrases.day(_begins(unlocked, reader), t)))
    st.code(reader.fingerprint, language=None, wrap_lines=True)

    def sign(actor: str, now: datetime) -> None:
        holder, key = unlocked.reader, unlocked.key
        reader_status.sign_in_new(engine, holder, key, reader.id, actor, now)

    def object_to(actor: str, now: datetime) -> None:
        holder, key = unlocked.reader, unlocked.key
        reader_status.object_to(engine, holder, key, reader.id, actor, now)

    signing = Form(unlocked.visit, f"own-sign-{reader.id}")
    if signing.button(t("successor.sign")):
        signing.finish(sign, t("reader.saved"), PLACE)
    if reader.objected_on is None:
        objecting = Form(unlocked.visit, f"object-{reader.id}")
        if objecting.button(t("successor.object")):
            objecting.finish(object_to, t("successor.objected"), PLACE)


def _begins(unlocked: UnlockedSession, reader: Luisteraar) -> date:
    return readers.starts_on(reader, unlocked.everyone)
