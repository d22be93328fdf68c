"""Simulated organisations: teams with a known true level that answer every month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import erf, sqrt
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from monitor.climate.signals import Panel

Values = NDArray[np.float64]
Alarms = NDArray[np.bool_]
Real = TypeVar("Real", np.float32, np.float64)
FEWEST = 5
_MIDDLES = np.linspace(-2.0, 8.0, 2001)
_EXPECTED = 25 * sum(
    (1 + np.vectorize(erf)((_MIDDLES - edge) / sqrt(2))) / 2 for edge in (1.5, 2.5, 3.5, 4.5)
)
"""The score expected around each middle."""


@dataclass(frozen=True)
class World:
    """The parameters of a simulation. Points are those of scores, 0 to 100.

    ``drop`` is the month (from 1) in which a lasting fall of ``depth`` points begins, None for
    never, spread over ``ramp`` months; one in ``one_in`` teams falls. ``dip`` months from 18 on
    everybody is 5 points lower. Month noise has standard deviation ``noise`` and lag-one
    correlation ``memory``. ``stay`` is the correlation of what a place in the team leans to between
    one month and the next: 0 where others answer each month, close to 1 where the same people do
    and slowly change their minds. With ``leanings`` all these points are of what people lean to,
    before answers are cut off at 1 and 5; a fall of ten points is then one of 9.7 in the scores.
    """

    people: int = 12
    response: float = 0.7
    questions: int = 3
    level: float = 62.0
    between: float = 5.0
    noise: float = 3.0
    memory: float = 0.0
    stay: float = 0.0
    drop: int | None = None
    depth: float = 10.0
    one_in: int = 4
    ramp: int = 1
    dip: int = 0
    months: int = 36
    leanings: bool = False

    def still(self) -> World:
        """The same world without a fall."""
        return replace(self, drop=None)


@dataclass(frozen=True)
class Teams:
    """Measured and true values, teams × months. ``scores`` are released whole points, NaN where
    fewer than five answered; ``falls`` tells which teams fall; ``noise`` is the standard
    deviation of months."""

    scores: Values
    people: NDArray[np.int64]
    within: Values
    usual: Values
    falls: NDArray[np.bool_]
    groups: NDArray[np.int64]
    noise: float

    @property
    def panel(self) -> Panel:
        """The input of the signals, with every organisation as a group of its own."""
        unbroken = np.zeros(self.scores.shape, np.bool_)
        return Panel(self.scores, self.people, unbroken, self.within, self.groups)


def teams(world: World, organisations: int, rng: np.random.Generator, size: int = 200) -> Teams:
    """Simulate `organisations` organisations of `size` teams each.

    Answers are ordered categories: a person's leaning and a question's own noise on a continuous
    scale of 1 to 5 with standard deviation 1 and correlation .4, rounded and cut off, around
    the middle at which the score expected is the team's level.
    """
    count = organisations * size
    shape = (count, world.months, world.people)
    usual = world.level + world.between * rng.standard_normal(count)
    falls = np.arange(count) % world.one_in == 0
    level = usual[:, None] + _noise(world, count, rng) - _fall(world) * falls[:, None]
    level[:, 17 : 17 + world.dip] -= 5.0
    leaning = np.float32(0.4**0.5) * _carried(rng.standard_normal(shape, np.float32), world.stay)
    middle = 1 + level / 25 if world.leanings else middles(level)
    centre = middle.astype(np.float32)[:, :, None] + leaning
    total = np.zeros(shape, np.float32)
    for _ in range(world.questions):
        own = rng.standard_normal(shape, np.float32) * np.float32(0.6**0.5)
        total += np.clip(np.rint(centre + own), 1, 5)
    points = (total / world.questions - 1) * 25
    answered = rng.random(shape, np.float32) < world.response
    people = answered.sum(axis=2)
    sums = (points * answered).sum(axis=2, dtype=np.float64)
    exact = np.clip(sums / np.maximum(people, 1), 10, 90)
    scores = np.where(people >= FEWEST, np.floor(exact + 0.5), np.nan)
    squares = (points.astype(np.float64) ** 2 * answered).sum(axis=2)
    within = _pooled(sums, squares, people, organisations)
    groups = np.repeat(np.arange(organisations), size)
    within = np.repeat(within, size, axis=0)
    if world.leanings:
        usual = np.interp(1 + usual / 25, _MIDDLES, _EXPECTED)
    return Teams(scores, people, within, usual, falls, groups, world.noise)


def true_levels(world: World, teams: Teams) -> Values:
    """The level of each team in each month, without month noise: teams × months."""
    return teams.usual[:, None] - _fall(world) * teams.falls[:, None]


def known_variance(teams: Teams) -> Values:
    """The variance of a month's score, to a rule that knows the variance between months."""
    return teams.noise**2 + teams.within / np.maximum(teams.people, 1)


def middles(level: Values) -> Values:
    """The points on the continuous scale around which answers give these expected scores.

    Without this correction, cutting answers off at 1 and 5 would lower a score of 75 by a point,
    and turn a fall of ten points into one of nine.
    """
    return np.interp(level, _EXPECTED, _MIDDLES)


def _noise(world: World, count: int, rng: np.random.Generator) -> Values:
    return world.noise * _carried(rng.standard_normal((count, world.months)), world.memory)


def _carried(fresh: NDArray[Real], correlation: float) -> NDArray[Real]:
    """Independent standard normal months (axis 1) made a stationary autoregression of order 1."""
    if not correlation:
        return fresh
    carried = fresh.copy()
    for month in range(1, fresh.shape[1]):
        new = (1 - correlation**2) ** 0.5 * fresh[:, month]
        carried[:, month] = correlation * carried[:, month - 1] + new
    return carried


def _fall(world: World) -> Values:
    if world.drop is None:
        return np.zeros(world.months)
    months = np.arange(1, world.months + 1)
    return world.depth * np.clip((months - world.drop + 1) / world.ramp, 0, 1)


def _pooled(sums: Values, squares: Values, people: NDArray[np.int64], organisations: int) -> Values:
    """The pooled variance within teams, per organisation and month, over all months so far."""
    shown = people >= FEWEST
    residual = np.where(shown, squares - sums**2 / np.maximum(people, 1), 0.0)
    freedom = np.where(shown, people - 1, 0)
    months = people.shape[1]
    residual = residual.reshape(organisations, -1, months).sum(axis=1)
    freedom = freedom.reshape(organisations, -1, months).sum(axis=1)
    return residual.cumsum(axis=1) / freedom.cumsum(axis=1)
