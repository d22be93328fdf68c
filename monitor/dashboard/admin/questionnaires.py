"""Which questions were asked, and when: for the beheerder, and for those who oversee."""

from __future__ import annotations

import streamlit as st

from monitor.dashboard import choices, phrases
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
        choices.empty(visit, "asked.none")
        return
    for version in versions:
        _draw(visit, version)


def _draw(visit: Visit, version: QuestionnaireVersion) -> None:
    t, language = visit.t, visit.t.language
    first, last = (formats.month(version.periods[at], language) for at in (0, -1))
    st.header(t("asked.version", version=version.questionnaire.version), anchor=False)
    st.markdown(t("asked.months", count=len(version.periods), first=first, last=last))
    for theme in version.questionnaire.themes:
        st.subheader(phrases.plain(in_language(theme.title, language)), anchor=False)
        choices.sentences(phrases.plain(in_language(q.text, language)) for q in theme.questions)
