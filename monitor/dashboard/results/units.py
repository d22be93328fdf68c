"""Units side by side, in the order of the tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from monitor.climate.figures import ABOVE, Figure
from monitor.climate.verdicts import REMEMBERED_MONTHS, TrendVerdict, own_level, verdict
from monitor.dashboard import charts, choices, elements, phrases
from monitor.dashboard.visit import Visit
from monitor.locale import Texts
from monitor.organisation.tree import Tree
from monitor.pulse.questionnaire import in_language

Verdicts = Mapping[tuple[str, str], TrendVerdict]
"""By unit and theme."""


def show(visit: Visit) -> None:
    """One theme, each unit against its own past; no ranking, and nothing that sorts by score."""
    t = visit.t
    st.title(t("page.units"), anchor=False)
    if not elements.has_sealed_month(visit):
        return
    period = choices.period(visit)
    questionnaire = visit.results.questionnaire(period)
    theme = choices.theme(visit, questionnaire)
    month = phrases.month(period, t)
    units = [unit.key for unit in visit.results.tree(period).units if unit.key in visit.units]
    if not units:
        elements.empty_state(visit, "empty.none_yet", month=month)
        return
    titles = {theme.key: theme.title for theme in questionnaire.themes}
    title = in_language(titles[theme], t.language)
    st.markdown(t("units.meaning"))
    verdicts = signals(visit, units, period)
    rows = _rows(visit, units, period, theme, verdicts)
    _chart(rows, title, month, t)
    st.header(t("units.signals.title"), anchor=False)
    st.markdown(t("units.signals.talk" if verdicts else "units.signals.none", month=month))
    elements.bullets(lines(visit, verdicts, period))
    st.markdown(t("signals.above"))
    with st.expander(t("table.behind")):
        st.table(table(rows, t), alt=t("units.table_alt", theme=title, month=month))
    elements.glossary(visit)


def table(rows: Sequence[charts.Row], t: Texts) -> pd.DataFrame:
    """The same in words, in the same order."""
    cells = [
        (
            phrases.indented(phrases.escaped(row.name), row.depth),
            phrases.score(row.figure) or phrases.NOTHING,
            phrases.interval(row.figure),
            phrases.NOTHING if row.level is None else str(row.level),
            row.word_since or phrases.NOTHING,
        )
        for row in rows
    ]
    names = [t(f"table.{column}") for column in ("unit", "score", "interval", "level", "word")]
    return pd.DataFrame(cells, columns=names).set_index(names[0])


def signals(visit: Visit, units: Sequence[str], period: str) -> Verdicts:
    """The verdicts of `units` with a signal, or with an earlier one whose change was sustained.

    Units come in tree order, whatever their scores.
    """
    themes = visit.results.questionnaire(period).themes
    signalled = visit.results.signalled(period, REMEMBERED_MONTHS)
    verdicts = {
        (unit, theme.key): verdict(visit.results, unit, theme.key, period, ABOVE)
        for unit in units
        if unit in signalled
        for theme in themes
    }
    return {key: change for key, change in verdicts.items() if change.direction}


def lines(visit: Visit, verdicts: Verdicts, period: str) -> list[str]:
    """A line for each verdict, to put in a list."""
    t, tree = visit.t, visit.results.tree(period)
    themes = visit.results.questionnaire(period).themes
    titles = {theme.key: in_language(theme.title, t.language) for theme in themes}
    return [
        t(
            "units.signals.line",
            unit=phrases.escaped(tree.get(unit).name),
            theme=phrases.escaped(titles[theme]),
            word=phrases.word_since(change, t),
        )
        for (unit, theme), change in verdicts.items()
    ]


def _rows(
    visit: Visit, units: Sequence[str], period: str, theme: str, verdicts: Verdicts
) -> list[charts.Row]:
    """A row per unit that has a figure, withheld or not, in tree order."""
    tree = visit.results.tree(period)
    return [
        _row(visit, tree.get(unit).name, depth, figure, verdicts.get((unit, theme)))
        for unit, depth in _depths(tree, units)
        if (figure := visit.results.figure(period, unit, "theme", theme)) is not None
    ]


def _row(
    visit: Visit, name: str, depth: int, figure: Figure, change: TrendVerdict | None
) -> charts.Row:
    level = own_level(visit.results, figure.unit, figure.key, figure.period, change)
    if change is None or figure.value is None:
        return charts.Row(name, depth, figure, level=level)
    word, word_since = visit.t(f"word.{change.word}"), phrases.word_since(change, visit.t)
    return charts.Row(name, depth, figure, word, word_since, change.direction, level)


def _chart(rows: Sequence[charts.Row], title: str, month: str, t: Texts) -> None:
    """The chart, headed by what it shows, and what its marks mean."""
    changed = sum(bool(row.word) for row in rows)
    theme = phrases.escaped(title)
    st.header(t("units.title", theme=theme, month=month, count=changed), anchor=False)
    chart = charts.units(rows, t)
    st.altair_chart(chart, theme=None, alt=t("units.alt", theme=title, month=month))
    elements.bullets((t("units.legend"), *phrases.notes((row.figure for row in rows), t)))


def _depths(tree: Tree, units: Sequence[str]) -> list[tuple[str, int]]:
    """Each unit with its depth beneath the highest of them."""
    least = min(tree.depth(unit) for unit in units)
    return [(unit, tree.depth(unit) - least) for unit in units]
