"""Control charts: the CUSUM of every unit and theme over the sealed months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from monitor.bands import response_band
from monitor.climate.cusum import DIRECTIONS
from monitor.climate.figures import ABOVE, TEAM, Figure, Month
from monitor.climate.noise import Integers, Values
from monitor.climate.scores import DEFAULT_WITHIN_VARIANCE, Z95
from monitor.climate.signals import NONE, CusumResult, Panel, run_cusum
from monitor.climate.thresholds import ABOVE_YEARS, TEAM_YEARS, team_threshold
from monitor.climate.watched import restarts, watched
from monitor.pulse.count.sealed_store import StoredSignal
from monitor.pulse.disclosure.release import SUPPRESSED

YEARS = {TEAM: TEAM_YEARS, ABOVE: ABOVE_YEARS}
"""Per audience, the years in which a team of which nothing changes gets one false "falling"."""
Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True)
class ControlCharts:
    """The CUSUM of every series: rows are units × themes, columns the periods, levels `YEARS`.

    Of ``panel`` and ``cusum`` only what is used is kept (of the levels and their errors the first
    threshold, of the variances those of ``cusum``): in a large organisation the rest would take
    more memory than all the months.

    ``invited`` (units × periods) and ``minimums`` (per period) say in which band people are shown.
    """

    periods: tuple[str, ...]
    units: dict[str, int]
    themes: dict[str, int]
    panel: Panel
    cusum: CusumResult
    invited: Integers
    minimums: tuple[int, ...]

    def signals(self, period: str) -> Iterator[tuple[str, str, str, StoredSignal]]:
        """The signals of a month: unit, theme, audience and signal."""
        at = self._column[period]
        names = [(unit, theme) for unit in self.units for theme in self.themes]
        for level, audience in enumerate(YEARS):
            for row in np.flatnonzero(self.cusum.signal[level, :, at] != NONE).tolist():
                direction = DIRECTIONS[int(self.cusum.signal[level, row, at])]
                onset = self.periods[int(self.cusum.onset[level, row, at])]
                yield *names[row], audience, StoredSignal(direction, onset)

    def control_limits(self, period: str, unit: str) -> Iterator[Figure]:
        """A unit's figures of kind ``chance`` in a month, one per theme it has a score for.

        The value is how many points two months of a unit of this size may differ by chance alone,
        19 times out of 20; the ends are the control limits, between which chance alone would have
        kept this month.
        """
        for theme in self.themes:
            row, at = self._row(unit, theme), self._column[period]
            if row is None or np.isnan(self.panel.scores[row, at]):
                continue
            low, high = (
                None if np.isnan(limit) else int(limit + 0.5)
                for limit in self.cusum.control_limits_of(row, at)
            )
            variance = self.noise(unit, theme, period, self._fewest(unit, row, at))
            points = int(np.ceil(Z95 * np.sqrt(2 * variance)))
            yield Figure(period, unit, "chance", theme, points, low, high)

    def level_before(self, unit: str, theme: str, onset: str) -> int | None:
        """The level of a series before a change that began in `onset`, in whole points.

        It is what that month was held against; None where it was not judged.
        """
        row, at = self._row(unit, theme), self._column.get(onset)
        if row is None or at is None or np.isnan(self.cusum.mean[0, row, at]):
            return None
        return int(np.clip(np.floor(self.cusum.mean[0, row, at] + 0.5), 0, 100))

    def noise(self, unit: str, theme: str, period: str, people: int) -> float:
        """The variance of a month's score over so many people, as known in that month."""
        row, at = self._row(unit, theme), self._column[period]
        assert row is not None
        sampling = self.cusum.within_variance[row, at] / people
        return float(sampling + self.cusum.month_variance[row, at])

    def comparable(self, unit: str, theme: str) -> tuple[str, ...]:
        """The other units that series of this one may be compared with: teams with teams, other
        units with those at the same depth."""
        row = self._row(unit, theme)
        if row is None:
            return ()
        group, names = self.panel.groups[row], list(self.units)
        rows = np.flatnonzero(self.panel.groups == group) // len(self.themes)
        return tuple(names[place] for place in rows.tolist() if names[place] != unit)

    def _fewest(self, unit: str, row: int, at: int) -> int:
        """The fewest people in the band shown, so that the figure tells no more than the band."""
        invited, minimum = int(self.invited[self.units[unit], at]), self.minimums[at]
        band = response_band(int(self.panel.people[row, at]), invited, minimum)
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
    units, themes = _names(months)
    panel = _panel(months, units, themes)
    stored = _stored_signals(list(months)[:frozen], units, themes)
    latest_themes = len(months[-1].questionnaire.watched.themes) if months else 1
    thresholds = [team_threshold(years, latest_themes) for years in YEARS.values()]
    cusum = run_cusum(panel, thresholds, stored)
    return ControlCharts(
        tuple(month.arrays.period for month in months),
        units,
        themes,
        replace(panel, within_variance=np.empty((0, 0))),
        _without_sums(cusum),
        _invited(months, units),
        tuple(month.arrays.minimum for month in months),
    )


