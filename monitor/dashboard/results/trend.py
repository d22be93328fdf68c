"""One theme over the months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from monitor.climate.results import Figure
from monitor.climate.verdicts import TrendVerdict, sentences, verdict
from monitor.config import design
from monitor.dashboard import charts, choices, elements, phrases
from monitor.dashboard.results.method import ADDRESS as METHOD_PAGE
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.pulse.questionnaire import in_language


@dataclass(frozen=True, slots=True)
class Trend:
    """One theme of one unit over the months."""

    theme: str
    """Title in the reader's language."""
    unit: str
    """Name."""
    series: tuple[Figure, ...]
    """Oldest first, withheld months among them."""


def show(visit: Visit) -> None:
    """A line with its interval, gaps where a month is withheld, and the same as a table."""
    t = visit.t
    st.title(t("page.trend"), anchor=False)
    if not elements.has_sealed_month(visit):
        return
    trend = _choose(visit)
    if not any(figure.value is not None for figure in trend.series):
        elements.empty_state(visit, "empty.no_series", unit=trend.unit)
        return
    _chart(visit, trend)
    st.markdown(f"[{t('method.title')}](/{METHOD_PAGE})")
    if notes := phrases.notes(trend.series, t):
        st.markdown(t("trend.some_months"))
        elements.bullets(notes)
    with st.expander(t("table.behind")):
        alt = t("trend.table_alt", theme=trend.theme, unit=trend.unit)
        st.table(table(trend.series, t), alt=alt)
        elements.bullets(remarks(trend.series, t))
    elements.glossary(visit)


def table(series: Sequence[Figure], t: Texts) -> pd.DataFrame:
    """The series in words, latest month first; a withheld month has a row and no figures."""
    rows = [
        (
            phrases.short_month(figure.period, t),
            phrases.score(figure) or phrases.NOTHING,
            phrases.interval(figure),
            phrases.short_band(figure.n_band),
        )
        for figure in reversed(series)
    ]
    names = [t(f"table.{column}") for column in ("month", "score", "interval", "answers")]
    return pd.DataFrame(rows, columns=names).set_index(names[0])


def remarks(series: Sequence[Figure], t: Texts) -> list[str]:
    """The notes of each month's figure, latest first; beside the table, which is too narrow."""
    return [
        t("trend.remark", month=phrases.month(figure.period, t), notes=notes)
        for figure in reversed(series)
        if (notes := phrases.short_notes(figure, t))
    ]


def _choose(visit: Visit) -> Trend:
    """Choose a unit and a theme."""
    unit = choices.unit(visit)
    questionnaire = visit.results.questionnaire(visit.results.periods[-1])
    key = choices.theme(visit, questionnaire)
    titles = {theme.key: theme.title for theme in questionnaire.themes}
    return Trend(
        theme=in_language(titles[key], visit.t.language),
        unit=visit.unit_name(unit),
        series=visit.results.series(unit, "theme", key),
    )


def _chart(visit: Visit, trend: Trend) -> None:
    """The chart, headed by what it shows, and what its marks mean."""
    t, series, palette = visit.t, trend.series, design.current().light
    unit, theme = series[0].unit, series[0].key
    change = verdict(visit.results, unit, theme)
    control_limits, signals = _control_limits(visit, series), _signals(visit, series)
    title = _title(trend, change, t)
    st.header(phrases.escaped(title), anchor=False)
    chart = charts.trend(series, palette.accent, t, signals, control_limits, palette)
    st.altair_chart(chart, theme=None, alt=f"{title}. {_alt(trend, t)}")
    legend = {"trend.band": True, "trend.chance": control_limits, "trend.ring": signals}
    meaning = sentences(change, t, lambda period: phrases.month(period, t))
    elements.bullets((*meaning, *(t(key) for key, is_drawn in legend.items() if is_drawn)))


def _title(trend: Trend, change: TrendVerdict, t: Texts) -> str:
    return t("trend.title", theme=trend.theme, word=phrases.word_since(change, t))


def _alt(trend: Trend, t: Texts) -> str:
    first, last = (phrases.month(trend.series[end].period, t) for end in (0, -1))
    return t("trend.alt", theme=trend.theme, unit=trend.unit, first=first, last=last)


def _control_limits(visit: Visit, series: Sequence[Figure]) -> tuple[Figure, ...]:
    """The months for which it is known within which limits chance alone keeps the score."""
    limits = (visit.results.figure(f.period, f.unit, "chance", f.key) for f in series)
    return tuple(figure for figure in limits if figure is not None and figure.low is not None)


def _signals(visit: Visit, series: Sequence[Figure]) -> dict[str, str]:
    """The months in which a signal fell, with its direction: those the team itself reads."""
    signals = (visit.results.figure(f.period, f.unit, "signal", f.key) for f in series)
    return {figure.period: str(figure.value) for figure in signals if figure is not None}
