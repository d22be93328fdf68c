"""Whether this installation is sound: what ``doctor`` says, for people without a command line.

The one thing that can be mended here is a date that a person has to confirm.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import streamlit as st

import monitor
from monitor import clock
from monitor.config.settings import ROOT
from monitor.dashboard import phrases
from monitor.dashboard.announcements import TOP, show_announcement
from monitor.dashboard.form import Form
from monitor.dashboard.visit import Visit
from monitor.operations import doctor
from monitor.store import nights
from monitor.store.migrate import latest

CLOCK = "doctor.clock_ahead"
CHANGES = (Path(monitor.__file__).parent / "defaults" / "CHANGELOG.md", ROOT / "CHANGELOG.md")
"""Where the list of changes is: in the package, or in a checkout."""


def show(visit: Visit) -> None:
    """Every finding as a sentence, or that all is well; then what runs here."""
    t = visit.t
    st.title(t("page.health"), anchor=False)
    show_announcement()
    st.markdown(t("health.intro"))
    findings = doctor.examine(visit.context.settings, clock.now())
    if not findings:
        st.success(t("health.well"))
    for finding in findings:
        if finding.key == CLOCK:
            _confirm_date(visit)
        else:
            st.warning(phrases.escaped(t(finding.key, **finding.words)))
    st.button(t("health.again"))
    st.header(t("health.version"), anchor=False)
    _version(visit)


def _confirm_date(visit: Visit) -> None:
    """The date of today, to be confirmed by a person; no other day can be."""
    t, context, form = visit.t, visit.context, Form(visit, "confirm-date")
    today, last = clock.today(), nights.last_night(context.engine)
    day, night = phrases.day(today, t), phrases.day(last, t) if last else phrases.NOTHING
    st.header(t("health.clock.title"), anchor=False)
    text = t("health.clock.text", day=day, night=night)
    sure, button = t("health.clock.sure", day=day), t("health.clock.button")
    confirmed = form.confirmed(sure, button, text, border=True)

    def confirm(actor: str, now: datetime) -> None:
        nights.confirm_day(context.engine, today, actor, now)

    if confirmed:
        form.finish(confirm, t("clock.confirmed", day=day), TOP)


def _version(visit: Visit) -> None:
    """Which version runs, with which database, and what changed for people."""
    t, engine = visit.t, visit.context.engine
    database = t(f"health.database.{engine.dialect.name}")
    st.markdown(t("health.runs", version=monitor.__version__, schema=latest(), database=database))
    changes = next((file for file in CHANGES if file.is_file()), None)
    if changes is not None:
        with st.expander(t("health.changes")):
            st.markdown(t("health.changes.language"))
            _, _, text = changes.read_text("utf-8").partition("\n## ")
            st.markdown(f"## {text}".replace("\n## ", "\n#### ").replace("## ", "#### ", 1))
