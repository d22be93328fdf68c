"""Control charts: the CUSUM of every unit and theme over the sealed months."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.bands import response_band
from monitor.climate.cusum import DIRECTIONS
from monitor.climate.figures import ABOVE, TEAM, Figure, Month
from monitor.climate.noise import Integers, Values
from monitor.climate.panel_of_months import names, panel_of, stored_signals
from monitor.climate.scores import Z95
from monitor.climate.signals import NONE, CusumMonth, cusum_months
from monitor.climate.thresholds import ABOVE_YEARS, TEAM_YEARS, team_threshold
from monitor.pulse.count.sealed_store import StoredSignal
from monitor.pulse.disclosure.compact_arrays import Whole, narrowed

YEARS = {TEAM: TEAM_YEARS, ABOVE: ABOVE_YEARS}
"""Per audience, the years in which a team of which nothing changes gets one false "falling"."""
NOT_JUDGED = -1
"""In place of whole points in a month in which a series was not judged."""
Change = tuple[str, str, str, StoredSignal]
"""Unit, theme, audience and signal."""


@dataclass(frozen=True)
class Kept:
    """What is kept of the sums of every month, per series × month.

    Only what is used, as it is used: all of it would take more memory in a large organisation than
    all the months. ``level``, ``low`` and ``high`` are what a month was held against and its
    control limits, in whole points, `NOT_JUDGED` where it was not.

    ``within_variance`` is sw², ``month_variance`` (group × month) sb², both as `CusumMonth` has
    them; ``changes`` the signals by place of the month.
    """

    level: NDArray[np.int8]
    low: NDArray[np.int8]
    high: NDArray[np.int8]
    within_variance: Values
    month_variance: Values
    changes: list[tuple[Change, ...]]

    @staticmethod
    def empty(groups: Integers, months: int) -> Kept:
        """Arrays for so many months of series in these groups, with nothing judged."""
        shape = (len(groups), months)
        level, low, high = (np.full(shape, NOT_JUDGED, np.int8) for _ in range(3))
        of_groups = np.zeros((int(groups.max(initial=0)) + 1, months))
        return Kept(level, low, high, np.zeros(shape), of_groups, [])

    def add(self, groups: Integers, month: CusumMonth, changes: tuple[Change, ...]) -> None:
        """Keep the next month; of level and limits, those of the first threshold."""
        at = len(self.changes)
        low, high = month.control_limits
        for kept, exact in ((self.level, month.mean), (self.low, low), (self.high, high)):
            kept[:, at] = _whole_points(exact[0])
        self.within_variance[:, at] = month.within_variance
        self.month_variance[groups, at] = month.month_variance
        self.changes.append(changes)


@dataclass(frozen=True)
class ControlCharts:
    """The CUSUM of every series: rows are units × themes, columns the periods.

    ``groups`` (per row) says what may be compared; ``people`` are series × periods, 0 where there
    is no score; ``invited`` (units × periods) and ``minimums`` (per period) say in which band
    people are shown.
    """

    periods: tuple[str, ...]
    units: dict[str, int]
    themes: dict[str, int]
    groups: Integers
    people: Whole
    kept: Kept
    invited: Whole
    minimums: tuple[int, ...]

    def signals(self, period: str) -> Iterator[Change]:
        """The signals of a month: unit, theme, audience and signal."""
        yield from self.kept.changes[self._column[period]]

    def control_limits(self, period: str, unit: str) -> Iterator[Figure]:
        """A unit's figures of kind ``chance`` in a month, one per theme it has a score for.

        The value is how many points two months of a unit of this size may differ by chance alone,
        19 times out of 20; the ends are the control limits, between which chance alone would have
        kept this month.
        """
        for theme in self.themes:
            row, at = self._row(unit, theme), self._column[period]
            if row is None or not self.people[row, at]:
                continue
            limits = int(self.kept.low[row, at]), int(self.kept.high[row, at])
            low, high = (None if limit == NOT_JUDGED else limit for limit in limits)
            variance = self.noise(unit, theme, period, self._fewest(unit, row, at))
            points = int(np.ceil(Z95 * np.sqrt(2 * variance)))
            yield Figure(period, unit, "chance", theme, points, low, high)

    def level_before(self, unit: str, theme: str, onset: str) -> int | None:
        """The level of a series before a change that began in `onset`, in whole points.

        It is what that month was held against; None where it was not judged.
        """
        row, at = self._row(unit, theme), self._column.get(onset)
        if row is None or at is None or self.kept.level[row, at] == NOT_JUDGED:
            return None
        return int(self.kept.level[row, at])

    def noise(self, unit: str, theme: str, period: str, people: int) -> float:
        """The variance of a month's score over so many people, as known in that month."""
        row, at = self._row(unit, theme), self._column[period]
        assert row is not None
        sampling = self.kept.within_variance[row, at] / people
        return float(sampling + self.kept.month_variance[self.groups[row], at])

    def comparable(self, unit: str, theme: str) -> tuple[str, ...]:
        """The other units that series of this one may be compared with: teams with teams, other
        units with those at the same depth."""
        row = self._row(unit, theme)
        if row is None:
            return ()
        group, units = self.groups[row], list(self.units)
        rows = np.flatnonzero(self.groups == group) // len(self.themes)
        return tuple(units[place] for place in rows.tolist() if units[place] != unit)

    def _fewest(self, unit: str, row: int, at: int) -> int:
        """The fewest people in the band shown, so that the figure shows no more than the band."""
        invited, minimum = int(self.invited[self.units[unit], at]), self.minimums[at]
        band = response_band(int(self.people[row, at]), invited, minimum)
        return band.low if band else minimum

    @cached_property
    def _column(self) -> dict[str, int]:
        return {period: column for column, period in enumerate(self.periods)}

    def _row(self, unit: str, theme: str) -> int | None:
        place, column = self.units.get(unit), self.themes.get(theme)
        return None if place is None or column is None else place * len(self.themes) + column


