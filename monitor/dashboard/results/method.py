"""How scores and signals are worked out, in plain words."""

from __future__ import annotations

import streamlit as st

from monitor.climate import method
from monitor.dashboard import elements
from monitor.dashboard.visit import Visit

ADDRESS = "rekenen"


def show(visit: Visit) -> None:
    """The method, with its weak spots."""
    t = visit.t
    st.title(t("method.title"), anchor=False)
    st.markdown(t("method.lead"))
    for section in method.sections(t, visit.context.settings.minimum):
        st.header(section.title, anchor=False)
        elements.bullets(section.points)
