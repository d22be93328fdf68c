"""Rules that detect a fall: those in common use, ours, and an oracle that knows the truth.

Each rule is a function of the teams, a limit and the number of months for its baseline; it returns
alarms, teams × months. Every rule starts afresh after an alarm, but keeps a fixed baseline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from monitor.climate.signals import DOWN, run_cusum
from tests.bench.learners import e_detector, self_starting
from tests.bench.organisations import Alarms, Teams, Values, World, known_variance

XMR = 2.66
"""Mean moving ranges from the mean to the process limit: 3/1.128."""
MOVING_RANGE = 1.128
"""Mean moving range of independent normal values, in standard deviations."""


@dataclass(frozen=True)
class Rule:
    """A rule, the limit people use it with (None where there is none), and the interval in which
    to search for a limit with a given rate of false alarms (None where there is no limit)."""

    name: str
    alarms: Callable[[Teams, float, int], Alarms]
    usual: float | None
    search: tuple[float, float] | None


def last_month(teams: Teams, limit: float, _: int) -> Alarms:
    """An alarm at `limit` points below the month before."""
    alarms = np.zeros(teams.scores.shape, np.bool_)
    before = np.full(len(teams.scores), np.nan)
    for month, score in enumerate(teams.scores.T):
        alarms[:, month] = score <= before - limit
        before = np.where(np.isnan(score), before, score)
    return alarms


def own_baseline(teams: Teams, limit: float, first: int) -> Alarms:
    """An alarm at `limit` points below the mean of the first months."""
    mean, _ = _own(teams, first)
    return _after(first, teams.scores <= mean[:, None] - limit)


def xmr(teams: Teams, limit: float, first: int) -> Alarms:
    """NHS England, *Making Data Count*: a point below the process limit, a run below the mean, a
    run of falls, two of three near the limit. `limit` 1 is as published (2.66·mR, runs of 7)."""
    mean, moving = _own(teams, first)
    run, reach = max(2, round(7 * limit)), XMR * limit * moving
    state = np.zeros((4, len(mean)))  # run below, run of falls, near the limit last, one before
    alarms = np.zeros(teams.scores.shape, np.bool_)
    before = np.full(len(mean), np.nan)
    for month in range(first, teams.scores.shape[1]):
        score = teams.scores[:, month]
        shown = ~np.isnan(score)
        near = score < mean - reach * 2 / 3
        below, falls, near_last, near_before = state
        new = np.stack(
            [
                np.where(score < mean, below + 1, 0),
                np.where(score < before, falls + 1, 0),
                near,
                near_last,
            ]
        )
        state = np.where(shown, new, state)
        alarmed = (score < mean - reach) | (new[0] >= run) | (new[1] >= run - 1)
        alarmed |= near & (near_last + near_before >= 1)
        alarms[:, month] = shown & alarmed
        state[:, alarms[:, month]] = 0
        before = np.where(shown, score, before)
    return alarms


def anhoej(teams: Teams, _: float, __: int) -> Alarms:
    """Anhøj & Olesen, PLoS ONE 9 (2014) e113825: an unusually long run or too few crossings of
    the median of the months so far; counted when the latest month lies below it."""
    alarms = np.zeros(teams.scores.shape, np.bool_)
    fewest = [_fewest_crossings(useful) for useful in range(teams.scores.shape[1] + 1)]
    for place, series in enumerate(teams.scores):
        start = 0
        for month in range(9, len(series)):
            shown = series[start : month + 1]
            shown = shown[~np.isnan(shown)]
            if len(shown) < 10 or np.isnan(series[month]):
                continue
            sides = np.sign(shown - np.median(shown))
            sides = sides[sides != 0]
            turns = np.flatnonzero(np.diff(sides))
            last = len(sides) - (turns[-1] + 1 if len(turns) else 0)
            long_run = last > round(np.log2(max(len(sides), 1))) + 3
            if len(sides) and sides[-1] < 0 and (long_run or len(turns) < fewest[len(sides)]):
                alarms[place, month] = True
                start = month + 1
    return alarms


def ewma(teams: Teams, limit: float, first: int, weight: float = 0.2) -> Alarms:
    """Exponentially weighted mean, compared with mean and spread of the first months."""
    mean, moving = _own(teams, first)
    spread = np.maximum(moving / MOVING_RANGE, 0.5) * ewma_spread(weight)
    total = mean.copy()
    alarms = np.zeros(teams.scores.shape, np.bool_)
    for month in range(first, teams.scores.shape[1]):
        score = teams.scores[:, month]
        shown = ~np.isnan(score)
        total = np.where(shown, weight * score + (1 - weight) * total, total)
        alarms[:, month] = shown & (total < mean - limit * spread)
        total = np.where(alarms[:, month], mean, total)
    return alarms


def ewma_spread(weight: float) -> float:
    """The asymptotic standard deviation of the weighted mean of values with variance 1."""
    return float((weight / (2 - weight)) ** 0.5)


def own_cusum(teams: Teams, limit: float, first: int) -> Alarms:
    """CUSUM (k = .5) with mean and spread of the team's own first months."""
    mean, moving = _own(teams, first)
    spread = np.maximum(moving / MOVING_RANGE, 0.5)[:, None]
    return _cusum(_after(first, (mean[:, None] - teams.scores) / spread, np.nan), limit)


