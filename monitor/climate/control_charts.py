"""Every unit's series of every theme, followed through the sealed months."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from monitor import bands
from monitor.climate.figures import ABOVE, TEAM, Figure, Month
from monitor.climate.noise import DEFAULT_WITHIN, Places, Values
from monitor.climate.scores import Z95
from monitor.climate.signals import DOWN, NONE, UP, CusumResult, Panel, run_cusum
from monitor.climate.thresholds import ABOVE_YEARS, TEAM_YEARS, for_team
from monitor.pulse.count.sealed_store import StoredSignal
from monitor.pulse.disclosure.release import WITHHELD

YEARS = {TEAM: TEAM_YEARS, ABOVE: ABOVE_YEARS}
"""Per audience, the years in which a team of which nothing changes gets one false "falling"."""
DIRECTIONS = {DOWN: "down", UP: "up"}
Kind = TypeVar("Kind", bound=np.generic)


@dataclass(frozen=True)
class ControlCharts:
    """What became of every series: rows are units × themes, columns the periods."""

    periods: tuple[str, ...]
    units: dict[str, int]
    themes: dict[str, int]
    panel: Panel
    course: CusumResult

    def given(self, period: str) -> Iterator[tuple[str, str, str, StoredSignal]]:
        """The signals of a month: unit, theme, audience, and what was found."""
        at = self._column[period]
        names = [(unit, theme) for unit in self.units for theme in self.themes]
        for level, audience in enumerate(YEARS):
            for row in np.flatnonzero(self.course.signal[level, :, at] != NONE).tolist():
                found = DIRECTIONS[int(self.course.signal[level, row, at])]
                began = self.periods[int(self.course.since[level, row, at])]
                yield *names[row], audience, StoredSignal(found, began)

    def chance(self, period: str, unit: str) -> Iterator[Figure]:
        """Per theme: points by which two months of a unit this size may differ by chance alone,
        19 times out of 20; and the band in which chance alone would have kept this month."""
        for theme in self.themes:
            row, at = self._row(unit, theme), self._column[period]
            if row is None or np.isnan(self.panel.scores[row, at]):
                continue
            low, high = (
                None if np.isnan(end[0, row, at]) else int(end[0, row, at] + 0.5)
                for end in self._band
            )
            people = bands.band_floor(int(self.panel.people[row, at]))
            noise = self.panel.within[row, at] / people + self.course.between[row, at]
            points = int(np.ceil(Z95 * np.sqrt(2 * noise)))
            yield Figure(period, unit, "chance", theme, points, low, high)

    @cached_property
    def _band(self) -> tuple[Values, Values]:
        return self.course.band

    @cached_property
    def _column(self) -> dict[str, int]:
        return {period: column for column, period in enumerate(self.periods)}

    def _row(self, unit: str, theme: str) -> int | None:
        place = self.units.get(unit)
        return None if place is None else place * len(self.themes) + self.themes[theme]


def control_charts(months: Sequence[Month], given: int | None = None) -> ControlCharts:
    """Follow all series through `months`, oldest first.

    The signals of the first `given` months (by default of all) are those that were frozen when
    they were sealed; those of the rest are worked out.
    """
    units, themes = _names(months)
    panel = _panel(months, units, themes)
    fixed = list(months)[:given]
    asked = len(months[-1].questionnaire.themes) if months else 1
    limits = [for_team(years, asked) for years in YEARS.values()]
    course = run_cusum(panel, limits, _frozen(fixed, units, themes))
    return ControlCharts(tuple(m.arrays.period for m in months), units, themes, panel, course)


def _names(months: Sequence[Month]) -> tuple[dict[str, int], dict[str, int]]:
    units: dict[str, int] = {}
    themes: dict[str, int] = {}
    for month in months:
        for unit in month.arrays.units:
            units.setdefault(unit, len(units))
        for theme in month.questionnaire.themes:
            themes.setdefault(theme.key, len(themes))
    return units, themes


def _panel(months: Sequence[Month], units: dict[str, int], themes: dict[str, int]) -> Panel:
    shape = (len(units), len(themes), len(months))
    scores, people = np.full(shape, np.nan), np.zeros(shape, np.int64)
    breaks, within = np.zeros(shape, np.bool_), np.full(shape, DEFAULT_WITHIN)
    kinds = np.zeros(len(units), np.int64)
    seen: dict[str, list[float]] = {}
    for at, month in enumerate(months):
        arrays = month.arrays
        rows = np.array([units[unit] for unit in arrays.units], np.int64)
        kinds[rows] = _kinds(month)
        for place, theme in enumerate(month.questionnaire.themes):
            column = themes[theme.key]
            score = arrays.scores[:, place]
            scores[rows, column, at] = np.where(score == WITHHELD, np.nan, score)
            people[rows, column, at] = arrays.n[:, place]
            breaks[rows, column, at] = month.breaks[:, place]
            known = seen.setdefault(theme.key, [])
            if (variance := arrays.variances[place]) is not None:
                known.append(variance)
            if known:
                within[:, column, at] = sum(known) / len(known)
    return Panel(_flat(scores), _flat(people), _flat(breaks), _flat(within), _groups(kinds, themes))


def _kinds(month: Month) -> Places:
    """Teams are compared with teams (0), other units with those at the same depth."""
    inner = np.zeros(len(month.arrays.units), np.bool_)
    inner[[parent for parent in month.arrays.parents if parent >= 0]] = True
    return np.where(inner, month.arrays.depths + 1, 0)


def _groups(kinds: Places, themes: dict[str, int]) -> Places:
    groups: Places = (kinds[:, None] * len(themes) + np.arange(len(themes))).reshape(-1)
    return groups


def _frozen(
    months: Sequence[Month], units: dict[str, int], themes: dict[str, int]
) -> NDArray[np.int8]:
    signs = {name: sign for sign, name in DIRECTIONS.items()}
    frozen = np.zeros((len(YEARS), len(units), len(themes), len(months)), np.int8)
    levels = {audience: level for level, audience in enumerate(YEARS)}
    for at, month in enumerate(months):
        for (unit, theme, audience), found in month.released.signals.items():
            frozen[levels[audience], units[unit], themes[theme], at] = signs[found.direction]
    return frozen.reshape(len(YEARS), len(units) * len(themes), len(months))


def _flat(values: NDArray[Kind]) -> NDArray[Kind]:
    return values.reshape(values.shape[0] * values.shape[1], values.shape[2])
