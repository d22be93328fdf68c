"""The members: how many where, and which teams will often be too small for figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from monitor.dashboard import elements, phrases
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.form import show_refusal
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal
from monitor.locale import Texts
from monitor.organisation.members import people_per_unit
from monitor.pulse.disclosure.suppression_risk import SuppressionRisk, suppression_risks
from monitor.pulse.rounds import round_units, rounds
from monitor.pulse.rounds.questionnaire_in_use import in_use
from monitor.store.engine import reading

UPLOAD = "/bestanden/leden"


def show(visit: Visit) -> None:
    """Counts and a warning; never a list of names."""
    t = visit.t
    st.title(t("page.members"), anchor=False)
    show_announcement()
    if not visit.tree.units:
        elements.empty_state(visit, "mem.no_units")
        return
    listed = people_per_unit(visit.context.engine)
    if listed is None:
        st.warning(t("mem.altered"))
        elements.link(visit, UPLOAD, t("mem.upload"))
        return
    _summary(visit, listed)
    elements.link(visit, UPLOAD, t("mem.upload"))
    try:
        people: Mapping[str, int] = listed or last_invited(visit)
        risks = _risks(visit, people)
    except Refusal as refusal:  # a wrong file in the data folder, or a store that was altered
        show_refusal(visit, refusal)
        return
    if people:
        _suppression_risks(visit, risks, from_list=bool(listed))


def last_invited(visit: Visit) -> dict[str, int]:
    """How many were invited per unit in the latest round; nothing when there was none."""
    all_rounds = rounds.all_rounds(visit.context.engine)
    if not all_rounds:
        return {}
    with reading(visit.context.engine) as connection:
        places = round_units.unit_invitations(connection, all_rounds[-1].period)
    return {unit.unit: unit.invited for unit in places if unit.invited}


def table(risks: Sequence[SuppressionRisk], t: Texts) -> pd.DataFrame:
    """Units in which people answer: how many, and how often there will be own figures."""
    least = min((risk.depth for risk in risks), default=0)
    rows = [
        (
            phrases.indented(phrases.escaped(risk.name), risk.depth - least),
            risk.people,
            outlook(risk, t),
        )
        for risk in risks
    ]
    names = [t("table.unit"), t("upload.members.people"), t("suppression.own")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def outlook(risk: SuppressionRisk, t: Texts) -> str:
    """How often a unit will have figures of its own, in a few words."""
    if risk.never:
        return t("suppression.never")
    if risk.often:
        return t("suppression.often", months=12 - risk.months)
    return t("suppression.fine")


def _summary(visit: Visit, listed: Counter[str]) -> None:
    t = visit.t
    if not listed:
        st.markdown(t("mem.none"))
        return
    in_closed = sum(count for unit, count in listed.items() if visit.tree.get(unit).closed)
    st.markdown(t("mem.intro", count=listed.total()))
    if in_closed:
        st.warning(t("upload.tree.left_behind", count=in_closed))


def _risks(visit: Visit, people: Mapping[str, int]) -> Sequence[SuppressionRisk]:
    if not people:
        return ()
    minimum = visit.context.settings.minimum
    return suppression_risks(visit.tree, people, minimum, in_use(visit.context))


def _suppression_risks(visit: Visit, risks: Sequence[SuppressionRisk], *, from_list: bool) -> None:
    t, settings = visit.t, visit.context.settings
    often_suppressed = [risk for risk in risks if risk.often]
    if often_suppressed:
        lines = [f"**{t('suppression.title', count=len(often_suppressed))}**", ""]
        lines += [t("suppression.why", minimum=settings.minimum), ""]
        lines += [f"- {t(f'suppression.{advice}')}" for advice in ("leave", "join", "not")]
        st.warning("\n".join(lines))
    st.header(t("mem.where"), anchor=False)
    st.markdown(t("mem.from_list" if from_list else "mem.from_round"))
    st.table(table(risks, t), alt=t("upload.members.caption"))
