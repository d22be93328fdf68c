"""The state of each CUSUM: the level of the series so far and both sums, month by month.

Each direction has its own estimate of the level. While its sum is above 0, the months since it
left 0 may belong to a change or to chance, so they count for half; once the sum is back at 0 they
were chance, and count in full. A level that took them in fully would run after a fall and hide it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from monitor.climate.noise import Flags, Integers, Values
from monitor.climate.thresholds import REFERENCE

DOWN, NONE, UP = -1, 0, 1
DIRECTIONS = {DOWN: "down", UP: "up"}
"""What a signal is called in the store and in files."""
LEARNING_MONTHS = 2
"""Months in which a series only learns: before that "falling" would mean "lower than others"."""
RUNNING_WEIGHT = 0.5
"""How much the months of a running sum count towards the level."""
SELECTION_BIAS = 3.0
"""Points by which the months of a signal overstate the change on average: chance helps most
signals along. After a signal the level starts so many points back from their mean, at most at
the level before."""
LEAST_RESTART_SD, RESTART_SD_SHARE = 5.0, 0.35
"""Standard deviation of that level: so many points, or this share of the change if that is more."""
_SIDES = (0, 1)
"""Falling and rising."""


def settle(after: Values, before: Values) -> tuple[Values, Values]:
    """The level with which a series goes on after a signal, and its variance.

    Parameters
    ----------
    after
        The precision-weighted mean of the months since the change began.
    before
        The level before it.
    """
    sd = np.maximum(LEAST_RESTART_SD, RESTART_SD_SHARE * abs(after - before))
    return after + np.clip(before - after, -SELECTION_BIAS, SELECTION_BIAS), sd**2


@dataclass
class CusumState:
    """The state of every series, thresholds × series; ``sums`` and all below it also per side."""

    precision: Values  # of the mean of the own months since the start
    weighted_sum: Values  # of those months' scores, weighted by their precisions
    months: Integers
    prior_mean: Values  # with which the series started, as other units have it;
    prior_precision: Values  # both kept from the first month that is judged
    sums: Values
    onset: Integers  # the month in which each sum left 0
    precision_at_zero: Values  # `precision` and `weighted_sum` when each sum was last at 0
    weighted_sum_at_zero: Values

    @staticmethod
    def fresh(shape: tuple[int, int]) -> CusumState:
        """The state before the first month, thresholds × series."""
        per_side = (len(_SIDES), *shape)
        return CusumState(
            precision=np.zeros(shape),
            weighted_sum=np.zeros(shape),
            months=np.zeros(shape, np.int64),
            prior_mean=np.zeros(shape),
            prior_precision=np.zeros(shape),
            sums=np.zeros(per_side),
            onset=np.zeros(per_side, np.int64),
            precision_at_zero=np.zeros(per_side),
            weighted_sum_at_zero=np.zeros(per_side),
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """Thresholds × series."""
        return self.precision.shape

    def reset(self, where: Flags) -> None:
        """Put these series back to the state before the first month."""
        if where.any():
            for field in fields(self):
                getattr(self, field.name)[..., where] = 0

    def restart_after(self, signal: NDArray[np.int8]) -> None:
        """Restart the series that gave a signal, close to the months that led to it."""
        rows = np.nonzero(signal)
        sides = (signal[rows] == UP).astype(np.int64)
        precision = self.precision_at_zero[(sides, *rows)]
        weighted_sum = self.weighted_sum_at_zero[(sides, *rows)]
        prior_mean, prior_precision = self.prior_mean[rows], self.prior_precision[rows]
        before = (prior_precision * prior_mean + weighted_sum) / (prior_precision + precision)
        gained = self.precision[rows] - precision
        after = np.divide(
            self.weighted_sum[rows] - weighted_sum, gained, out=before.copy(), where=gained > 0
        )
        mean, variance = settle(after, before)
        self.reset(signal != NONE)
        self.precision[rows] = 1 / variance
        self.weighted_sum[rows] = mean / variance
        for side in _SIDES:
            self.precision_at_zero[side][rows] = self.precision[rows]
            self.weighted_sum_at_zero[side][rows] = self.weighted_sum[rows]

    def step(
        self,
        month: int,
        score: Values,
        variance: Values,
        shown: Flags,
        prior: tuple[Values, Values],
    ) -> tuple[Values, Values]:
        """Update both sums with a month; the mean and standard error the month was held against.

        They are those of the side whose sum is the higher, NaN where nothing was judged.

        Parameters
        ----------
        prior
            Mean and precision with which a series would start now.
        """
        self._keep_prior(*prior)
        judged = shown & (self.months >= LEARNING_MONTHS)
        mean, std_error = self._expected(variance)
        z = (mean - score) / std_error
        z[1] *= -1
        self.onset[judged & (self.sums <= 0)] = month
        self.sums = np.where(judged, np.maximum(0.0, self.sums + z - REFERENCE), self.sums)
        self._learn(score, variance, shown)
        rising = self.sums[1] > self.sums[0]
        mean, std_error = (np.where(rising, side[1], side[0]) for side in (mean, std_error))
        return np.where(judged, mean, np.nan), np.where(judged, std_error, np.nan)

    def signal(self, thresholds: Values, shown: Flags) -> NDArray[np.int8]:
        """Which series give a signal this month."""
        down: Values = self.sums[0]
        up: Values = self.sums[1]
        fell = shown & (down > thresholds) & (down >= up)
        rose = shown & (up > thresholds) & ~fell
        return (rose.astype(np.int8) - fell.astype(np.int8)).astype(np.int8)

    def onset_of(self, signal: NDArray[np.int8]) -> Integers:
        """The month in which the change behind each signal seems to have begun; -1 without one.

        The month in which the sum left 0 is Page's estimate of the change point (E. S. Page,
        Biometrika 41 (1954), 100-115).
        """
        onset = np.where(signal == DOWN, *self.onset)
        return np.where(signal == NONE, -1, onset)

    def _keep_prior(self, mean: Values, precision: Values) -> None:
        """Follow the prior until a series has its first month that is judged."""
        starting = self.months <= LEARNING_MONTHS
        self.prior_mean = np.where(starting, mean, self.prior_mean)
        self.prior_precision = np.where(starting, precision, self.prior_precision)

    def _expected(self, variance: Values) -> tuple[Values, Values]:
        """Per side, the level of each series and the standard error of a month about it."""
        precision = self.prior_precision + self.precision_at_zero
        precision = precision + RUNNING_WEIGHT * (self.precision - self.precision_at_zero)
        running = RUNNING_WEIGHT * (self.weighted_sum - self.weighted_sum_at_zero)
        total = self.weighted_sum_at_zero + running
        mean = (total + self.prior_precision * self.prior_mean) / precision
        return mean, np.sqrt(variance + 1 / precision)

    def _learn(self, score: Values, variance: Values, shown: Flags) -> None:
        """Add a month to the level of the series."""
        weight = np.where(shown, 1 / variance, 0.0)
        self.precision += weight
        self.weighted_sum += weight * score
        self.months += shown
        at_zero = self.sums <= 0
        self.precision_at_zero = np.where(at_zero, self.precision, self.precision_at_zero)
        self.weighted_sum_at_zero = np.where(at_zero, self.weighted_sum, self.weighted_sum_at_zero)
