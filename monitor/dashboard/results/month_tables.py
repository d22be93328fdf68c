"""The figures of every theme month by month, as tables, for people who use a screen reader."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from monitor.climate.results import Figure
from monitor.dashboard import elements, phrases
from monitor.dashboard.results.theme_state import ThemeState
from monitor.dashboard.visit import Visit
from monitor.locale import Texts


def show(visit: Visit, unit: str, states: Sequence[ThemeState], until: str) -> None:
    """A table per theme with every month up to `until`, and the remarks on its months."""
    t, name = visit.t, visit.unit_name(unit)
    for state in states:
        series = [f for f in visit.results.series(unit, "theme", state.theme) if f.period <= until]
        st.subheader(phrases.escaped(state.title), anchor=False)
        st.table(table(series, t), alt=t("trend.table_alt", theme=state.title, unit=name))
        elements.bullets(remarks(series, t))


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
