"""The questions of one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from monitor.climate.figures import CLASSES
from monitor.climate.results import Figure
from monitor.config import design
from monitor.dashboard import charts, choices, phrases
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.pulse.questionnaire import Question, Theme, in_language

HALF = 50
"""Per cent."""
Division = tuple[int, int, int]
"""Per cent who disagree, stand in between, and agree."""


def show(visit: Visit) -> None:
    """The score of every question, and how the answers were divided where that may be told."""
    t = visit.t
    st.title(t("page.questions"), anchor=False)
    if not choices.something_to_show(visit):
        return
    unit, period = choices.unit(visit), choices.period(visit)
    month = phrases.month(period, t)
    if unit not in visit.results.tree(period):
        choices.empty(visit, "empty.not_yet", unit=visit.name(unit), month=month)
        return
    figures = visit.results.figures(period, unit)
    known = {figure.key: figure for figure in figures if figure.kind == "question"}
    if all(figure.value is None for figure in known.values()):
        choices.empty(visit, "empty.too_small", unit=visit.name(unit), month=month)
        return
    st.markdown(t("questions.meaning"))
    divided = shares(figures)
    for theme in visit.results.questionnaire(period).themes:
        _theme(visit, theme, known, divided)
    st.markdown(t("questions.distribution" if divided else "questions.no_distribution"))
    choices.sentences(phrases.notes(known.values(), t))
    choices.glossary(visit)


def _theme(
    visit: Visit, theme: Theme, known: Mapping[str, Figure], divided: Mapping[str, Division]
) -> None:
    t = visit.t
    title = in_language(theme.title, t.language)
    st.header(phrases.plain(title), anchor=False)
    told = [(question, known[question.key]) for question in theme.questions]
    st.table(table(told, t), alt=t("questions.table_alt", theme=title))
    rows = [
        charts.Share(in_language(question.text, t.language), *divided[question.key])
        for question in theme.questions
        if question.key in divided
    ]
    if rows:
        with st.expander(t("questions.divided")):
            agreed = sum(row.favourable >= HALF for row in rows)
            st.markdown(f"**{t('questions.divided.title', count=agreed, all=len(rows))}**")
            alt = t("questions.alt", theme=title)
            st.altair_chart(
                charts.shares(rows, t, palette=design.current().light), theme=None, alt=alt
            )
            st.table(division_table(rows, t), alt=alt)


def shares(figures: Sequence[Figure]) -> dict[str, Division]:
    """Per question the three shares in per cent; only questions of which all three are told."""
    told = {
        figure.key: int(figure.value)
        for figure in figures
        if figure.kind == "distribution" and figure.value is not None
    }
    questions = dict.fromkeys(key.rpartition(":")[0] for key in told)
    return {
        key: (low, middle, high)
        for key in questions
        for low, middle, high in [[told.get(f"{key}:{name}", -1) for name in CLASSES]]
        if min(low, middle, high) >= 0
    }


def table(told: Sequence[tuple[Question, Figure]], t: Texts) -> pd.DataFrame:
    """Question, score and interval in words."""
    rows = [
        (
            phrases.plain(in_language(question.text, t.language)),
            phrases.score(figure) or t("note.withheld.short"),
            phrases.interval(figure),
        )
        for question, figure in told
    ]
    names = [t(f"table.{column}") for column in ("question", "score", "interval")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def division_table(rows: Sequence[charts.Share], t: Texts) -> pd.DataFrame:
    """Question and per cent per class."""
    told = [
        (phrases.plain(row.question), *map(str, (row.unfavourable, row.neutral, row.favourable)))
        for row in rows
    ]
    names = [t("table.question"), *(t(f"table.{name}") for name in CLASSES)]
    return pd.DataFrame(told, columns=names).set_index(names[0])
