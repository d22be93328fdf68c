"""The statements of one month: what people think of each, and how its answers lay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from monitor.climate import statement_levels
from monitor.climate.figures import CLASSES
from monitor.climate.results import Figure
from monitor.dashboard import choices, elements, markup, phrases
from monitor.dashboard.results import statements_moved
from monitor.dashboard.results.theme_state import ThemeState, theme_states
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.pulse.questionnaire import Question, in_language

NARROWEST_WITH_NUMBER = 9
"""Per cent: in a narrower part of a bar its number does not fit."""
Shares = tuple[int, int, int]
"""Per cent who disagree, are neutral, and agree."""


def show(visit: Visit) -> None:
    """Every statement with its distribution where it is released, its score and its own level."""
    t = visit.t
    chosen = choices.unit_with_figures(visit, "page.questions")
    if chosen is None:
        return
    unit, period = chosen
    month, name = phrases.month(period, t), visit.unit_name(unit)
    figures = visit.results.figures(period, unit)
    scores = {figure.key: figure for figure in figures if figure.kind == "question"}
    st.title(t("questions.headline", unit=phrases.escaped(name), month=month), anchor=False)
    if all(figure.value is None for figure in scores.values()):
        elements.empty_state(visit, "empty.too_small", unit=name, month=month)
        return
    st.html(markup.text("p", t("questions.meaning"), "lead"))
    distributions = shares(figures)
    if distributions:
        st.html(_key(t))
    states = {s.theme: s for s in theme_states(visit.results, unit, period, t.language)}
    for theme in visit.results.questionnaire(period).themes:
        _theme(visit, states[theme.key], theme.questions, scores, distributions)
    st.markdown(t("questions.distribution" if distributions else "questions.no_distribution"))
    elements.remarks(phrases.notes(scores.values(), t))
    elements.glossary(visit)


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


def _theme(
    visit: Visit,
    state: ThemeState,
    questions: Sequence[Question],
    scores: Mapping[str, Figure],
    distributions: Mapping[str, Shares],
) -> None:
    """The statements of a theme beneath its word."""
    t = visit.t
    head = markup.element("header", markup.text("h2", state.title) + markup.pill(state.verdict, t))
    rows = "".join(
        _statement(visit, state, question, scores[question.key], distributions.get(question.key))
        for question in questions
    )
    name = "statements" if distributions else "statements no-shares"
    st.html(markup.element("section", head + rows, name))


def _statement(
    visit: Visit, state: ThemeState, question: Question, figure: Figure, shares: Shares | None
) -> str:
    t = visit.t
    words = markup.text("span", in_language(question.text, t.language), "words")
    if figure.value is None:
        none = markup.text("span", phrases.withheld(figure, t), "shares-none")
        return markup.element("div", words + none, "statement withheld")
    month = state.span.since if state.span else figure.period
    level = statement_levels.level_before(visit.results, figure.unit, figure.key, month)
    return markup.element(
        "div", words + _bar(shares, t) + _against_level(figure, level, state, t), "statement"
    )


def _bar(lay: Shares | None, t: Texts) -> str:
    """How the answers lay, as parts of one bar; the words for who hears them."""
    if lay is None:
        return markup.text("span", t("questions.too_small"), "shares-none")
    parts = "".join(
        markup.element(
            "span",
            str(share) if share >= NARROWEST_WITH_NUMBER else "",
            name,
            style=f"flex:{share}",
            title=t("tooltip.share", share=share, answer=t(f"class.{name}")),
        )
        for name, share in zip(CLASSES, lay, strict=True)
        if share
    )
    label = " ".join(
        t("tooltip.share", share=share, answer=t(f"class.{name}"))
        for name, share in zip(CLASSES, lay, strict=True)
    )
    return markup.element("span", parts, "shares", role="img", **{"aria-label": label})


def _against_level(figure: Figure, level: int | None, state: ThemeState, t: Texts) -> str:
    """The score with its margin, and on the scale its own earlier level."""
    score = markup.text("b", phrases.score(figure), "v")
    margin = t("theme.margin", low=figure.low, high=figure.high)
    beside = f"{margin} · {t('units.level', level=level)}" if level is not None else margin
    words = markup.element("span", score + markup.text("span", beside, "margin"), "figures")
    direction = statements_moved.agreeing(figure, level, state.verdict.direction)
    return markup.element("span", words + statements_moved.scale(figure, level, direction))


def _key(t: Texts) -> str:
    """What the parts of a bar are."""
    items = "".join(
        markup.element(
            "li", markup.element("i", "", f"tint {name}") + markup.text("span", t(f"class.{name}"))
        )
        for name in CLASSES
    )
    return markup.element("ul", markup.text("li", t("questions.of_100")) + items, "legend tints")
