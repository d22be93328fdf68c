"""New keys of luisteraars, as toezicht sees them: announced, objected to, let begin after all."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from monitor.dashboard import phrases
from monitor.dashboard.announcements import TOP
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.klaagmuur import key_pinning, reader_status, readers
from monitor.klaagmuur.quarters import ANNOUNCED_AFTER_OBJECTION
from monitor.klaagmuur.readers import Luisteraar
from monitor.scheduler import process_clock


def show(visit: Visit) -> None:
    """The keys that are announced, and those that an objection holds."""
    t, today = visit.t, process_clock.today()
    everyone = key_pinning.everyone(visit.context, today)
    announced = readers.announced(everyone, today)
    if not announced:
        return
    st.header(t("overseen.title"), anchor=False)
    st.markdown(t("overseen.text", weeks=ANNOUNCED_AFTER_OBJECTION.days // 7))
    for reader in announced:
        with st.container(border=True, key=f"card-key-{reader.id}"):
            name = phrases.escaped(reader.name)
            if reader.is_held:
                _held(visit, reader, name)
            else:
                day = phrases.day(readers.starts_on(reader, everyone), t)
                st.markdown(t("overseen.announced", name=name, day=day))
            st.code(reader.fingerprint, language=None, wrap_lines=True)


def _held(visit: Visit, reader: Luisteraar, name: str) -> None:
    t, first_day = visit.t, readers.may_be_overruled_on(reader)
    st.markdown(t("overseen.held", name=name, day=phrases.day(first_day, t)))
    if process_clock.today() < first_day:
        return

    def overrule(actor: str, now: datetime) -> None:
        reader_status.overrule(visit.context, reader.id, actor, now)

    form = Form(visit, f"overrule-{reader.id}")
    if form.confirmed(t("overseen.sure"), t("overseen.overrule")):
        form.finish(overrule, t("overseen.overruled"), TOP)
