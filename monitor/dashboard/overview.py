"""The first page: the latest month at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from monitor import design
from monitor.climate.figures import PLACES, RESPONSE
from monitor.climate.results import Figure
from monitor.climate.words import DOWN, STABLE, TOO_FEW, UP, sentences, tell
from monitor.dashboard import charts, choices, phrases, units
from monitor.dashboard.visit import Visit
from monitor.questionnaire import Theme, in_language


def show(visit: Visit) -> None:
    """Three themes of one unit: score, interval, and whether anything can be said of change."""
    t = visit.t
    st.title(t("page.overview"), anchor=False)
    if not choices.something_to_show(visit):
        return
    unit = choices.unit(visit)
    period = visit.results.periods[-1]
    month = phrases.month(period, t)
    if unit not in visit.results.tree(period):
        choices.empty(visit, "empty.not_yet", unit=visit.name(unit), month=month)
        return
    st.markdown(t("overview.month", month=month) + " " + _response(visit, period, unit))
    themes = visit.results.questionnaire(period).themes
    figures = [_theme(visit, period, unit, theme.key) for theme in themes]
    if all(figure.value is None for figure in figures):
        choices.empty(visit, "empty.too_small", unit=visit.name(unit), month=month)
        return
    _headline(visit, period, unit, themes)
    for column, theme, figure in zip(st.columns(len(themes)), themes, figures, strict=True):
        with column:
            _card(visit, theme, figure)
    for theme in themes:
        _signal(visit, unit, theme)
    st.markdown(t("overview.meaning"))
    choices.sentences(phrases.notes(figures, t))
    choices.glossary(visit)


def _headline(visit: Visit, period: str, unit: str, themes: Sequence[Theme]) -> None:
    """Whether anything is the matter, in one sentence before any figure; here and elsewhere."""
    t = visit.t
    words = {
        phrases.plain(in_language(theme.title, t.language)): tell(
            visit.results, unit, theme.key, audience=visit.audience(unit)
        ).word
        for theme in themes
    }
    down, up = (phrases.listed([n for n, w in words.items() if w == way], t) for way in (DOWN, UP))
    if down and up:
        said = t("overview.headline.both", down=down, up=up)
    elif down or up:
        said = t(f"overview.headline.{DOWN if down else UP}", themes=down or up)
    else:
        said = t(f"overview.headline.{TOO_FEW if TOO_FEW in words.values() else STABLE}")
    st.header(said, anchor=False)
    others = [key for key in visit.units if key != unit and key in visit.results.tree(period)]
    elsewhere = dict.fromkeys(key for key, _ in units.signals(visit, others, period))
    if elsewhere:
        names = phrases.listed([visit.name(key) for key in elsewhere], t)
        st.markdown(t("overview.elsewhere", units=phrases.plain(names)))


def _card(visit: Visit, theme: Theme, figure: Figure) -> None:
    t = visit.t
    title = in_language(theme.title, t.language)
    with st.container(border=True, height="stretch", key=f"card-{theme.key}"):
        if figure.value is None:
            st.metric(phrases.plain(title), phrases.NOTHING)
            st.markdown(t("note.withheld.short"))
            return
        st.metric(phrases.plain(title), phrases.score(figure))
        alt = t("overview.alt", theme=title, score=phrases.score(figure))
        st.altair_chart(charts.strip(figure, palette=design.current().light), theme=None, alt=alt)
        st.markdown(t("overview.interval", low=figure.low, high=figure.high))
        told = tell(visit.results, figure.unit, theme.key, audience=visit.audience(figure.unit))
        st.markdown(f"**{t(f'word.{told.word}')}**")


def _signal(visit: Visit, unit: str, theme: Theme) -> None:
    """What a signal means; nothing where there is none."""
    t = visit.t
    told = tell(visit.results, unit, theme.key, audience=visit.audience(unit))
    if told.word in (DOWN, UP):
        title = phrases.plain(in_language(theme.title, t.language))
        st.markdown(f"**{title}: {t(f'word.{told.word}')}**")
        choices.sentences(sentences(told, t, lambda period: phrases.month(period, t)))


def _theme(visit: Visit, period: str, unit: str, key: str) -> Figure:
    figure = visit.results.one(period, unit, "theme", key)
    return figure or Figure(period, unit, "theme", key, None, notes=frozenset({"withheld"}))


def _response(visit: Visit, period: str, unit: str) -> str:
    """How many answered, in a band, and of how many; nothing below the first band."""
    answered = visit.results.one(period, unit, "response", RESPONSE)
    if answered is None or answered.value is None:
        return ""
    places = visit.results.one(period, unit, "invited", PLACES)
    band = phrases.band(answered.n_band, visit.t)
    if places is None or not places.value:
        return visit.t("overview.response", band=band)
    return visit.t("overview.response_of", band=band, places=places.value)
