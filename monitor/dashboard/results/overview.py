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
from monitor.dashboard import charts, choices, elements, phrases
from monitor.dashboard.results import units
from monitor.dashboard.visit import Visit
from monitor.locale import formats
from monitor.pulse.questionnaire import Theme, in_language


def show(visit: Visit) -> None:
    """Three themes of one unit: score, interval, and whether anything can be said of change."""
    t = visit.t
    st.title(t("page.overview"), anchor=False)
    if not elements.has_sealed_month(visit):
        return
    unit = choices.unit(visit)
    period = visit.results.periods[-1]
    month = phrases.month(period, t)
    if unit not in visit.results.tree(period):
        elements.empty_state(visit, "empty.not_yet", unit=visit.unit_name(unit), month=month)
        return
    st.markdown(t("overview.month", month=month) + " " + _response(visit, period, unit))
    themes = visit.results.questionnaire(period).themes
    figures = [_figure(visit, period, unit, theme.key) for theme in themes]
    if all(figure.value is None for figure in figures):
        elements.empty_state(visit, "empty.too_small", unit=visit.unit_name(unit), month=month)
        return
    _themes(visit, unit, themes, figures)
    _other_units(visit, period, unit)
    st.markdown(t("overview.meaning"))
    elements.bullets(phrases.notes(figures, t))
    elements.glossary(visit)


def _themes(visit: Visit, unit: str, themes: Sequence[Theme], figures: Sequence[Figure]) -> None:
    """The headline, a card per theme, and what the signals among them mean."""
    audience = visit.audience(unit)
    verdicts = [verdict(visit.results, unit, theme.key, audience=audience) for theme in themes]
    st.header(_headline(visit, themes, verdicts), anchor=False)
    columns = st.columns(len(themes))
    for column, theme, figure, change in zip(columns, themes, figures, verdicts, strict=True):
        with column:
            _card(visit, theme, figure, change)
    for theme, change in zip(themes, verdicts, strict=True):
        _signal(visit, theme, change)


def _headline(visit: Visit, themes: Sequence[Theme], verdicts: Sequence[TrendVerdict]) -> str:
    """Whether anything is the matter, in one sentence before any figure."""
    t = visit.t
    titles = [_title(visit, theme) for theme in themes]

    def moved(direction: str, directions: Sequence[str]) -> str:
        pairs = zip(titles, directions, strict=True)
        return phrases.listed([title for title, moved in pairs if moved == direction], t)

    for key, directions in (
        ("overview.headline", [change.word for change in verdicts]),
        ("overview.headline.sustained", [change.sustained for change in verdicts]),
    ):
        down, up = moved(DOWN, directions), moved(UP, directions)
        if down or up:
            direction = "both" if down and up else DOWN if down else UP
            return t(f"{key}.{direction}", down=down, up=up)
    is_unsure = any(change.word == TOO_FEW for change in verdicts)
    return t(f"overview.headline.{TOO_FEW if is_unsure else STABLE}")


def _other_units(visit: Visit, period: str, unit: str) -> None:
    """The signals of the other units this person sees; that there are none, too."""
    others = [key for key in visit.units if key != unit and key in visit.results.tree(period)]
    if others:
        verdicts = units.signals(visit, others, period)
        st.markdown(visit.t("overview.elsewhere" if verdicts else "overview.elsewhere.none"))
        elements.bullets(units.lines(visit, verdicts, period))


def _card(visit: Visit, theme: Theme, figure: Figure, change: TrendVerdict) -> None:
    t, title = visit.t, _title(visit, theme)
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card-{theme.key}"):
        if figure.value is None:
            st.metric(title, phrases.NOTHING)
            st.markdown(t("note.withheld.short"))
            return
        st.metric(title, phrases.score(figure))
        st.markdown(f"**{t(f'word.{change.word}')}**")
        alt = t("overview.alt", theme=title, score=phrases.score(figure))
        st.altair_chart(charts.strip(figure, t, design.current().light), theme=None, alt=alt)
        st.markdown(t("overview.interval", low=figure.low, high=figure.high))
        if change.sustained:
            st.markdown(f"**{phrases.sustained_since(change, t)}**")


def _signal(visit: Visit, theme: Theme, change: TrendVerdict) -> None:
    """What a signal means, or one whose change was sustained; nothing where there is none."""
    t, title = visit.t, _title(visit, theme)
    if change.word in (DOWN, UP):
        st.markdown(f"**{title}: {t(f'word.{change.word}')}**")
        elements.bullets(sentences(change, t, lambda period: phrases.month(period, t)))
    elif change.sustained:
        sentence = sustained(change, t, lambda period: phrases.month(period, t))
        st.markdown(f"**{title}.** {sentence}")


def _title(visit: Visit, theme: Theme) -> str:
    return phrases.escaped(in_language(theme.title, visit.t.language))


def _figure(visit: Visit, period: str, unit: str, theme: str) -> Figure:
    figure = visit.results.figure(period, unit, "theme", theme)
    return figure or Figure(period, unit, "theme", theme, None, notes=frozenset({"withheld"}))


def _response(visit: Visit, period: str, unit: str) -> str:
    """How many answered, in a band, and of how many; nothing below the first band."""
    answered = visit.results.figure(period, unit, "response", RESPONSE)
    if answered is None or answered.value is None:
        return ""
    places = visit.results.figure(period, unit, "invited", PLACES)
    band = phrases.band(answered.n_band, visit.t)
    if places is None or not places.value:
        return visit.t("overview.response", band=band)
    if formats.is_share(answered.n_band):
        return visit.t("overview.response_share", band=band, places=places.value)
    return visit.t("overview.response_of", band=band, places=places.value)
