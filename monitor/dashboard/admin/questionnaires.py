"""Which questions were asked, and when: for the beheerder, and for those who oversee."""

from __future__ import annotations

import streamlit as st

from monitor.dashboard import elements, phrases
from monitor.dashboard.visit import Visit
from monitor.locale import formats
from monitor.pulse.questionnaire import in_language
from monitor.pulse.rounds.questionnaires import QuestionnaireVersion, history


def show(visit: Visit) -> None:
    """Every version, the one asked last first."""
    t = visit.t
    st.title(t("page.questionnaires"), anchor=False)
    st.markdown(t("asked.intro"))
    versions = history(visit.context.engine)
    if not versions:
        elements.empty_state(visit, "asked.none")
        return
    for version in versions:
        _version(visit, version)


def _version(visit: Visit, version: QuestionnaireVersion) -> None:
    t, language = visit.t, visit.t.language
    first, last = (formats.month(version.periods[end], language) for end in (0, -1))
    st.header(t("asked.version", version=version.questionnaire.version), anchor=False)
    st.markdown(t("asked.months", count=len(version.periods), first=first, last=last))
    for theme in version.questionnaire.themes:
        st.subheader(phrases.escaped(in_language(theme.title, language)), anchor=False)
        elements.bullets(phrases.escaped(in_language(q.text, language)) for q in theme.questions)
