"""Whether this installation is sound: what ``doctor`` says, for people without a command line."""

from __future__ import annotations

import streamlit as st

from monitor import clock
from monitor.dashboard import phrases
from monitor.dashboard.visit import Visit
from monitor.operations import doctor


def show(visit: Visit) -> None:
    """Every finding as a sentence; or that all is well."""
    t = visit.t
    st.title(t("page.health"), anchor=False)
    st.markdown(t("health.intro"))
    findings = doctor.examine(visit.context.settings, clock.now())
    if not findings:
        st.success(t("health.well"))
    for finding in findings:
        st.warning(phrases.escaped(t(finding.key, **finding.words)))
    st.button(t("health.again"))
