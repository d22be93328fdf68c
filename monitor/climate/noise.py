"""The prior of a new series, the variance between people at its level, and that between months.

All three are updated month by month, from earlier months only, so that the same signals come out
when the months are worked out again. Rows are series; a *group* holds series that may be compared
(teams with teams, for one theme).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.count.sealing import HIGHEST, LOWEST

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]

DEFAULT_MONTH_VARIANCE = 9.0
"""Variance from month to month beyond that of who answered: 3 points, squared."""
DEFAULT_PAIRS = 50
"""Pairs of months after which our own estimate weighs as much as the default."""
PAIR_DISTANCE = 3
"""Months between the two of a pair. Neighbouring months look alike (autocorrelation), and would
make chance look smaller than it is; months far apart hold real changes."""
TRIMMED_MONTHS = 3
"""Quietest and noisiest months left out of our own estimate, each; fewer under nine months, so
that one or two are always left."""
DEFAULT_MEAN, DEFAULT_MEAN_VARIANCE = 60.0, 225.0
FEWEST_OTHERS = 8
"""A series with fewer others in its group starts from the default mean."""
LEAST_BETWEEN_VARIANCE = 4.0
"""Units differ by 2 points (standard deviation) at least."""
BETWEEN_FACTOR = 2.0
"""The variance between units is taken twice as large as it is: a team far below the others is
not a team that falls."""


class GroupPrior:
    """The prior of a series that starts: the mean of the other series of its group so far.

    Empirical Bayes with the between-units variance by moments (C. N. Morris, *Parametric
    empirical Bayes inference*, JASA 78 (1983), 47-55).
    """

    def __init__(self, groups: Integers) -> None:
        self._groups = groups
        self._months = np.zeros(len(groups))
        self._score_sums = np.zeros(len(groups))
        self._variance_sums = np.zeros(len(groups))

    def start(self) -> tuple[Values, Values]:
        """Mean and precision of each series' prior, from the months added so far."""
        observed = (self._months > 0).astype(np.float64)
        means = self._score_sums / np.maximum(self._months, 1)
        count, total = self._per_group(observed), self._per_group(means * observed)
        others = count[self._groups] - observed
        mean_of_others = (total[self._groups] - means * observed) / np.maximum(others, 1)
        variance = self._between(observed, means) * (1 + 1 / np.maximum(others, 1))
        enough = others >= FEWEST_OTHERS
        return (
            np.where(enough, mean_of_others, DEFAULT_MEAN),
            1 / np.where(enough, variance, DEFAULT_MEAN_VARIANCE),
        )

    def reset(self, where: Flags) -> None:
        """Forget the months of these series."""
        for sums in (self._months, self._score_sums, self._variance_sums):
            sums[where] = 0

    def add(self, scores: Values, variances: Values, shown: Flags) -> None:
        """Add a month: scores and their variances, where shown."""
        self._months += shown
        self._score_sums += np.where(shown, scores, 0.0)
        self._variance_sums += np.where(shown, variances, 0.0)

    def _between(self, observed: Values, means: Values) -> Values:
        """The variance between units of each series' group, less that of their means."""
        count, total = self._per_group(observed), self._per_group(means * observed)
        size = np.maximum(count, 1)
        deviation = (means - (total / size)[self._groups]) * observed
        variance = self._per_group(deviation**2) / np.maximum(count - 1, 1)
        sampling = self._per_group(self._variance_sums / np.maximum(self._months, 1) ** 2) / size
        between = np.maximum(variance - sampling, LEAST_BETWEEN_VARIANCE)
        return BETWEEN_FACTOR * between[self._groups]

    def _per_group(self, values: Values) -> Values:
        return _per_group(self._groups, values)


