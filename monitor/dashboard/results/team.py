"""What the leidinggevende shares with the team: the results page and the line above it."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.climate.team_messages import LONGEST, reply, write_reply
from monitor.dashboard import choices, phrases
from monitor.dashboard.form import attempt
from monitor.dashboard.visit import Visit

FORM = "reply"


def show(visit: Visit) -> None:
    """The link for the team, and the line 'what was done with it'."""
    t = visit.t
    st.title(t("page.team"), anchor=False)
    unit = choices.unit(visit, visit.replies_to)
    st.header(t("team.link.title"), anchor=False)
    st.markdown(t("team.link.text"))
    address = visit.team_page(unit)
    st.code(address, language=None, wrap_lines=True)
    st.markdown(f"[{t('team.link.open')}]({address})")
    st.header(t("team.reply.title"), anchor=False)
    st.markdown(t("team.reply.text"))
    _reply(visit, unit)


def _reply(visit: Visit, unit: str) -> None:
    """The line as it stands, to change; written twice, as by a double click, it stays the same."""
    t, engine = visit.t, visit.context.engine
    stored = reply(engine, unit)
    with st.form(f"{FORM}-{unit}", enter_to_submit=False):
        typed = st.text_area(
            t("team.reply.label", most=LONGEST),
            stored.text if stored else "",
            max_chars=LONGEST,
            key=f"{FORM}-{unit}-text",
        )
        sent = st.form_submit_button(t("team.reply.save"), type="primary")
    if sent and attempt(visit, lambda: write_reply(engine, unit, typed, clock.today())):
        st.success(t("team.reply.saved" if typed.strip() else "team.reply.removed"))
    elif stored:
        st.markdown(t("team.reply.now", day=phrases.day(stored.written_on, t)))