def pooled_cusum(teams: Teams, limit: float, first: int) -> Alarms:
    """The same with the spread pooled over all teams."""
    mean, _ = _own(teams, first)
    z = (mean[:, None] - teams.scores) / np.sqrt(known_variance(teams))
    return _cusum(_after(first, z, np.nan), limit)


def ours(teams: Teams, limit: float, _: int) -> Alarms:
    """The signals of this app."""
    return np.asarray(run_cusum(teams.panel, [limit]).signal[0] == DOWN)


def oracle(teams: Teams, limit: float, _: int) -> Alarms:
    """CUSUM that knows the team's level and every variance."""
    return _cusum((teams.usual[:, None] - teams.scores) / np.sqrt(known_variance(teams)), limit)


RULES = (
    Rule("last month -5", last_month, 5.0, None),
    Rule("last month", last_month, 10.0, (2.0, 40.0)),
    Rule("own baseline", own_baseline, 10.0, (2.0, 40.0)),
    Rule("NHS XmR", xmr, 1.0, (0.3, 4.0)),
    Rule("Anhøj runs", anhoej, 0.0, None),
    Rule("EWMA own baseline", ewma, None, (0.5, 30.0)),
    Rule("CUSUM own baseline", own_cusum, None, (0.5, 40.0)),
    Rule("CUSUM pooled", pooled_cusum, None, (0.5, 15.0)),
    Rule("ours", ours, None, (0.5, 10.0)),
    Rule("self-starting", self_starting, None, (0.5, 10.0)),
    Rule("e-detector", e_detector, None, (0.5, 12.0)),
    Rule("oracle", oracle, None, (0.5, 10.0)),
)


def _own(teams: Teams, first: int) -> tuple[Values, Values]:
    return mean_and_moving_range(teams.scores[:, :first])


def mean_and_moving_range(early: Values) -> tuple[Values, Values]:
    """Mean and mean moving range of each row; the usual level where a row has no score."""
    shown = np.maximum((~np.isnan(early)).sum(axis=1), 1)
    steps = np.abs(np.diff(early, axis=1))
    moves = np.maximum((~np.isnan(steps)).sum(axis=1), 1)
    mean = np.nansum(early, axis=1) / shown
    return np.where(mean > 0, mean, World().level), np.nansum(steps, axis=1) / moves


def _after(first: int, values: NDArray[np.generic], blank: float = 0) -> NDArray[np.generic]:
    later = values.copy()
    later[:, :first] = blank
    return later


def _cusum(z: Values, limit: float, reference: float = 0.5) -> Alarms:
    total = np.zeros(len(z))
    alarms = np.zeros(z.shape, np.bool_)
    for month in range(z.shape[1]):
        step = np.nan_to_num(z[:, month], nan=reference)
        total = np.maximum(0.0, total + step - reference)
        alarms[:, month] = ~np.isnan(z[:, month]) & (total > limit)
        total[alarms[:, month]] = 0
    return alarms


def _fewest_crossings(useful: int) -> int:
    """The lower 5 % point of Binomial(useful - 1, 1/2)."""
    tosses, chance = useful - 1, 0.0
    for crossings in range(max(tosses, 0) + 1):
        chance += comb(tosses, crossings) / 2**tosses if tosses >= 0 else 1.0
        if chance >= 0.05:
            return crossings
    return 0
