"""The first page: the latest month at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from monitor.climate.figures import PLACES, RESPONSE
from monitor.climate.results import Figure
from monitor.climate.verdicts import (
    DOWN,
    STABLE,
    TOO_FEW,
    UP,
    TrendVerdict,
    sentences,
    sustained,
    verdict,
)
from monitor.config import design
from monitor.dashboard import charts, choices, phrases
from monitor.dashboard.results import units
from monitor.dashboard.visit import Visit
from monitor.pulse.questionnaire import Theme, in_language


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
    told = [verdict(visit.results, unit, one.key, audience=visit.audience(unit)) for one in themes]
    st.header(_headline(visit, themes, told), anchor=False)
    for column, theme, figure, one in zip(
        st.columns(len(themes)), themes, figures, told, strict=True
    ):
        with column:
            _card(visit, theme, figure, one)
    for theme, one in zip(themes, told, strict=True):
        _signal(visit, theme, one)
    _elsewhere(visit, period, unit)
    st.markdown(t("overview.meaning"))
    choices.sentences(phrases.notes(figures, t))
    choices.glossary(visit)


def _headline(visit: Visit, themes: Sequence[Theme], told: Sequence[TrendVerdict]) -> str:
    """Whether anything is the matter, in one sentence before any figure."""
    t = visit.t
    titles = [phrases.plain(in_language(theme.title, t.language)) for theme in themes]

    def which(way: str, ways: Sequence[str]) -> str:
        return phrases.listed([n for n, w in zip(titles, ways, strict=True) if w == way], t)

    for key, ways in (
        ("overview.headline", [one.word for one in told]),
        ("overview.headline.sustained", [one.sustained for one in told]),
    ):
        down, up = which(DOWN, ways), which(UP, ways)
        if down or up:
            way = "both" if down and up else DOWN if down else UP
            return t(f"{key}.{way}", down=down, up=up)
    unsure = any(one.word == TOO_FEW for one in told)
    return t(f"overview.headline.{TOO_FEW if unsure else STABLE}")


def _elsewhere(visit: Visit, period: str, unit: str) -> None:
    """What there is to tell of the other units this person sees; that there is nothing, too."""
    others = [key for key in visit.units if key != unit and key in visit.results.tree(period)]
    if others:
        told = units.signals(visit, others, period)
        st.markdown(visit.t("overview.elsewhere" if told else "overview.elsewhere.none"))
        choices.sentences(units.lines(visit, told, period))


def _card(visit: Visit, theme: Theme, figure: Figure, told: TrendVerdict) -> None:
    t = visit.t
    title = phrases.plain(in_language(theme.title, t.language))
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card-{theme.key}"):
        if figure.value is None:
            st.metric(title, phrases.NOTHING)
            st.markdown(t("note.withheld.short"))
            return
        st.metric(title, phrases.score(figure))
        st.markdown(f"**{t(f'word.{told.word}')}**")
        alt = t("overview.alt", theme=title, score=phrases.score(figure))
        st.altair_chart(charts.strip(figure, palette=design.current().light), theme=None, alt=alt)
        st.markdown(t("overview.interval", low=figure.low, high=figure.high))
        if told.sustained:
            st.markdown(f"**{phrases.since(told, t)}**")


def _signal(visit: Visit, theme: Theme, told: TrendVerdict) -> None:
    """What a signal means, or one whose change has stayed; nothing where there is none."""
    t = visit.t
    title = phrases.plain(in_language(theme.title, t.language))
    if told.word in (DOWN, UP):
        st.markdown(f"**{title}: {t(f'word.{told.word}')}**")
        choices.sentences(sentences(told, t, lambda period: phrases.month(period, t)))
    elif told.sustained:
        said = sustained(told, t, lambda period: phrases.month(period, t))
        st.markdown(f"**{title}.** {said}")


def _theme(visit: Visit, period: str, unit: str, key: str) -> Figure:
    figure = visit.results.figure(period, unit, "theme", key)
    return figure or Figure(period, unit, "theme", key, None, notes=frozenset({"withheld"}))


def _response(visit: Visit, period: str, unit: str) -> str:
    """How many answered, in a band, and of how many; nothing below the first band."""
    answered = visit.results.figure(period, unit, "response", RESPONSE)
    if answered is None or answered.value is None:
        return ""
    places = visit.results.figure(period, unit, "invited", PLACES)
    band = phrases.band(answered.n_band, visit.t)
    if places is None or not places.value:
        return visit.t("overview.response", band=band)
    return visit.t("overview.response_of", band=band, places=places.value)
