"""The units beneath the one shown, a row each in tree order, with a link that opens the unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from monitor.climate.figures import ABOVE, PLACES, RESPONSE, TEAM, Figure
from monitor.climate.results import Results
from monitor.dashboard import markup, phrases, session
from monitor.dashboard.results import theme_cards
from monitor.dashboard.results.theme_state import ThemeState, theme_states
from monitor.dashboard.session import Slot
from monitor.dashboard.visit import Visit
from monitor.locale import Texts, formats
from monitor.pulse.questionnaire import in_language


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit as of one month."""

    unit: str
    name: str
    depth: int
    participation: str
    states: tuple[ThemeState, ...]
    is_team: bool

    @property
    def is_withheld(self) -> bool:
        """Whether no theme has a score this month."""
        return all(state.is_withheld for state in self.states)

    @property
    def has_signal(self) -> bool:
        """Whether a change is reported in any theme."""
        return any(state.span is not None for state in self.states)

    def has_change(self, direction: str) -> bool:
        """Whether a change that way is reported in any theme."""
        spans = [state.span for state in self.states if state.span is not None]
        return any(span.direction == direction for span in spans)


def unit_rows(visit: Visit, units: Sequence[str], period: str, of: str) -> tuple[UnitRow, ...]:
    """The rows of these units, in the order given: of the unit `of`, whose page it is, by its own
    rule, of the others by the stricter one of lists."""
    tree, t = visit.results.tree(period), visit.t
    least = min((tree.depth(unit) for unit in units), default=0)
    return tuple(
        UnitRow(
            unit,
            tree.get(unit).name,
            tree.depth(unit) - least,
            participation(visit.results, period, unit, t),
            theme_states(visit.results, unit, period, t.language, TEAM if unit == of else ABOVE),
            not tree.children(unit),
        )
        for unit in units
    )


def kind(rows: Sequence[UnitRow]) -> str:
    """What the units of these rows are called together: teams, unless one has others beneath it."""
    return "teams" if all(row.is_team for row in rows) else "units"


def beneath(visit: Visit, period: str, unit: str) -> tuple[str, ...]:
    """The units directly beneath one, as this person may see them, in tree order."""
    tree = visit.results.tree(period)
    return tuple(child for child in tree.children(unit) if child in visit.units)


def participation(results: Results, period: str, unit: str, t: Texts) -> str:
    """How many took part, as "10 tot en met 12 van de 12"; how many were invited where withheld."""
    answered = results.figure(period, unit, "response", RESPONSE)
    invited = results.figure(period, unit, "invited", PLACES)
    places = invited.value if invited is not None else None
    if answered is None or answered.value is None:
        return t("rows.invited", count=places) if isinstance(places, int) and places else ""
    band = phrases.band(answered.n_band, t)
    if not places:
        return t("rows.answers", band=band)
    if formats.is_share(answered.n_band):
        return t("rows.share", band=band, places=places)
    return t("rows.participation", band=band, places=places)


def least_share(answered: Figure | None, invited: Figure | None) -> float | None:
    """The share of the invited that took part at least, 0 to 1; None where it is not shown."""
    if answered is None or answered.value is None or invited is None or not invited.value:
        return None
    low, _ = formats.ends(answered.n_band)
    return int(low) / (100 if formats.is_share(answered.n_band) else int(invited.value))


def took_part(results: Results, period: str, unit: str, t: Texts) -> str:
    """The same as a sentence; nothing where it is withheld, for then only invitations are shown."""
    answered = results.figure(period, unit, "response", RESPONSE)
    if answered is None or answered.value is None:
        return ""
    who, month = participation(results, period, unit, t), phrases.month(period, t)
    return t("overview.participation", who=who, month=month)


def show(
    visit: Visit,
    rows: Sequence[UnitRow],
    period: str,
    address: str,
    key: str,
    cell: Callable[[ThemeState, Texts], str] | None = None,
) -> None:
    """A heading per theme, and the rows; the link of a row opens the unit at `address`.

    `cell` draws one theme of one unit; by default its score and its word.
    """
    t = visit.t
    titles = [
        in_language(theme.title, t.language) for theme in visit.results.questionnaire(period).themes
    ]
    with st.container(key=key, gap=None):
        heads = "".join(markup.text("span", title) for title in titles)
        st.html(
            markup.element(
                "div", markup.text("span", t(f"rows.head.{kind(rows)}")) + heads, "rowhead"
            )
        )
        for row in rows:
            with st.container(key=f"{key}-row-{row.unit}", gap=None):
                session.page_link(address, phrases.escaped(row.name), {Slot.UNIT: row.unit})
                st.html(_cells(row, t, cell or _cell))


def standing(state: ThemeState, t: Texts) -> str:
    """The word of a change that was noticed before, where this month shows nothing by itself."""
    return markup.pill(state.verdict, t) if state.span is not None else ""


def _cells(row: UnitRow, t: Texts, cell: Callable[[ThemeState, Texts], str]) -> str:
    participation = markup.text("span", row.participation, "who")
    if row.is_withheld and not row.has_signal and cell is _cell:
        words = markup.text("span", t("rows.withheld"))
        return markup.element(
            "div", participation + markup.element("div", words, "hatch"), "cells none"
        )
    cells = "".join(cell(state, t) for state in row.states)
    return markup.element("div", participation + cells, "cells")


def _cell(state: ThemeState, t: Texts) -> str:
    """One theme of one unit: the months before it, the score, and the word."""
    name = markup.text("span", state.title, "name")
    if state.is_withheld:
        words = markup.text("span", phrases.withheld(state.figure, t))
        return markup.element("div", name + words + standing(state, t), "cell hatch")
    score = markup.text("b", phrases.score(state.figure), "v")
    drawing = markup.picture(state.picture, theme_cards.months_alt(state, t))
    return markup.element("div", name + drawing + score + markup.pill(state.verdict, t), "cell")
