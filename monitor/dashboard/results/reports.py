"""Papers to hand over: a button for each report this person may have."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from monitor.access.roles import Permission, may, units_for
from monitor.dashboard import choices, elements, phrases
from monitor.dashboard.visit import Visit
from monitor.reports.scope import MONTHS

ADDRESS = "/downloads/verslagen"
SPANS = (1, 3, 6, 12, 24)
"""Months a report can be asked for."""


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
    sees_all = may(visit.person, Permission.SEE_ORGANISATION_RESULTS)
    is_of_unit = unit in led and unit in visit.results.tree(period)
    if unit in led and not is_of_unit:
        name, month = visit.unit_name(unit), phrases.month(period, visit.t)
        elements.empty_state(visit, "empty.not_yet", unit=name, month=month)
    spanning = {"maanden": _months(visit)} if is_of_unit or sees_all else {}
    if is_of_unit:
        _offer(visit, "mt", chosen | spanning)
        if not visit.tree.children(unit):
            _offer(visit, "team", chosen)
    if sees_all:
        _offer(visit, "or", {"maand": period} | spanning)


def _months(visit: Visit) -> str:
    """How many months a report covers that covers several."""
    released = len(visit.results.periods)
    options = [str(MONTHS), *(str(n) for n in SPANS if n != MONTHS and n <= released)]
    options.sort(key=int)
    chosen = st.segmented_control(
        visit.t("reports.months"),
        options,
        format_func=lambda months: visit.t("reports.months_of", count=int(months)),
        default=str(MONTHS),
        required=True,
        key="report-months",
    )
    return chosen or str(MONTHS)


def _offer(visit: Visit, kind: str, chosen: dict[str, str]) -> None:
    t = visit.t
    with st.container(border=True, key=f"card-report-{kind}"):
        st.markdown(t(f"reports.{kind}.text"))
        query = urlencode({**chosen, "taal": t.language})
        st.link_button(t(f"reports.{kind}.button"), f"{ADDRESS}/{kind}?{query}")


def _makes_posters(visit: Visit) -> bool:
    return visit.manages_organisation() or visit.reads_vents()
