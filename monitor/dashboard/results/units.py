"""A unit and those beneath it, each against its own past, in the order of the tree."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from monitor.climate.verdicts import FEW_ANSWERS
from monitor.dashboard import choices, elements, markup, phrases
from monitor.dashboard.results import headline, unit_cells, unit_rows
from monitor.dashboard.results.theme_state import ThemeState
from monitor.dashboard.results.unit_rows import UnitRow
from monitor.dashboard.visit import Visit
from monitor.locale import Texts

TREND = "verloop"
MOST_ROWS = 40
"""With more units than these only those right beneath the chosen one are shown."""
MOST_LINES = 4
"""Units with a signal that are named in the lead."""
SHOWN = ("all", "signals")


def show(visit: Visit) -> None:
    """No ranking, and nothing that sorts by score: what changed, and against what."""
    t = visit.t
    if not visit.results.periods:
        st.title(t("page.units"), anchor=False)
        elements.has_sealed_month(visit)
        return
    unit, period = choices.unit_and_period(visit, "page.units")
    month = phrases.month(period, t)
    if unit not in visit.results.tree(period):
        st.title(t("page.units"), anchor=False)
        elements.empty_state(visit, "empty.none_yet", month=month)
        return
    rows = unit_rows.unit_rows(visit, _units(visit, unit, period), period, unit)
    elements.banner(*_banner(rows, t))
    chosen = st.segmented_control(
        t("units.shown"),
        SHOWN,
        format_func=lambda name: t(f"units.shown.{name}"),
        default=SHOWN[0],
        required=True,
        key="units-shown",
    )
    listed = [row for row in rows if chosen != "signals" or row.has_signal]
    if listed:
        unit_rows.show(visit, listed, period, TREND, "grid", unit_cells.cell)
        st.html(unit_cells.key(t))
    else:
        elements.empty_state(visit, "units.none", month=month)
    _how_to_read(t, len(rows) > 1)
    with st.expander(t("table.behind")):
        _tables(rows, month, t)
    elements.glossary(visit)


def table(rows: Sequence[UnitRow], theme: str, t: Texts) -> pd.DataFrame:
    """One theme of every unit in words, in the same order."""
    cells = [
        (
            phrases.indented(phrases.escaped(row.name), row.depth),
            phrases.score(state.figure) or phrases.NOTHING,
            phrases.interval(state.figure),
            phrases.NOTHING if state.level is None else str(state.level),
            _word(state, t),
        )
        for row in rows
        for state in row.states
        if state.theme == theme
    ]
    names = [t(f"table.{column}") for column in ("unit", "score", "interval", "level", "word")]
    return pd.DataFrame(cells, columns=names).set_index(names[0])


def _word(state: ThemeState, t: Texts) -> str:
    """The word and since when; where nothing is reported and the month is withheld, why it is."""
    if state.is_withheld and state.verdict.word == FEW_ANSWERS:
        return phrases.withheld(state.figure, t)
    return phrases.word_since(state.verdict, t)


def _units(visit: Visit, unit: str, period: str) -> list[str]:
    """The unit itself and those beneath it that this person sees; not all where they are many."""
    tree = visit.results.tree(period)
    beneath = [each for each in tree.beneath(unit)[1:] if each in visit.units]
    if len(beneath) >= MOST_ROWS:
        beneath = list(unit_rows.beneath(visit, period, unit))
    return [unit, *beneath]


def _banner(rows: Sequence[UnitRow], t: Texts) -> tuple[str, str]:
    """In how many of the units beneath there is a signal, what changed where, and against what
    every unit is held; of a unit with none beneath it what its own page says."""
    beneath = rows[1:]
    if not beneath:
        own = headline.headline(rows[0].states, headline.NO_UNITS, t)
        return own.title, f"{own.beneath} {t('units.meaning.one')}".strip()
    signals = sum(row.has_signal for row in beneath)
    key = f"units.headline.{'some' if signals else 'none'}.{unit_rows.kind(beneath)}"
    changed = [row for row in rows if row.has_signal]
    lines = [_line(row, t) for row in changed] if len(changed) <= MOST_LINES else []
    return t(key, count=signals, all=len(beneath)), " ".join((*lines, t("units.meaning")))


def _line(row: UnitRow, t: Texts) -> str:
    changes = headline.findings([state for state in row.states if state.span], t)
    return t("units.line", unit=phrases.escaped(row.name), finding=changes)


def _how_to_read(t: Texts, has_beneath: bool) -> None:
    cards = "".join(
        markup.element(
            "section",
            markup.text("h2", t(f"units.{name}.title")) + markup.text("p", t(f"units.{name}.text")),
            "card",
        )
        for name in ("read", "cannot")
    )
    above = markup.text("p", t("signals.above"), "quiet") if has_beneath else ""
    st.html(markup.element("div", cards, "after") + above)


def _tables(rows: Sequence[UnitRow], month: str, t: Texts) -> None:
    for state in rows[0].states:
        st.subheader(phrases.escaped(state.title), anchor=False)
        alt = t("units.table_alt", theme=state.title, month=month)
        st.table(table(rows, state.theme, t), alt=alt)
