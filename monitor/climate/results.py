"""The complete release over all sealed months, for pages and export alike."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine

from monitor.climate.audience import TEAM_ONLY
from monitor.climate.control_charts import ControlCharts, control_charts
from monitor.climate.figures import Figure, Month, shown
from monitor.organisation.tree import Tree
from monitor.pulse.count import released_months, sealed_store
from monitor.pulse.count.sealed_store import SealedRelease
from monitor.pulse.disclosure import coverage
from monitor.pulse.disclosure.release import SUPPRESSED
from monitor.pulse.questionnaire import Questionnaire, Theme
from monitor.pulse.questionnaire_changes import asks_otherwise

__all__ = ["Figure", "Results", "results", "shown"]


@dataclass(frozen=True)
class Results:
    """All sealed months, oldest first.

    It holds every released figure; the callers decide who may see which, `seen_by` which of the
    figures that are for a team and its own leidinggevende.
    """

    months: tuple[Month, ...]
    own: frozenset[str] | None = field(default=None, kw_only=True)
    """The units whose own figures may be seen; None for all, as in the complete release."""

    @cached_property
    def periods(self) -> tuple[str, ...]:
        """The sealed periods, oldest first."""
        return tuple(month.arrays.period for month in self.months)

    @property
    def latest(self) -> str | None:
        """The newest sealed period."""
        return self.periods[-1] if self.months else None

    def tree(self, period: str) -> Tree:
        """The organisation as it was in that month."""
        return self._month(period).tree

    def seen_by(self, own: frozenset[str]) -> Results:
        """The same for somebody who leads these units: what is for other teams is withheld."""
        charts = self.control_charts
        view = replace(self, own=own)
        view.__dict__["control_charts"] = charts  # a view costs nothing
        return view

    def questionnaire(self, period: str) -> Questionnaire:
        """The questions that are watched for change, as asked in that month."""
        return self._month(period).questionnaire.watched

    def noticed(self, period: str) -> tuple[Theme, ...]:
        """The themes of that month that are not watched: what a team noticed of its agreements."""
        themes = self._month(period).questionnaire.themes
        return tuple(theme for theme in themes if not theme.signals)

    def figures(self, period: str, unit: str) -> tuple[Figure, ...]:
        """Every figure of a unit in a month."""
        of_unit = self._month(period).figures(unit)
        limits = self.control_charts.control_limits(period, unit)
        return tuple(f for figure in (*of_unit, *limits) if (f := self._seen(figure)) is not None)

    def figure(self, period: str, unit: str, kind: str, key: str) -> Figure | None:
        """A single figure; None when there is none of that kind and key."""
        if kind in ("theme", "question"):
            score = self._month(period).score(unit, kind, key)
            return None if score is None else self._seen(score)
        of_unit: Iterable[Figure]
        if kind == "signal":
            of_unit = self._month(period).signals(unit)
        elif kind == "chance":
            of_unit = self.control_charts.control_limits(period, unit)
        else:
            of_unit = self.figures(period, unit)
        return next((f for f in of_unit if (f.kind, f.key) == (kind, key)), None)

    def series(self, unit: str, kind: str, key: str) -> tuple[Figure, ...]:
        """A theme's or question's scores, one per month in which it was asked of the unit.

        Suppressed months are among them, with value None.
        """
        scores = (month.score(unit, kind, key) for month in self.months)
        return tuple(f for score in scores if score is not None and (f := self._seen(score)))

    def signalled(self, until: str, months: int) -> frozenset[str]:
        """The units with any signal in the last `months` sealed months up to `until`."""
        latest = [month for month in self.months if month.arrays.period <= until][-months:]
        return frozenset(unit for month in latest for unit, _, _ in month.released.signals)

    def rows(self, units: Iterable[str] | None = None) -> Iterator[Figure]:
        """The complete release, of all units or only of `units`."""
        chosen = None if units is None else set(units)
        for month in self.months:
            for unit in month.arrays.units:
                if chosen is None or unit in chosen:
                    yield from self.figures(month.arrays.period, unit)

    def _seen(self, figure: Figure) -> Figure | None:
        """The figure as its reader may see it; None where that is no figure at all."""
        if self.own is None or figure.unit in self.own or not self._is_for_team(figure):
            return figure
        if figure.kind not in ("theme", "question"):
            return None
        notes = frozenset({"withheld", TEAM_ONLY})
        return replace(figure, value=None, low=None, high=None, n_band="", notes=notes)

    def _is_for_team(self, figure: Figure) -> bool:
        """Whether it is for the team itself, or such a figure would follow from it.

        With the score of a theme and those of its other statements, the one that is left follows.
        """
        if TEAM_ONLY in figure.notes:
            return True
        of_statement = figure.kind in ("question", "distribution")
        key = figure.key.partition(":")[0]
        return of_statement and key in self._month(figure.period).beside_team_only

    @cached_property
    def control_charts(self) -> ControlCharts:
        """The control charts of every unit and theme."""
        return control_charts(self.months)

    @cached_property
    def _by_period(self) -> dict[str, Month]:
        return {month.arrays.period: month for month in self.months}

    def _month(self, period: str) -> Month:
        return self._by_period[period]


_lock = threading.Lock()
_cache: WeakKeyDictionary[Engine, Results] = WeakKeyDictionary()
_kept: WeakKeyDictionary[Engine, tuple[str, ...]] = WeakKeyDictionary()


def results(engine: Engine) -> Results:
    """The complete release as the store holds it now.

    Sealed months never change, so those worked out before are used again: by this process, or by
    another that kept them in the store.
    """
    periods = sealed_store.sealed_periods(engine)
    with _lock:
        before = _cache.get(engine)
        if before is not None and before.periods == periods:
            return before
        released = {} if before is None else {m.arrays.period: m.released for m in before.months}
        released |= released_months.load(engine, [p for p in periods if p not in released])
        latest = assemble([released.get(p) or sealed_store.load(engine, p) for p in periods])
        _cache[engine] = latest
        return latest


def keep(engine: Engine) -> tuple[str, ...]:
    """Keep the release of every sealed month beside it; returns the months that were not kept yet.

    Done once in a process for the same months, because looking takes the database a moment.
    """
    latest = results(engine)
    if _kept.get(engine) == latest.periods:
        return ()
    months = {month.arrays.period: month.released for month in latest.months}
    added = released_months.keep(engine, months)
    _kept[engine] = latest.periods
    return added


def assemble(released: Sequence[SealedRelease]) -> Results:
    """Put months in a row, oldest first, and mark where series are interrupted.

    A month is compared with the last one in which the unit had a figure for the theme.
    """
    latest: dict[tuple[str, str], int] = {}  # by unit and theme, the last month with a figure
    composed: set[str] = set()  # units that ever had units beneath them: others cannot break
    months: list[Month] = []
    for now, month in enumerate(released):
        marks = np.zeros((len(month.release.units), len(month.questionnaire.themes)), np.bool_)
        composed |= {month.release.units[parent] for parent in set(month.release.parents) - {-1}}
        for place, theme in enumerate(month.questionnaire.themes):
            shown_rows = np.flatnonzero(month.release.scores[:, place] != SUPPRESSED).tolist()
            rows_by_month: dict[int, list[int]] = {}
            for row in shown_rows:
                unit = month.release.units[row]
                if (unit, theme.key) in latest:
                    rows_by_month.setdefault(latest[unit, theme.key], []).append(row)
                latest[unit, theme.key] = now
            for earlier, rows in rows_by_month.items():
                if asks_otherwise(released[earlier].questionnaire, month.questionnaire, theme.key):
                    marks[rows, place] = True
                    continue
                inner = [row for row in rows if month.release.units[row] in composed]
                if inner:
                    marks[inner, place] = _breaks(released[earlier], month, theme.key)[inner]
        months.append(Month(month, marks))
    return Results(tuple(months))


def _breaks(before: SealedRelease, now: SealedRelease, key: str) -> NDArray[np.bool_]:
    """Per unit, whether the group behind the theme's series is another one than before."""
    place_before, _ = _theme(before.questionnaire, key)
    place_now, _ = _theme(now.questionnaire, key)
    return coverage.breaks(before.release, now.release, place_before, place_now)


def _theme(questionnaire: Questionnaire, key: str) -> tuple[int, Theme]:
    """The theme of that key and its place."""
    return next(
        (place, theme) for place, theme in enumerate(questionnaire.themes) if theme.key == key
    )
