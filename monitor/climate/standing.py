"""Where each series stands: its own level so far, and both sums; what a month and a signal do."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from monitor.climate.noise import Flags, Places, Values
from monitor.climate.thresholds import REFERENCE

DOWN, NONE, UP = -1, 0, 1
FIRST_MONTHS = 2
"""Months a series only learns from: before that "falling" would mean "lower than others"."""
LUCK, LEAST_DOUBT, DOUBT = 3.0, 5.0, 0.35
"""After a signal the level starts where the months of the signal lie, so many points back (chance
helps most signals along); with a standard deviation of so many points, or of this share of the
change where that is more."""


@dataclass
class Standing:
    """Where each series stands, per threshold."""

    weight: Values  # precision of the own months since the start
    weighted: Values  # their weighted sum
    months: Places
    down: Values
    up: Values
    down_began: Places
    up_began: Places

    @staticmethod
    def fresh(shape: tuple[int, int]) -> Standing:
        """Nothing known yet, thresholds × series."""

        def zeros() -> Values:
            return np.zeros(shape)

        def places() -> Places:
            return np.zeros(shape, np.int64)

        return Standing(zeros(), zeros(), places(), zeros(), zeros(), places(), places())

    @property
    def shape(self) -> tuple[int, ...]:
        """Thresholds × series."""
        return self.weight.shape

    def restart(self, where: Flags) -> None:
        """Forget everything of these series."""
        if where.any():
            for field in fields(self):
                getattr(self, field.name)[where] = 0

    def settle(self, since: Places, earlier: Values, level: Values, precision: Values) -> None:
        """Start afresh where a signal was given, close to the level of the months since then.

        `since` is the month in which what led to a signal began (-1: no signal), `earlier` the
        own precision and weighted sum before each month; `level` and `precision` are those with
        which a series starts.
        """
        places = np.nonzero(since >= 0)
        audience, rows = places
        weight, weighted = earlier[:, since[places], audience, rows]
        before = (precision[rows] * level[rows] + weighted) / (precision[rows] + weight)
        gained = self.weight[places] - weight
        after = np.divide(
            self.weighted[places] - weighted, gained, out=before.copy(), where=gained > 0
        )
        variance = np.maximum(LEAST_DOUBT, DOUBT * abs(after - before)) ** 2
        self.restart(since >= 0)
        self.weight[places] = 1 / variance
        self.weighted[places] = (after + np.clip(before - after, -LUCK, LUCK)) / variance

    def step(
        self,
        score: Values,
        variance: Values,
        shown: Flags,
        level: Values,
        precision: Values,
        month: int,
    ) -> tuple[Values, Values]:
        """Take in a month; what it was held against."""
        known = precision + self.weight
        mean = (precision * level + self.weighted) / known
        spread = np.sqrt(variance + 1 / known)
        counts = shown & (self.months >= FIRST_MONTHS)
        fall = np.where(counts, (mean - score) / spread, 0.0)
        for total, began, z in (
            (self.down, self.down_began, fall),
            (self.up, self.up_began, -fall),
        ):
            began[counts & (total <= 0)] = month
            total[counts] = np.maximum(0.0, total + z - REFERENCE)[counts]
        weight = np.where(shown, 1 / variance, 0.0)
        self.weight += weight
        self.weighted += weight * score
        self.months += shown
        return np.where(counts, mean, np.nan), np.where(counts, spread, np.nan)

    def signal(self, limits: Values, shown: Flags) -> NDArray[np.int8]:
        """Which series give a signal this month."""
        fell = shown & (self.down > limits) & (self.down >= self.up)
        rose = shown & (self.up > limits) & ~fell
        return (rose.astype(np.int8) - fell.astype(np.int8)).astype(np.int8)

    def began(self, signal: NDArray[np.int8]) -> Places:
        """The month in which what led to each signal began."""
        since = np.where(signal == DOWN, self.down_began, self.up_began)
        return np.where(signal == NONE, -1, since)
