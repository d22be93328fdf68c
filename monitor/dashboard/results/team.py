"""What the leidinggevende shares with the team: the results page and the line above it."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.dashboard import choices, phrases
from monitor.dashboard.form import attempt
from monitor.dashboard.results import team_link
from monitor.dashboard.visit import Visit
from monitor.followup import team_log
from monitor.followup.team_log import LONGEST, LogLine

FORM = "reply"


def show(visit: Visit) -> None:
    """The link for the team, and the line 'what was done with it'."""
    t = visit.t
    st.title(t("page.team"), anchor=False)
    unit = choices.unit(visit, visit.replies_to)
    st.header(t("team.link.title"), anchor=False)
    st.markdown(t("team.link.text"))
    team_link.show(visit, unit)
    st.header(t("team.reply.title"), anchor=False)
    st.markdown(t("team.reply.text"))
    _reply(visit, unit)


def _reply(visit: Visit, unit: str) -> None:
    """The newest line, to write the next; a double click writes it once."""
    t, engine = visit.t, visit.context.engine
    stored = team_log.latest(engine, unit)
    with st.form(f"{FORM}-{unit}", enter_to_submit=False):
        typed = st.text_area(
            t("team.reply.label", most=LONGEST),
            stored.text if stored else "",
            max_chars=LONGEST,
            key=f"{FORM}-{unit}-text",
        )
        sent = st.form_submit_button(t("team.reply.save"), type="primary")
    if sent and attempt(visit, lambda: _save(visit, unit, stored, typed)):
        st.success(t("team.reply.saved" if typed.strip() else "team.reply.removed"))
    elif stored:
        st.markdown(t("team.reply.now", day=phrases.day(stored.written_on, t)))
        if stored.period:
            st.markdown(t("results.written_about", month=phrases.month(stored.period, t)))


def _save(visit: Visit, unit: str, stored: LogLine | None, typed: str) -> None:
    """Add a line to the log; an empty one withdraws the newest."""
    if typed.strip():
        if stored is None or stored.text != " ".join(typed.split()):
            team_log.write(visit.context.engine, unit, typed, clock.today())
    elif stored is not None:
        team_log.withdraw(visit.context.engine, unit, stored.id)
