"""The members: how many where, and which teams will often be too small for figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from monitor.dashboard import choices, phrases
from monitor.dashboard.admin import forms
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.organisation.register import members
from monitor.pulse.disclosure.suppression_risk import SuppressionRisk, suppression_risks
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import round_units, rounds
from monitor.store.engine import reading

UPLOAD = "/bestanden/leden"


def show(visit: Visit) -> None:
    """Counts and a warning; never a list of names."""
    t = visit.t
    st.title(t("page.members"), anchor=False)
    forms.told()
    if not visit.tree.units:
        choices.empty(visit, "mem.no_units")
        return
    listed = Counter(member.unit for member in members(visit.context.engine))
    if listed:
        closed = sum(n for unit, n in listed.items() if visit.tree.get(unit).closed)
        st.markdown(t("mem.intro", count=listed.total()))
        if closed:
            st.warning(t("upload.tree.left_behind", count=closed))
    else:
        st.markdown(t("mem.none"))
    forms.link(visit, UPLOAD, "mem.upload")
    counted: Mapping[str, int] = listed or last_invited(visit)
    if counted:
        _crowds(visit, counted, from_list=bool(listed))


def last_invited(visit: Visit) -> dict[str, int]:
    """How many were invited per unit in the latest round; nothing when there was none."""
    known = rounds.all_rounds(visit.context.engine)
    if not known:
        return {}
    with reading(visit.context.engine) as connection:
        places = round_units.unit_invitations(connection, known[-1].period)
    return {one.unit: one.invited for one in places if one.invited}


def table(teams: Sequence[SuppressionRisk], t: Texts) -> pd.DataFrame:
    """Units in which people answer: how many, and how often there will be own figures."""
    rows = [
        (phrases.indented(phrases.plain(one.name), one.depth), one.people, outlook(one, t))
        for one in teams
    ]
    names = [t("table.unit"), t("upload.members.people"), t("suppression.own")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def outlook(one: SuppressionRisk, t: Texts) -> str:
    """How often a unit will have figures of its own, in a few words."""
    if one.never:
        return t("suppression.never")
    return t("suppression.often", months=12 - one.months) if one.often else t("suppression.fine")


def _crowds(visit: Visit, counted: Mapping[str, int], *, from_list: bool) -> None:
    t, settings = visit.t, visit.context.settings
    asked = load(settings.questionnaire_file)
    teams = suppression_risks(visit.tree, counted, settings.minimum, asked)
    few = [one for one in teams if one.often]
    if few:
        lines = [f"**{t('suppression.title', count=len(few))}**", ""]
        lines += [t("suppression.why", minimum=settings.minimum), ""]
        lines += [f"- {t(f'suppression.{advice}')}" for advice in ("leave", "join", "not")]
        st.warning("\n".join(lines))
    st.header(t("mem.where"), anchor=False)
    st.markdown(t("mem.from_list" if from_list else "mem.from_round"))
    st.table(table(teams, t), alt=t("upload.members.caption"))
