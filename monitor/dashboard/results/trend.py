"""One theme over the months."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from monitor.climate.figures import TEAM
from monitor.climate.results import Figure
from monitor.climate.verdicts import sentences, verdict
from monitor.config import design
from monitor.dashboard import charts, choices, phrases
from monitor.dashboard.results.method import ADDRESS as METHOD_PAGE
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.pulse.questionnaire import in_language


def show(visit: Visit) -> None:
    """Line with interval band, gaps where a month is withheld, and the same as a table."""
    t = visit.t
    st.title(t("page.trend"), anchor=False)
    if not choices.something_to_show(visit):
        return
    unit = choices.unit(visit)
    asked = visit.results.questionnaire(visit.results.periods[-1])
    theme = choices.theme(visit, asked)
    series = visit.results.series(unit, "theme", theme)
    if not any(figure.value is not None for figure in series):
        choices.empty(visit, "empty.no_series", unit=visit.name(unit))
        return
    title = next(in_language(o.title, t.language) for o in asked.themes if o.key == theme)
    first, last = (phrases.month(series[end].period, t) for end in (0, -1))
    alt = t("trend.alt", theme=title, unit=visit.name(unit), first=first, last=last)
    told = verdict(visit.results, unit, theme, audience=visit.audience(unit))
    chance, signals = _chance(visit, series), _signals(visit, series)
    palette = design.current().light
    chart = charts.trend(series, palette.accent, t, signals, chance, palette)
    said = t("trend.title", theme=title, word=t(f"word.{told.word}"))
    said += phrases.since(told, t, before=", ")
    st.header(phrases.plain(said), anchor=False)
    st.altair_chart(chart, theme=None, alt=f"{said}. {alt}")
    meaning = sentences(told, t, lambda period: phrases.month(period, t))
    drawn = {"trend.band": True, "trend.chance": chance, "trend.ring": signals}
    choices.sentences((*meaning, *(t(name) for name, there in drawn.items() if there)))
    st.markdown(f"[{t('method.title')}](/{METHOD_PAGE})")
    if found := phrases.notes(series, t):
        st.markdown(t("trend.some_months"))
        choices.sentences(found)
    with st.expander(t("table.behind")):
        st.table(table(series, t), alt=t("trend.table_alt", theme=title, unit=visit.name(unit)))
        choices.sentences(remarks(series, t))
    choices.glossary(visit)


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
    """Per month what to know about its figure, latest first; beside the table for want of room."""
    return [
        t("trend.remark", month=phrases.month(figure.period, t), notes=notes)
        for figure in reversed(series)
        if (notes := phrases.short_notes(figure, t))
    ]


def _chance(visit: Visit, series: Sequence[Figure]) -> tuple[Figure, ...]:
    """The months in which it is known where chance alone would have kept the score."""
    found = (visit.results.figure(f.period, f.unit, "chance", f.key) for f in series)
    return tuple(figure for figure in found if figure is not None and figure.low is not None)


def _signals(visit: Visit, series: Sequence[Figure]) -> dict[str, str]:
    """The months in which a signal fell, with its direction, for this person's view."""
    audience = visit.audience(series[0].unit)
    key = series[0].key if audience == TEAM else f"{series[0].key}:{audience}"
    found = (visit.results.figure(f.period, f.unit, "signal", key) for f in series)
    return {figure.period: str(figure.value) for figure in found if figure is not None}
