"""Is this installation sound: what ``doctor`` says, for who has no command line."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases
from monitor.dashboard.visit import Visit
from monitor.operations import doctor


def show(visit: Visit) -> None:
    """What was found, as sentences; or that all is well."""
    t = visit.t
    st.title(t("page.health"), anchor=False)
    st.markdown(t("health.intro"))
    found = doctor.examine(visit.context.settings, clock.now())
    if not found:
        st.success(t("health.well"))
    for one in found:
        st.warning(phrases.plain(t(one.key, **one.words)))
    st.button(t("health.again"))
