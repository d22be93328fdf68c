"""The first page: the latest month at a glance."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from monitor.climate.figures import PLACES, RESPONSE
from monitor.climate.results import Figure
from monitor.climate.verdicts import FEW_ANSWERS, STABLE, TOO_FEW, TrendVerdict, sentences, verdict
from monitor.config import design
from monitor.dashboard import charts, choices, elements, phrases
from monitor.dashboard.followup import links
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
    verdicts = [verdict(visit.results, unit, theme.key) for theme in themes]
    st.header(_headline(visit, themes, verdicts), anchor=False)
    columns = st.columns(len(themes))
    for column, theme, figure, change in zip(columns, themes, figures, verdicts, strict=True):
        with column:
            _card(visit, theme, figure, change)
    for theme, change in zip(themes, verdicts, strict=True):
        _signal(visit, unit, theme, change)


def _headline(visit: Visit, themes: Sequence[Theme], verdicts: Sequence[TrendVerdict]) -> str:
    """Whether anything is the matter, in one sentence before any figure."""
    t = visit.t
    is_thin = any(change.few_answers for change in verdicts)
    pairs = list(zip(themes, verdicts, strict=True))
    new = _findings(visit, [pair for pair in pairs if pair[1].direction and pair[1].is_new])
    earlier = _findings(visit, [pair for pair in pairs if pair[1].direction and not pair[1].is_new])
    parts = [t("overview.headline.few_answers")] if is_thin else []
    if new:
        parts.append(t("overview.headline.new", findings=new))
    if earlier:
        key = "earlier" if new else "stays.thin" if is_thin else "stays"
        parts.append(t(f"overview.headline.{key}", findings=earlier))
    if not new and not earlier and not is_thin:
        is_unsure = any(change.word == TOO_FEW for change in verdicts)
        parts.append(t(f"overview.headline.{TOO_FEW if is_unsure else STABLE}"))
    return " ".join(parts)


def _findings(visit: Visit, changes: Sequence[tuple[Theme, TrendVerdict]]) -> str:
    """What was noticed, as "Respect is sinds mei 2026 lager en Steun is sinds ..."."""
    t = visit.t
    findings = [
        t(
            f"overview.finding.{change.direction}",
            theme=_title(visit, theme),
            since=phrases.month(change.since, t),
        )
        for theme, change in changes
        if change.since
    ]
    return phrases.listed(findings, t)


def _other_units(visit: Visit, period: str, unit: str) -> None:
    """The signals of the other units this person sees; that there are none, too."""
    others = [key for key in visit.units if key != unit and key in visit.results.tree(period)]
    if others:
        verdicts = units.signals(visit, others, period)
        st.markdown(visit.t("overview.elsewhere" if verdicts else "overview.elsewhere.none"))
        elements.bullets(units.lines(visit, verdicts, period))
        st.markdown(visit.t("signals.above"))


def _card(visit: Visit, theme: Theme, figure: Figure, change: TrendVerdict) -> None:
    t, title = visit.t, _title(visit, theme)
    with st.container(border=True, height="stretch", gap="xsmall", key=f"card-{theme.key}"):
        if figure.value is None:
            st.metric(title, phrases.NOTHING)
            st.markdown(t("note.withheld.short"))
            if change.direction:
                st.markdown(f"**{phrases.word_since(change, t)}**")
            return
        st.metric(title, phrases.score(figure))
        st.markdown(f"**{phrases.word_since(change, t)}**")
        if change.few_answers and change.word != FEW_ANSWERS:
            st.markdown(t("word.few_answers"))
        alt = t("overview.alt", theme=title, score=phrases.score(figure))
        strip = charts.strip(figure, t, design.current().light, of_team=_is_team(visit, figure))
        st.altair_chart(strip, theme=None, alt=alt)
        st.markdown(t("overview.interval", low=figure.low, high=figure.high))


def _signal(visit: Visit, unit: str, theme: Theme, change: TrendVerdict) -> None:
    """What a change that was noticed means; nothing where there is none."""
    t, title = visit.t, _title(visit, theme)
    if change.direction:
        st.markdown(f"**{title}: {t(f'word.{change.word}')}**")
        elements.bullets(sentences(change, t, lambda period: phrases.month(period, t)))
        links.prepare(visit, unit, theme.key)


def _is_team(visit: Visit, figure: Figure) -> bool:
    """Whether the figure is of a team; above the team no colour says low or high."""
    return not visit.results.tree(figure.period).children(figure.unit)


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
