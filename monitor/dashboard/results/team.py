"""What the leidinggevende shares with the team: the results page and what is written on it."""

from __future__ import annotations

import streamlit as st

from monitor.dashboard import choices
from monitor.dashboard.followup import messages
from monitor.dashboard.results import team_link
from monitor.dashboard.visit import Visit


def show(visit: Visit) -> None:
    """The link for the team, and the messages, compass and promise that stand on its page."""
    t = visit.t
    st.title(t("page.team"), anchor=False)
    unit = choices.unit(visit, visit.replies_to)
    st.header(t("team.link.title"), anchor=False)
    st.markdown(t("team.link.text"))
    team_link.show(visit, unit)
    messages.show(visit, unit)