class LevelVariance:
    """The variance between people (sw²) at the level of each series.

    Answers on a scale with two ends differ less near an end. The variance goes with x (100 - x), as
    that of a proportion does (P. McCullagh and J. A. Nelder, *Generalized Linear Models*, 2nd ed.,
    1989, §4.1): what is pooled over all units holds where x (100 - x) is the mean of its group.
    """

    def __init__(self, groups: Integers) -> None:
        self._groups = groups
        self._scores = np.zeros(len(groups))
        self._months = np.zeros(len(groups))
        self._products = np.zeros(len(groups))
        self._shown = np.zeros(len(groups))

    def now(self, pooled: Values) -> Values:
        """sw² per series at the mean of its months so far; as pooled before the first of them."""
        level = self._scores / np.maximum(self._months, 1)
        product = _per_group(self._groups, self._products)
        mean = product / np.maximum(_per_group(self._groups, self._shown), 1)
        usual = mean[self._groups]
        has_months = self._months > 0
        ratio = np.divide(level * (100 - level), usual, out=np.ones(len(level)), where=has_months)
        return np.asarray(pooled * ratio, np.float64)

    def reset(self, where: Flags) -> None:
        """Forget the level of these series."""
        self._scores[where] = 0
        self._months[where] = 0

    def add(self, scores: Values, shown: Flags) -> None:
        """Add a month; beyond the ends of what is released the variance falls no further."""
        within_ends = np.clip(np.where(shown, scores, LOWEST), LOWEST, HIGHEST)
        self._scores += np.where(shown, within_ends, 0.0)
        self._months += shown
        self._products += np.where(shown, within_ends * (100 - within_ends), 0.0)
        self._shown += shown


class MonthVariance:
    """The variance from month to month beyond that of who answered (sb²), pooled in each group.

    Half the squared difference between months of one series that lie three apart, less what
    sampling explains (J. von Neumann's successive differences, Ann. Math. Stat. 12 (1941),
    367-395, at lag three): a lasting change is in three of these differences only. A change of
    many series at once would still pass for noise, so the mean over months is a trimmed one
    (J. W. Tukey and D. H. McLaughlin, Sankhyā A 25 (1963), 331-352).
    """

    def __init__(self, groups: Integers) -> None:
        self._groups = groups
        self._size = int(groups.max(initial=0)) + 1
        self._pairs = np.zeros(self._size)
        self._by_month = np.empty((self._size, 0))
        """Per group, the mean excess of each month; NaN in a month without pairs."""

    def now(self) -> Values:
        """sb² per series: the default and the estimate so far, weighted; never below 0."""
        estimate = self._pairs * _trimmed_means(self._by_month)
        total = DEFAULT_PAIRS * DEFAULT_MONTH_VARIANCE + estimate
        pooled = np.maximum(total / (DEFAULT_PAIRS + self._pairs), 0.0)
        return pooled[self._groups]

    def add(self, difference: Values, sampling: Values, shown: Flags) -> None:
        """Add a month's pairs: their difference, and the sampling variances of both added up."""
        excess = np.where(shown, (difference**2 - sampling) / 2, 0.0)
        total = np.bincount(self._groups, excess, minlength=self._size)
        pairs = np.bincount(self._groups, shown, minlength=self._size)
        mean = np.divide(total, pairs, out=np.full(self._size, np.nan), where=pairs > 0)
        self._by_month = np.column_stack([self._by_month, mean])
        self._pairs += pairs


def _per_group(groups: Integers, values: Values) -> Values:
    size = int(groups.max(initial=0)) + 1
    return np.bincount(groups, values, size).astype(np.float64)


def _trimmed_means(rows: Values) -> Values:
    """The mean of each row without NaN and without its most extreme values; 0 of nothing."""
    ordered = np.sort(rows, axis=1)  # NaN last
    months = (~np.isnan(rows)).sum(axis=1)
    trimmed = np.clip((months - 1) // 2, 0, TRIMMED_MONTHS)
    place = np.arange(rows.shape[1])
    is_middle = (place >= trimmed[:, None]) & (place < (months - trimmed)[:, None])
    total = np.where(is_middle, ordered, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(is_middle.sum(axis=1), 1), np.float64)
