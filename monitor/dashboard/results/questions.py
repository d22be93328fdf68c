"""The questions of one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from monitor.climate.figures import CLASSES
from monitor.climate.results import Figure
from monitor.dashboard import charts, choices, elements, phrases
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.pulse.questionnaire import Question, Theme, in_language

HALF = 50
"""Per cent."""
Shares = tuple[int, int, int]
"""Per cent who disagree, are neutral, and agree."""


def show(visit: Visit) -> None:
    """The score of every question, and the distribution of the answers where it is released."""
    t = visit.t
    st.title(t("page.questions"), anchor=False)
    if not elements.has_sealed_month(visit):
        return
    unit, period = choices.unit(visit), choices.period(visit)
    month = phrases.month(period, t)
    if unit not in visit.results.tree(period):
        elements.empty_state(visit, "empty.not_yet", unit=visit.unit_name(unit), month=month)
        return
    figures = visit.results.figures(period, unit)
    scores = {figure.key: figure for figure in figures if figure.kind == "question"}
    if all(figure.value is None for figure in scores.values()):
        elements.empty_state(visit, "empty.too_small", unit=visit.unit_name(unit), month=month)
        return
    st.markdown(t("questions.meaning"))
    distributions = shares(figures)
    for theme in visit.results.questionnaire(period).themes:
        _theme(visit, theme, scores, distributions)
    st.markdown(t("questions.distribution" if distributions else "questions.no_distribution"))
    elements.bullets(phrases.notes(scores.values(), t))
    elements.glossary(visit)


def _theme(
    visit: Visit,
    theme: Theme,
    scores: Mapping[str, Figure],
    distributions: Mapping[str, Shares],
) -> None:
    t = visit.t
    title = in_language(theme.title, t.language)
    st.header(phrases.escaped(title), anchor=False)
    rows = [(question, scores[question.key]) for question in theme.questions]
    st.table(table(rows, t), alt=t("questions.table_alt", theme=title))
    bars = [
        charts.Share(in_language(question.text, t.language), *distributions[question.key])
        for question in theme.questions
        if question.key in distributions
    ]
    if bars:
        with st.expander(t("questions.divided")):
            _distributions(bars, title, t)


def _distributions(bars: Sequence[charts.Share], title: str, t: Texts) -> None:
    """The distributions as a chart, headed by what it shows, and the same as a table."""
    agreed = sum(bar.favourable >= HALF for bar in bars)
    st.markdown(f"**{t('questions.divided.title', count=agreed, all=len(bars))}**")
    alt = t("questions.alt", theme=title)
    st.altair_chart(charts.shares(bars, t), theme=None, alt=alt)
    st.table(distribution_table(bars, t), alt=alt)


def shares(figures: Sequence[Figure]) -> dict[str, Shares]:
    """Per question the three shares in per cent; only questions of which all three are released."""
    released = {
        figure.key: int(figure.value)
        for figure in figures
        if figure.kind == "distribution" and figure.value is not None
    }
    questions = dict.fromkeys(key.rpartition(":")[0] for key in released)
    return {
        key: (low, middle, high)
        for key in questions
        for low, middle, high in [[released.get(f"{key}:{name}", -1) for name in CLASSES]]
        if min(low, middle, high) >= 0
    }


def table(scores: Sequence[tuple[Question, Figure]], t: Texts) -> pd.DataFrame:
    """Question, score and interval in words."""
    rows = [
        (
            phrases.escaped(in_language(question.text, t.language)),
            phrases.score(figure) or phrases.withheld(figure, t),
            phrases.interval(figure),
        )
        for question, figure in scores
    ]
    names = [t(f"table.{column}") for column in ("question", "score", "interval")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def distribution_table(bars: Sequence[charts.Share], t: Texts) -> pd.DataFrame:
    """Question and per cent per class."""
    rows = [
        (
            phrases.escaped(bar.question),
            str(bar.unfavourable),
            str(bar.neutral),
            str(bar.favourable),
        )
        for bar in bars
    ]
    names = [t("table.question"), *(t(f"table.{name}") for name in CLASSES)]
    return pd.DataFrame(rows, columns=names).set_index(names[0])
