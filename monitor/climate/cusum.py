"""Where each series stands: its own level so far, and both sums; what a month and a signal do.

Each direction has its own idea of the level. While its sum is running nobody knows yet whether
the months since the sum left 0 belong to a change or to chance, so they count for half;
once the sum is back at 0 they were chance, and count in full. A level that took them in fully
would run after a fall, and not see it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from monitor.climate.noise import Flags, Places, Values
from monitor.climate.thresholds import REFERENCE

DOWN, NONE, UP = -1, 0, 1
FIRST_MONTHS = 2
"""Months a series only learns from: before that "falling" would mean "lower than others"."""
DOUBTED = 0.5
"""For how much the months of a running sum count towards the level."""
LUCK, LEAST_DOUBT, DOUBT = 3.0, 5.0, 0.35
"""After a signal the level starts where the months of the signal lie, so many points back (chance
helps most signals along); with a standard deviation of so many points, or of this share of the
change where that is more."""
_SIDES = (0, 1)
"""Falling and rising."""


@dataclass
class CusumState:
    """Where each series stands, per threshold; ``sums`` and what follows it also per side."""

    weight: Values  # precision of the own months since the start
    weighted: Values  # their weighted sum
    months: Places
    level: Values  # with which the series starts, as other units have it, and its precision;
    precision: Values  # kept from the first month that is judged, whatever others do later
    sums: Values
    began: Places  # the month in which each sum left 0
    sure: Values  # `weight` and `weighted` as they were when each sum was last at 0
    sure_weighted: Values

    @staticmethod
    def fresh(shape: tuple[int, int]) -> CusumState:
        """Nothing known yet, thresholds × series."""
        both = (len(_SIDES), *shape)
        return CusumState(
            weight=np.zeros(shape),
            weighted=np.zeros(shape),
            months=np.zeros(shape, np.int64),
            level=np.zeros(shape),
            precision=np.zeros(shape),
            sums=np.zeros(both),
            began=np.zeros(both, np.int64),
            sure=np.zeros(both),
            sure_weighted=np.zeros(both),
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """Thresholds × series."""
        return self.weight.shape

    def restart(self, where: Flags) -> None:
        """Forget everything of these series."""
        if where.any():
            for field in fields(self):
                getattr(self, field.name)[..., where] = 0

    def settle(self, signal: NDArray[np.int8]) -> None:
        """Start afresh where a signal was given, close to the months that led to it."""
        places = np.nonzero(signal)
        sides = (signal[places] == UP).astype(np.int64)
        weight, weighted = self.sure[(sides, *places)], self.sure_weighted[(sides, *places)]
        level, precision = self.level[places], self.precision[places]
        before = (precision * level + weighted) / (precision + weight)
        gained = self.weight[places] - weight
        after = np.divide(
            self.weighted[places] - weighted, gained, out=before.copy(), where=gained > 0
        )
        variance = np.maximum(LEAST_DOUBT, DOUBT * abs(after - before)) ** 2
        self.restart(signal != NONE)
        self.weight[places] = 1 / variance
        self.weighted[places] = (after + np.clip(before - after, -LUCK, LUCK)) / variance
        for side in _SIDES:
            self.sure[side][places] = self.weight[places]
            self.sure_weighted[side][places] = self.weighted[places]

    def step(
        self,
        score: Values,
        variance: Values,
        shown: Flags,
        level: Values,
        precision: Values,
        month: int,
    ) -> tuple[Values, Values]:
        """Take in a month; what it was held against, on the side whose sum is the higher.

        `level` and `precision` are those with which a series would start now.
        """
        new = self.months <= FIRST_MONTHS
        self.level = np.where(new, level, self.level)
        self.precision = np.where(new, precision, self.precision)
        known = self.precision + self.sure + DOUBTED * (self.weight - self.sure)
        mean = self.sure_weighted + DOUBTED * (self.weighted - self.sure_weighted)
        mean = (mean + self.precision * self.level) / known
        spread = np.sqrt(variance + 1 / known)
        counts = shown & (self.months >= FIRST_MONTHS)
        z = (mean - score) / spread
        z[1] *= -1
        self.began[counts & (self.sums <= 0)] = month
        self.sums = np.where(counts, np.maximum(0.0, self.sums + z - REFERENCE), self.sums)
        weight = np.where(shown, 1 / variance, 0.0)
        self.weight += weight
        self.weighted += weight * score
        self.months += shown
        ended = self.sums <= 0
        self.sure = np.where(ended, self.weight, self.sure)
        self.sure_weighted = np.where(ended, self.weighted, self.sure_weighted)
        rising = self.sums[1] > self.sums[0]
        mean, spread = (np.where(rising, each[1], each[0]) for each in (mean, spread))
        return np.where(counts, mean, np.nan), np.where(counts, spread, np.nan)

    def signal(self, limits: Values, shown: Flags) -> NDArray[np.int8]:
        """Which series give a signal this month."""
        down: Values = self.sums[0]
        up: Values = self.sums[1]
        fell = shown & (down > limits) & (down >= up)
        rose = shown & (up > limits) & ~fell
        return (rose.astype(np.int8) - fell.astype(np.int8)).astype(np.int8)

    def since(self, signal: NDArray[np.int8]) -> Places:
        """The month in which what led to each signal began."""
        since = np.where(signal == DOWN, *self.began)
        return np.where(signal == NONE, -1, since)
