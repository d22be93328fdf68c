"""The page for toezicht: participation, teams without figures, and teams that were written to."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from monitor.bands import response_bands
from monitor.climate.figures import PLACES, RESPONSE
from monitor.climate.results import Results
from monitor.dashboard import elements, markup, phrases
from monitor.dashboard.results import unit_rows
from monitor.dashboard.visit import Visit
from monitor.followup import team_log
from monitor.locale import Texts
from monitor.pulse.disclosure.release import SUPPRESSED

MONTHS = 12


@dataclass(frozen=True, slots=True)
class TeamCounts:
    """Numbers of teams in one month: all, those without figures, those with something written."""

    teams: int
    without_figures: int
    answered: int

    @property
    def with_figures(self) -> int:
        """Teams that read figures of their own."""
        return self.teams - self.without_figures


def show(visit: Visit) -> None:
    """Participation over the months, teams without figures, and what was written to teams."""
    t, results = visit.t, visit.results
    st.title(t("page.oversight"), anchor=False)
    if not results.periods:
        elements.has_sealed_month(visit)
        return
    period = results.periods[-1]
    answered = team_log.answered(visit.context.engine, period)
    counts = team_counts(results, period, answered)
    month = phrases.month(period, t)
    st.html(markup.element("div", _cards(counts, month, t), "cards oversight"))
    st.header(t("oversight.participation"), anchor=False)
    st.html(_participation(results, results.tree(period).root, t))
    st.markdown(t("oversight.meaning"))
    for address, key in (("/logboek", "page.audit_log"), ("/vragenlijsten", "page.questionnaires")):
        elements.link(visit, address, t(key), quiet=True)


def team_counts(results: Results, period: str, answered: frozenset[str]) -> TeamCounts:
    """The teams of a month; a team has figures when at least one theme is shown."""
    month = next(each for each in results.months if each.arrays.period == period)
    arrays = month.arrays
    inner = {parent for parent in arrays.parents if parent >= 0}
    teams = [row for row in range(len(arrays.units)) if row not in inner]
    themes = len(month.questionnaire.themes)
    shown = [row for row in teams if (arrays.scores[row, :themes] != SUPPRESSED).any()]
    wrote = [row for row in shown if arrays.units[row] in answered]
    return TeamCounts(len(teams), len(teams) - len(shown), len(wrote))


def _cards(counts: TeamCounts, month: str, t: Texts) -> str:
    numbers = (
        ("without", counts.without_figures, counts.teams),
        ("wrote", counts.answered, counts.with_figures),
    )
    return "".join(
        markup.element(
            "section",
            markup.text("h2", t(f"oversight.{name}"))
            + markup.element(
                "p",
                markup.text("span", str(count), "score")
                + markup.text("span", t("oversight.of", count=total), "margin"),
                "big",
            )
            + markup.text("p", t(f"oversight.{name}.text", month=month), "say"),
            "card",
        )
        for name, count, total in numbers
    )


def _participation(results: Results, root: str, t: Texts) -> str:
    """A row per month: the band of those who took part, as words and on a line to all invited."""
    items = []
    for period in reversed(results.periods[-MONTHS:]):
        words = unit_rows.participation(results, period, root, t)
        items.append(
            markup.element(
                "li",
                markup.text("span", phrases.month(period, t))
                + _line(results, period, root)
                + markup.text("span", words or phrases.NOTHING, "mini"),
            )
        )
    return markup.element("ul", "".join(items), "participation")


def _line(results: Results, period: str, root: str) -> str:
    """The band as a part of the line from nobody to everybody."""
    answered = results.figure(period, root, "response", RESPONSE)
    invited = results.figure(period, root, "invited", PLACES)
    places = invited.value if invited is not None else None
    if answered is None or not isinstance(places, int) or not places:
        return markup.element("i", "", "track")
    band = next((b for b in response_bands(places) if b.name == answered.n_band), None)
    if band is None:
        return markup.element("i", "", "track")
    low, high = (round(100 * people / places) for people in (band.low, band.high or places))
    part = markup.element("i", "", "", style=f"left:{low}%;width:{max(1, high - low)}%")
    return markup.element("i", part, "track")
