"""Units side by side, in the order of the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from monitor.climate.figures import Figure
from monitor.climate.verdicts import DOWN, REMEMBERED_MONTHS, UP, TrendVerdict, verdict
from monitor.config import design
from monitor.config.design import HIGH_FROM, LOW_BELOW
from monitor.dashboard import charts, choices, phrases
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.organisation.tree import Tree
from monitor.pulse.questionnaire import in_language


def show(visit: Visit) -> None:
    """One theme for every unit; no ranking, and nothing that sorts by score."""
    t = visit.t
    st.title(t("page.units"), anchor=False)
    if not choices.something_to_show(visit):
        return
    period = choices.period(visit)
    asked = visit.results.questionnaire(period)
    theme = choices.theme(visit, asked)
    tree = visit.results.tree(period)
    seen = [unit.key for unit in tree.units if unit.key in visit.units]
    month = phrases.month(period, t)
    if not seen:
        choices.empty(visit, "empty.none_yet", month=month)
        return
    title = next(in_language(o.title, t.language) for o in asked.themes if o.key == theme)
    st.markdown(t("units.meaning"))
    told = signals(visit, seen, period)
    rows = [
        charts.Row(tree.get(key).name, depth, figure, _word(told.get((key, theme)), t))
        for key, depth in _depths(tree, seen)
        if (figure := visit.results.figure(period, key, "theme", theme)) is not None
    ]
    if ends := _ends(rows):
        low, high = map(phrases.score, ends)
        theme_said = phrases.plain(title)
        st.header(t("units.title", theme=theme_said, month=month, low=low, high=high), anchor=False)
    alt = t("units.alt", theme=title, month=month)
    st.altair_chart(charts.units(rows, t, palette=design.current().light), theme=None, alt=alt)
    choices.sentences(
        (
            t("units.legend", low=LOW_BELOW, high=HIGH_FROM),
            *phrases.notes((row.figure for row in rows), t),
        )
    )
    st.header(t("units.signals.title"), anchor=False)
    st.markdown(t("units.signals.talk" if told else "units.signals.none", month=month))
    choices.sentences(lines(visit, told, period))
    with st.expander(t("table.behind")):
        st.table(table(rows, t), alt=t("units.table_alt", theme=title, month=month))
    choices.glossary(visit)


def table(rows: Sequence[charts.Row], t: Texts) -> pd.DataFrame:
    """The same in words, in the same order."""
    told = [
        (
            phrases.indented(phrases.plain(row.name), row.depth),
            phrases.score(row.figure) or phrases.NOTHING,
            phrases.interval(row.figure),
            row.says or phrases.NOTHING,
        )
        for row in rows
    ]
    names = [t(f"table.{column}") for column in ("unit", "score", "interval", "signal")]
    return pd.DataFrame(told, columns=names).set_index(names[0])


def signals(visit: Visit, seen: Sequence[str], period: str) -> dict[tuple[str, str], TrendVerdict]:
    """Where there is a signal, or one whose change has stayed, by unit and theme: units in tree
    order, whatever their scores."""
    themes = visit.results.questionnaire(period).themes
    lately = visit.results.signalled(period, REMEMBERED_MONTHS)
    found = {
        (key, theme.key): verdict(visit.results, key, theme.key, period, visit.audience(key))
        for key in seen
        if key in lately
        for theme in themes
    }
    return {at: told for at, told in found.items() if told.word in (DOWN, UP) or told.sustained}


def lines(visit: Visit, told: Mapping[tuple[str, str], TrendVerdict], period: str) -> list[str]:
    """A line for each, to put in a list."""
    t, asked = visit.t, visit.results.questionnaire(period)
    titles = {theme.key: in_language(theme.title, t.language) for theme in asked.themes}
    return [
        t(
            "units.signals.sustained" if one.sustained else "units.signals.line",
            unit=phrases.plain(visit.results.tree(period).get(key).name),
            theme=phrases.plain(titles[theme]),
            word=phrases.since(one, t) or _word(one, t),
            since=phrases.month(one.since or period, t),
        )
        for (key, theme), one in told.items()
    ]


def _ends(rows: Sequence[charts.Row]) -> tuple[Figure, Figure] | None:
    """The figures between which all the others lie; None where none is told."""
    told = [(row.figure.value, row.figure) for row in rows if isinstance(row.figure.value, int)]
    if not told:
        return None
    low, high = (end(told, key=lambda pair: pair[0])[1] for end in (min, max))
    return low, high


def _word(told: TrendVerdict | None, t: Texts) -> str:
    return t(f"word.{told.word}") if told and not told.sustained else ""


def _depths(tree: Tree, seen: Sequence[str]) -> list[tuple[str, int]]:
    least = min(tree.depth(key) for key in seen)
    return [(key, tree.depth(key) - least) for key in seen]