def _without_sums(cusum: CusumResult) -> CusumResult:
    """What `ControlCharts` uses; an onset, a month's number, fits in 16 bits."""
    nothing = np.empty((0, 0, 0))
    return replace(
        cusum,
        down=nothing,
        up=nothing,
        mean=cusum.mean[:1].copy(),
        std_error=cusum.std_error[:1].copy(),
        onset=cusum.onset.astype(np.int16),
    )


def _names(months: Sequence[Month]) -> tuple[dict[str, int], dict[str, int]]:
    """Every unit there ever was and every theme that was watched, with its place."""
    units: dict[str, int] = {}
    themes: dict[str, int] = {}
    for month in months:
        for unit in month.arrays.units:
            units.setdefault(unit, len(units))
        for theme in month.questionnaire.watched.themes:
            themes.setdefault(theme.key, len(themes))
    return units, themes


def _panel(months: Sequence[Month], units: dict[str, int], themes: dict[str, int]) -> Panel:
    shape = (len(units), len(themes), len(months))
    scores, people = np.full(shape, np.nan), np.zeros(shape, np.int64)
    breaks = np.zeros(shape, np.bool_)
    kinds = np.zeros(len(units), np.int64)
    for at, month in enumerate(months):
        arrays = month.arrays
        rows = np.array([units[unit] for unit in arrays.units], np.int64)
        kinds[rows] = _kinds(month)
        for place, theme in watched(month):
            column = themes[theme.key]
            score = arrays.scores[:, place]
            scores[rows, column, at] = np.where(score == SUPPRESSED, np.nan, score)
            people[rows, column, at] = arrays.n[:, place]
            breaks[rows, column, at] = month.breaks[:, place]
    within = np.broadcast_to(_within_variances(months, themes), shape)
    renewed = np.broadcast_to(restarts(months, themes), shape)
    return Panel(
        _flat(scores),
        _flat(people),
        _flat(breaks),
        _flat(within),
        _groups(kinds, themes),
        _flat(renewed),
    )


def _invited(months: Sequence[Month], units: dict[str, int]) -> Integers:
    """People invited per unit and month, 0 where a unit was not in the tree."""
    invited = np.zeros((len(units), len(months)), np.int64)
    for at, month in enumerate(months):
        invited[[units[unit] for unit in month.arrays.units], at] = month.arrays.invited
    return invited


def _within_variances(months: Sequence[Month], themes: dict[str, int]) -> Values:
    """Per theme and month, the mean of the variances within units of the months up to then."""
    within = np.full((len(themes), len(months)), DEFAULT_WITHIN_VARIANCE)
    variances: dict[str, list[float]] = {}
    for at, month in enumerate(months):
        for place, theme in watched(month):
            so_far = variances.setdefault(theme.key, [])
            if (variance := month.arrays.within_variances[place]) is not None:
                so_far.append(variance)
            if so_far:
                within[themes[theme.key], at] = sum(so_far) / len(so_far)
    return within


def _kinds(month: Month) -> Integers:
    """Teams are compared with teams (0), other units with those at the same depth."""
    inner = np.zeros(len(month.arrays.units), np.bool_)
    inner[[parent for parent in month.arrays.parents if parent >= 0]] = True
    return np.where(inner, month.arrays.depths + 1, 0)


def _groups(kinds: Integers, themes: dict[str, int]) -> Integers:
    groups: Integers = (kinds[:, None] * len(themes) + np.arange(len(themes))).reshape(-1)
    return groups


def _stored_signals(
    months: Sequence[Month], units: dict[str, int], themes: dict[str, int]
) -> NDArray[np.int8]:
    """The signals stored with the months, as levels × series × months."""
    signs = {name: sign for sign, name in DIRECTIONS.items()}
    stored = np.zeros((len(YEARS), len(units), len(themes), len(months)), np.int8)
    levels = {audience: level for level, audience in enumerate(YEARS)}
    for at, month in enumerate(months):
        for (unit, theme, audience), signal in month.released.signals.items():
            stored[levels[audience], units[unit], themes[theme], at] = signs[signal.direction]
    return stored.reshape(len(YEARS), len(units) * len(themes), len(months))


def _flat(values: NDArray[Kind]) -> NDArray[Kind]:
    """Units × themes × months as series × months."""
    return values.reshape(values.shape[0] * values.shape[1], values.shape[2])
