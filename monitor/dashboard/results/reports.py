"""Papers to hand over: a button for each report this person may have."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from monitor.access.roles import Permission, may, units_for
from monitor.dashboard import choices
from monitor.dashboard.visit import Visit

ADDRESS = "/downloads/verslagen"


def allowed(visit: Visit) -> bool:
    """Whether there is a paper for this person."""
    return visit.sees_results() or _makes_posters(visit)


def show(visit: Visit) -> None:
    """The reports of the chosen unit and month, and the poster."""
    t = visit.t
    st.title(t("page.reports"), anchor=False)
    st.markdown(t("reports.text"))
    if visit.sees_results() and not visit.results.months:
        st.markdown(t("reports.nothing"))
    elif visit.sees_results():
        _of_unit(visit)
    if _makes_posters(visit):
        _offer(visit, "poster", {})


def _of_unit(visit: Visit) -> None:
    led = units_for(visit.person, Permission.SEE_UNIT_RESULTS, visit.tree)
    unit, period = choices.unit(visit), choices.period(visit)
    chosen = {"onderdeel": unit, "maand": period}
    if unit in led:
        _offer(visit, "mt", chosen)
        if not visit.tree.children(unit):
            _offer(visit, "team", chosen)
    if may(visit.person, Permission.SEE_ORGANISATION_RESULTS):
        _offer(visit, "or", {"maand": period})


def _offer(visit: Visit, kind: str, chosen: dict[str, str]) -> None:
    t = visit.t
    with st.container(border=True):
        st.markdown(t(f"reports.{kind}.text"))
        query = urlencode({**chosen, "taal": t.language})
        st.link_button(t(f"reports.{kind}.button"), f"{ADDRESS}/{kind}.pdf?{query}")


def _makes_posters(visit: Visit) -> bool:
    return visit.manages_organisation() or visit.reads_vents()
