"""Which questions were asked, and when; what the next round asks, and the way to change that."""

from __future__ import annotations

import streamlit as st

from monitor.access import pending_acts
from monitor.dashboard import elements, phrases
from monitor.dashboard.announcements import show_announcement
from monitor.dashboard.form import show_refusal
from monitor.dashboard.visit import Visit
from monitor.errors import Refusal, RoundAltered
from monitor.locale import formats
from monitor.pulse import questionnaire_changes, questionnaire_words
from monitor.pulse.questionnaire import Questionnaire, Theme, in_language
from monitor.pulse.rounds import questionnaire_acts
from monitor.pulse.rounds.questionnaire_in_use import in_use, in_use_or_before
from monitor.pulse.rounds.questionnaires import QuestionnaireVersion, history

CHOOSE = "/bestanden/vragenlijst"


def show(visit: Visit) -> None:
    """Every version, the one asked last first."""
    t = visit.t
    st.title(t("page.questionnaires"), anchor=False)
    show_announcement()
    st.markdown(t("asked.intro"))
    _next(visit)
    versions = history(visit.context.engine)
    if not versions:
        elements.empty_state(visit, "asked.none")
        return
    for version in versions:
        _version(visit, version)


def show_change(visit: Visit, questionnaire: Questionnaire) -> None:
    """What it changes in what is asked now, and the whole of it, folded away."""
    t = visit.t
    try:
        before = in_use_or_before(visit.context)
    except RoundAltered as altered:
        show_refusal(visit, altered)
        return
    change = questionnaire_changes.changes(before, questionnaire)
    for line in questionnaire_words.scale_words(change, t):
        st.warning(f"{t('chooser.scale.text')} {phrases.escaped(line)}")
    for theme in questionnaire_words.theme_words(change, t):
        st.markdown(f"**{phrases.escaped(theme.title)}**  \n{theme.outcome}")
        elements.bullets(phrases.escaped(line) for line in theme.lines)
    with st.expander(t("change.all")):
        for each in questionnaire.themes:
            st.markdown(f"**{phrases.escaped(in_language(each.title, t.language))}**")
            texts = (questionnaire_words.every_language(q, t) for q in each.questions)
            elements.bullets(phrases.escaped(text) for text in texts)


def _next(visit: Visit) -> None:
    """What the next round asks, what waits, and the way to another questionnaire."""
    t = visit.t
    st.header(t("asked.next"), anchor=False)
    try:
        questionnaire = in_use(visit.context)
    except Refusal as refusal:  # a wrong file in the data folder, or a store that was altered
        st.warning(phrases.escaped(t(refusal.key, **refusal.words)))
    else:
        version = phrases.escaped(questionnaire.version)
        st.markdown(t("chooser.asked", version=version, count=len(questionnaire.questions)))
    waiting = [
        phrases.escaped(act.about)
        for act in pending_acts.waiting(visit.context.engine)
        if act.kind == questionnaire_acts.SWITCH.name
    ]
    if waiting:
        st.info(t("asked.waiting", acts=", ".join(waiting)))
    if visit.manages_rounds():
        elements.link(visit, CHOOSE, t("chooser.link"))


def _version(visit: Visit, version: QuestionnaireVersion) -> None:
    t, language = visit.t, visit.t.language
    first, last = (formats.month(version.periods[end], language) for end in (0, -1))
    st.header(t("asked.version", version=version.questionnaire.version), anchor=False)
    st.markdown(t("asked.months", count=len(version.periods), first=first, last=last))
    for theme in version.questionnaire.themes:
        st.subheader(phrases.escaped(in_language(theme.title, language)), anchor=False)
        _statements(visit, theme)


def _statements(visit: Visit, theme: Theme) -> None:
    language = visit.t.language
    elements.bullets(phrases.escaped(in_language(q.text, language)) for q in theme.questions)
