"""The smallest difference that could be seen, worked out before an action starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from monitor.climate.scores import Z95
from monitor.followup.before_after import MONTHS_BEFORE, Level, ScoredMonth

POWER = 0.8
"""The chance with which a difference that is called reliably visible is seen."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How small a difference could be seen, from its standard error in points."""

    std_error: float

    @property
    def visible(self) -> float:
        """The smallest measured difference that is distinguished from chance."""
        return Z95 * self.std_error

    @property
    def reliable(self) -> float:
        """The smallest true difference that is distinguished from chance four times out of five."""
        return (Z95 + NormalDist().inv_cdf(POWER)) * self.std_error

    def chance_of_seeing(self, points: float) -> float:
        """The chance that a true rise of so many points is called higher."""
        return NormalDist().cdf(points / self.std_error - Z95)


def sensitivity(before: Level, month_variance: float, window: int) -> Sensitivity:
    """How small a difference could be seen over `window` months of that variance each."""
    return Sensitivity(sqrt(before.variance + month_variance / window))


def typical_variance(months: Sequence[ScoredMonth], start: str) -> float | None:
    """The variance to expect of a month: the harmonic mean of the latest before `start`."""
    usable = [m for m in months if m.period < start and m.score is not None][-MONTHS_BEFORE:]
    return len(usable) / sum(1 / m.variance for m in usable) if usable else None
