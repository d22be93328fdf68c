"""The first step of preparing a conversation: what is known, and what a figure cannot say."""

from __future__ import annotations

import streamlit as st

from monitor.climate.results import Figure
from monitor.climate.verdicts import own_level
from monitor.dashboard import charts, phrases
from monitor.dashboard.followup import drawing
from monitor.dashboard.results.panels import panel_of
from monitor.dashboard.results.theme_state import theme_states
from monitor.dashboard.visit import Visit
from monitor.followup.occasion import MovedStatement, Occasion
from monitor.followup.suggestion import Direction, Suggestion
from monitor.pulse.questionnaire import in_language

STATEMENTS = 2
"""How many statements that moved are shown."""
CANNOT = ("why", "who", "lasts")


def show(visit: Visit, unit: str, occasion: Occasion) -> None:
    """A chart of the theme, the word for its trend, and the statements that moved with it."""
    t = visit.t
    series = visit.results.series(unit, "theme", occasion.theme)
    if any(figure.value is not None for figure in series):
        _chart(visit, occasion, series)
    known_column, unknown_column = st.columns(2)
    with known_column:
        st.markdown(f"**{t('talk.known')}**")
        drawing.marked(
            [*_change_lines(visit, unit, occasion), *_statements(visit, occasion)], "yes"
        )
        if occasion.statements and occasion.direction is not Direction.NONE:
            st.caption(t("talk.one_statement"))
    with unknown_column:
        st.markdown(f"**{t('talk.cannot')}**")
        drawing.marked((t(f"talk.cannot.{what}") for what in CANNOT), "no")


def _change_lines(visit: Visit, unit: str, occasion: Occasion) -> list[str]:
    """The word for the trend, the latest score beside the level before, and since when."""
    t, change, latest = visit.t, occasion.change, visit.results.latest
    assert latest is not None
    lines = [_sentence(phrases.word_since(change, t))]
    figure = visit.results.figure(latest, unit, "theme", occasion.theme)
    level = own_level(visit.results, unit, occasion.theme, latest, change)
    if figure is not None and figure.value is not None:
        lines.append(
            t("talk.score", score=phrases.score(figure), low=figure.low, high=figure.high)
            + (f" {t('talk.earlier', level=level)}" if level is not None else "")
        )
    if change.few_answers:
        lines.append(t("signals.few"))
    if change.since and change.signalled and change.direction:
        since, fell = phrases.month(change.since, t), phrases.month(change.signalled, t)
        lines.append(t("signals.since", since=since, fell=fell))
    return lines


def first_question(visit: Visit, occasion: Occasion, suggestion: Suggestion) -> None:
    """The question to begin with, where it mostly lies, and what the leidinggevende must not do."""
    t, language = visit.t, visit.t.language
    parts = [in_language(suggestion.ask, language)]
    if suggestion.note is not None:
        parts.append(in_language(suggestion.note, language))
    drawing.note(" ".join(parts), t("talk.ask_first"), warm=occasion.direction is Direction.DOWN)
    levels = phrases.listed([t(f"level.{level.value}") for level in suggestion.levels], t)
    st.markdown(t("talk.level", levels=levels))


def _chart(visit: Visit, occasion: Occasion, series: tuple[Figure, ...]) -> None:
    t, latest, unit = visit.t, series[-1].period, series[0].unit
    audience = occasion.change.audience
    states = theme_states(visit.results, unit, latest, t.language, audience)
    state = next(each for each in states if each.theme == occasion.theme)
    chart = charts.panel(panel_of(visit.results, state), t)
    first, last = (phrases.month(series[end].period, t) for end in (0, -1))
    name = visit.unit_name(unit)
    alt = t("trend.alt", theme=state.title, unit=name, first=first, last=last)
    st.altair_chart(chart, theme=None, alt=alt)


def _statements(visit: Visit, occasion: Occasion) -> list[str]:
    """The statements that moved most, with their means before and since."""
    latest = visit.results.latest
    if latest is None:
        return []
    texts = {
        question.key: in_language(question.text, visit.t.language)
        for theme in visit.results.questionnaire(latest).themes
        for question in theme.questions
    }
    wanted = -1 if occasion.direction is Direction.DOWN else 1
    moved = [row for row in occasion.statements if row.change * wanted > 0][:STATEMENTS]
    return [_statement(visit, row, texts[row.question]) for row in moved]


def _statement(visit: Visit, row: MovedStatement, text: str) -> str:
    return visit.t("talk.statement", text=text, earlier=row.earlier, now=row.now)


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
