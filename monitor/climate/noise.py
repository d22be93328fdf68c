"""What all series together tell about chance, and about where a new series starts.

Both are learned month by month, from earlier months only, so that a signal once given would be
given again. Rows are series; a *group* holds series that may be compared (teams with teams, for
one theme).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

DEFAULT_WITHIN = 400.0
"""Variance of people's theme scores, where nothing better is known."""
DEFAULT_BETWEEN_MONTHS = 9.0
"""Variance from month to month that has nothing to do with who answered: 3 points."""
DEFAULT_WORTH = 50
"""Pairs of months after which our own estimate weighs as much as the default."""
PAIR_DISTANCE = 3
"""Months between the two of a pair. Neighbouring months look alike (autocorrelation), and would
make chance look smaller than it is; months far apart hold real changes."""
DEFAULT_LEVEL, DEFAULT_LEVEL_VARIANCE = 60.0, 225.0
FEWEST_OTHERS = 8
"""With fewer others a series starts from the default level."""
LEAST_SPREAD = 4.0
"""Units differ by 2 points (standard deviation) at least."""
ROOM = 2.0
"""The spread between units is taken twice as large as it is: a team far below the others is not
a team that falls."""


class GroupPrior:
    """Where a series starts: at the mean of the other series of its group, over earlier months.

    Empirical Bayes with the between-units variance by moments (C. N. Morris, *Parametric
    empirical Bayes inference*, JASA 78 (1983), 47-55).
    """

    def __init__(self, groups: Places) -> None:
        self._groups = groups
        self._months = np.zeros(len(groups))
        self._sum = np.zeros(len(groups))
        self._noise = np.zeros(len(groups))

    def start(self) -> tuple[Values, Values]:
        """Mean and precision with which each series starts, as known now."""
        known = (self._months > 0).astype(np.float64)
        months = np.maximum(self._months, 1)
        mean = self._sum / months
        count, total = self._per_group(known), self._per_group(mean * known)
        size = np.maximum(count, 1)
        off = (mean - (total / size)[self._groups]) * known
        spread = self._per_group(off**2) / np.maximum(count - 1, 1)
        noise = self._per_group(self._noise / months**2) / size
        between = ROOM * np.maximum(spread - noise, LEAST_SPREAD)[self._groups]
        others = count[self._groups] - known
        middle = (total[self._groups] - mean * known) / np.maximum(others, 1)
        enough = others >= FEWEST_OTHERS
        return (
            np.where(enough, middle, DEFAULT_LEVEL),
            1 / np.where(enough, between * (1 + 1 / np.maximum(others, 1)), DEFAULT_LEVEL_VARIANCE),
        )

    def add(self, scores: Values, variances: Values, shown: Flags) -> None:
        """Take in a month: scores and their variances, where shown."""
        self._months += shown
        self._sum += np.where(shown, scores, 0.0)
        self._noise += np.where(shown, variances, 0.0)

    def _per_group(self, values: Values) -> Values:
        size = int(self._groups.max(initial=0)) + 1
        return np.bincount(self._groups, values, size).astype(np.float64)


class MonthVariance:
    """The variance from month to month beyond that of who answered (sb²), pooled in each group.

    Half the squared difference between months of one series that lie three apart, less what
    sampling explains (J. von Neumann's successive differences, Ann. Math. Stat. 12 (1941),
    367-395, at lag three): a lasting change is in three of these differences only.
    """

    def __init__(self, groups: Places) -> None:
        size = int(groups.max(initial=0)) + 1
        self._groups = groups
        self._excess = np.zeros(size)
        self._pairs = np.zeros(size)

    def now(self) -> Values:
        """sb² per series, between the default and what was seen; never below 0."""
        weighed = DEFAULT_WORTH * DEFAULT_BETWEEN_MONTHS + self._excess
        pooled = np.maximum(weighed / (DEFAULT_WORTH + self._pairs), 0.0)
        return pooled[self._groups]

    def add(self, difference: Values, sampling: Values, shown: Flags) -> None:
        """Take in pairs: their difference, and the sampling variances of both added up."""
        excess = np.where(shown, (difference**2 - sampling) / 2, 0.0)
        size = len(self._pairs)
        self._excess += np.bincount(self._groups, excess, minlength=size)
        self._pairs += np.bincount(self._groups, shown, minlength=size)
