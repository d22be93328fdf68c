"""What a report covers: which units, which months, and what was agreed in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from monitor.climate.figures import ABOVE, RESPONSE, TEAM, Figure
from monitor.climate.results import Results
from monitor.climate.verdicts import TrendVerdict, verdict
from monitor.errors import InputRefused
from monitor.followup.pooled import PooledFigure
from monitor.followup.records import Action, as_of
from monitor.locale import Texts
from monitor.locale.formats import Month
from monitor.organisation.tree import Tree
from monitor.pulse import periods
from monitor.pulse.questionnaire import Theme

MONTHS = 3
"""Months of a report, unless another span is asked for."""
DRAWN_MONTHS = 24
"""Months in a drawing."""
YEARS_PER_FALSE = 20
"""A unit looked at beside many others is wrongly said to fall once in so many years, over all its
themes together (docs/METHOD.md)."""


@dataclass(frozen=True)
class Scope:
    """One unit with all beneath it, over whole released months up to and including ``until``."""

    results: Results
    unit: str
    until: str
    since: str
    organisation: str
    today: date
    t: Texts
    actions: tuple[Action, ...] = ()
    pooled: Mapping[tuple[str, str], PooledFigure] | None = None
    control_number: str = ""
    version: str = ""
    within: frozenset[str] | None = None
    """The units whose figures the reader sees, which may be fewer than lay beneath the unit then;
    None: all of them."""
    by_department: bool = True
    """Whether departments are told apart; who sees the organisation only reads how many teams."""

    @cached_property
    def tree(self) -> Tree:
        """The organisation in the last month."""
        return self.results.tree(self.until)

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The released months of the span, oldest first."""
        return tuple(p for p in self.results.periods if self.since <= p <= self.until)

    @cached_property
    def calendar(self) -> tuple[str, ...]:
        """Every month of the span, released or not, oldest first."""
        count = periods.months_between(self.since, self.until)
        return tuple(periods.shifted(self.since, months) for months in range(count + 1))

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """The units of the last month with nothing beneath them, in tree order."""
        return self.teams_of(self.unit)

    @property
    def first_day(self) -> date:
        """The first day of the span."""
        return periods.first_day(self.since)

    @property
    def last_day(self) -> date:
        """The last day of the report: today, for a span until the latest month."""
        if self.until == self.results.latest:
            return self.today
        return periods.last_day(self.until)

    @cached_property
    def agreed(self) -> tuple[Action, ...]:
        """The actions as they stood on the last day."""
        last = self.last_day
        return tuple(as_of(action, last) for action in self.actions if action.created_on <= last)

    @cached_property
    def drawn(self) -> tuple[str, ...]:
        """The months in a drawing, released or not, oldest first."""
        return tuple(periods.shifted(self.until, -n) for n in reversed(range(DRAWN_MONTHS)))

    @cached_property
    def flags(self) -> tuple[Action, ...]:
        """The unit's own actions that began in the drawn months, oldest first."""
        own = (action for action in self.agreed if action.unit == self.unit)
        return tuple(sorted((a for a in own if a.start in self.drawn), key=lambda a: a.start))

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of the last month of which a change is reported."""
        return tuple(
            theme for theme in self.results.questionnaire(self.until).themes if theme.signals
        )

    @property
    def name(self) -> str:
        """The name of the unit."""
        return self.tree.get(self.unit).name

    def teams_of(self, unit: str) -> tuple[str, ...]:
        """The units beneath `unit`, or itself, that have nothing beneath them."""
        return tuple(key for key in teams_beneath(self.tree, unit) if self._is_seen(key))

    def theme(self, unit: str, theme: str, period: str | None = None) -> Figure | None:
        """The figure of a theme, by default of the last month."""
        return self.results.figure(period or self.until, unit, "theme", theme)

    def response(self, unit: str) -> Figure | None:
        """The band of people of the last month."""
        return self.results.figure(self.until, unit, "response", RESPONSE)

    def verdict(self, unit: str, theme: str) -> TrendVerdict:
        """The changes that are reported: of the unit itself, and of others by the stricter rule."""
        audience = TEAM if unit == self.unit else ABOVE
        return verdict(self.results, unit, theme, self.until, audience)

    def departments(self) -> Iterator[str]:
        """The units with something beneath them, without the top, in tree order."""
        for key in self.tree.beneath(self.unit) if self.by_department else ():
            if key != self.unit and self.tree.children(key) and self._is_seen(key):
                yield key

    @property
    def loose_teams(self) -> tuple[str, ...]:
        """The teams right beneath the unit, where departments are told apart."""
        children = self.tree.children(self.unit) if self.by_department else ()
        return tuple(key for key in children if not self.tree.children(key) and self._is_seen(key))

    @property
    def expected_false(self) -> float:
        """How many teams are wrongly said to fall in the span, on average."""
        return expected_false(len(self.teams), len(self.calendar))

    @property
    def without_figures(self) -> int:
        """How many teams have no figure in the last month."""
        return without_figures(self.results, self.until, self.teams)

    def _is_seen(self, unit: str) -> bool:
        return self.within is None or unit in self.within


def teams_beneath(tree: Tree, unit: str) -> tuple[str, ...]:
    """The units beneath `unit`, or itself, that have nothing beneath them, in tree order."""
    return tuple(key for key in tree.beneath(unit) if not tree.children(key))


def expected_false(teams: int, months: int) -> float:
    """How many of the teams are wrongly said to fall in so many months, on average."""
    return teams * months / (YEARS_PER_FALSE * 12)


def without_figures(results: Results, period: str, teams: Iterable[str]) -> int:
    """How many of the teams have no theme with a score in that month.

    A team of five or six has scores and no band of respondents, so the band does not tell.
    """
    themes = [theme.key for theme in results.questionnaire(period).themes]
    scores = ([results.figure(period, team, "theme", theme) for theme in themes] for team in teams)
    return sum(all(f is None or f.value is None for f in of_team) for of_team in scores)


def span(results: Results, until: str | None, months: int = MONTHS) -> tuple[str, str]:
    """The first and last month of a report of `months` months.

    Raises
    ------
    InputRefused
        When nothing is released, or not in the month asked for.
    """
    if results.latest is None:
        raise InputRefused("report.nothing_released")
    last = periods.check(until) if until else results.latest
    if last not in results.periods:
        raise InputRefused("report.not_released", period=Month(last), latest=Month(results.latest))
    return max(results.periods[0], periods.shifted(last, 1 - months)), last