def control_charts(months: Sequence[Month], frozen: int | None = None) -> ControlCharts:
    """Work out the charts of `months`, oldest first.

    The signals of the first `frozen` months (by default of all) are those stored when the months
    were sealed; those of the rest are worked out.
    """
    units, themes = names(months)
    panel = panel_of(months, units, themes)
    stored = stored_signals(list(months)[:frozen], units, themes, tuple(YEARS))
    latest_themes = len(months[-1].questionnaire.watched.themes) if months else 1
    thresholds = [team_threshold(years, latest_themes) for years in YEARS.values()]
    periods = tuple(month.arrays.period for month in months)
    series = [(unit, theme) for unit in units for theme in themes]
    kept = Kept.empty(panel.groups, len(months))
    for month in cusum_months(panel, thresholds, stored):
        kept.add(panel.groups, month, tuple(_changes(month, series, periods)))
    return ControlCharts(
        periods,
        units,
        themes,
        panel.groups,
        narrowed(panel.people),
        kept,
        _invited(months, units),
        tuple(month.arrays.minimum for month in months),
    )


def _changes(
    month: CusumMonth, series: Sequence[tuple[str, str]], periods: Sequence[str]
) -> Iterator[Change]:
    for level, audience in enumerate(YEARS):
        for row in np.flatnonzero(month.signal[level] != NONE).tolist():
            direction = DIRECTIONS[int(month.signal[level, row])]
            onset = periods[int(month.onset[level, row])]
            yield *series[row], audience, StoredSignal(direction, onset)


def _whole_points(exact: Values) -> NDArray[np.int8]:
    whole = np.clip(np.floor(exact + 0.5), 0, 100)
    return np.where(np.isnan(exact), NOT_JUDGED, whole).astype(np.int8)


def _invited(months: Sequence[Month], units: Mapping[str, int]) -> Whole:
    """People invited per unit and month, 0 where a unit was not in the tree."""
    invited = np.zeros((len(units), len(months)), np.int32)
    for at, month in enumerate(months):
        invited[[units[unit] for unit in month.arrays.units], at] = month.arrays.invited
    return narrowed(invited)
