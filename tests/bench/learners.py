"""Rules that learn a team's level month by month; the variances are known beforehand."""

from __future__ import annotations

import numpy as np

from monitor.climate.thresholds import REFERENCE
from tests.bench.organisations import Alarms, Teams, Values, World, known_variance


def self_starting(teams: Teams, limit: float, _: int) -> Alarms:
    """Hawkins' self-starting CUSUM as published: every month counts in full towards the level,
    the first month is judged already, and an alarm discards all that was learned."""
    middle, start = _start(teams)
    variances = known_variance(teams)
    precision, weighted = np.full(len(start), 1 / start), middle / start
    total = np.zeros(len(start))
    alarms = np.zeros(teams.scores.shape, np.bool_)
    for month, score in enumerate(teams.scores.T):
        shown = ~np.isnan(score)
        z = (weighted / precision - score) / np.sqrt(variances[:, month] + 1 / precision)
        total = np.where(shown, np.maximum(0.0, total + z - REFERENCE), total)
        weight = np.where(shown, 1 / variances[:, month], 0.0)
        precision = precision + weight
        weighted = weighted + weight * np.nan_to_num(score)
        alarmed = shown & (total > limit)
        alarms[:, month] = alarmed
        total[alarmed] = 0
        precision[alarmed], weighted[alarmed] = 1 / start[alarmed], (middle / start)[alarmed]
    return alarms


def e_detector(teams: Teams, limit: float, _: int) -> Alarms:
    """Shin, Ramdas & Rinaldo, *E-detectors* (New England J. Statist. Data Sci., 2023): the sum
    over starting months of the likelihood ratio of a fall of ten points, with the team's level
    unknown beforehand; `limit` is its logarithm."""
    shape = teams.scores.shape
    middle, start = _start(teams)
    alarms = np.zeros(shape, np.bool_)
    weights = 1 / known_variance(teams)
    precision, mean = 1 / start, middle.copy()
    passed = np.zeros((2, *shape))  # sums since each start: of weight, and of scores
    alive = np.zeros(shape, np.bool_)
    for month in range(shape[1]):
        score, shown = teams.scores[:, month], ~np.isnan(teams.scores[:, month])
        weight = np.where(shown, weights[:, month], 0.0)
        shown_score = np.where(shown, score, 0.0)
        mean = (precision * mean + weight * shown_score) / (precision + weight)
        precision = precision + weight
        alive[:, month] = shown
        started = np.arange(shape[1]) <= month
        passed[0] += weight[:, None] * started
        passed[1] += (weight * shown_score)[:, None] * started
        total, lack = passed[0], passed[0] * mean[:, None] - passed[1]
        fall = World().depth
        ratio = fall * lack - fall**2 / 2 * (total - total**2 / precision[:, None])
        evidence = np.where(alive, np.exp(np.minimum(ratio, 50)), 0).sum(axis=1)
        alarmed = shown & (evidence > np.exp(limit))
        alarms[:, month] = alarmed
        alive[alarmed] = False
        precision[alarmed], mean[alarmed] = 1 / start[alarmed], middle[alarmed]
    return alarms


def _start(teams: Teams) -> tuple[Values, Values]:
    """The prior of every team: mean and variance of the true levels of all teams."""
    usual = teams.usual
    return np.full(len(usual), usual.mean()), np.full(len(usual), usual.var())
