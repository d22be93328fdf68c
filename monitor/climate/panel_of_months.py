"""The sealed months as the panel that signals are worked out of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from monitor.climate.cusum import DIRECTIONS
from monitor.climate.figures import Month
from monitor.climate.noise import Integers, Values
from monitor.climate.scores import DEFAULT_WITHIN_VARIANCE
from monitor.climate.signals import Panel
from monitor.climate.watched import restarts, watched
from monitor.pulse.disclosure.release import SUPPRESSED

Kind = TypeVar("Kind", bound=np.generic)


def names(months: Sequence[Month]) -> tuple[dict[str, int], dict[str, int]]:
    """Every unit and every watched theme of all months, each with its place."""
    units: dict[str, int] = {}
    themes: dict[str, int] = {}
    for month in months:
        for unit in month.arrays.units:
            units.setdefault(unit, len(units))
        for theme in month.questionnaire.watched.themes:
            themes.setdefault(theme.key, len(themes))
    return units, themes


def panel_of(months: Sequence[Month], units: Mapping[str, int], themes: Mapping[str, int]) -> Panel:
    """The series of `months`, oldest first: rows are units × themes, each at its place."""
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


def _within_variances(months: Sequence[Month], themes: Mapping[str, int]) -> Values:
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


def _groups(kinds: Integers, themes: Mapping[str, int]) -> Integers:
    groups: Integers = (kinds[:, None] * len(themes) + np.arange(len(themes))).reshape(-1)
    return groups


def stored_signals(
    months: Sequence[Month],
    units: Mapping[str, int],
    themes: Mapping[str, int],
    audiences: Sequence[str],
) -> NDArray[np.int8]:
    """The signals stored with the months, as audiences × series × months."""
    signs = {name: sign for sign, name in DIRECTIONS.items()}
    stored = np.zeros((len(audiences), len(units), len(themes), len(months)), np.int8)
    levels = {audience: level for level, audience in enumerate(audiences)}
    for at, month in enumerate(months):
        for (unit, theme, audience), signal in month.released.signals.items():
            stored[levels[audience], units[unit], themes[theme], at] = signs[signal.direction]
    return stored.reshape(len(audiences), len(units) * len(themes), len(months))


def _flat(values: NDArray[Kind]) -> NDArray[Kind]:
    """Units × themes × months as series × months."""
    return values.reshape(values.shape[0] * values.shape[1], values.shape[2])
