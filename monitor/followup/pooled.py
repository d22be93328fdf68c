"""What actions of one kind did, pooled over teams by a random-effects mean.

R. DerSimonian and N. Laird, *Meta-analysis in clinical trials*, Controlled Clinical Trials 7
(1986), 177-188.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, sqrt

from monitor.climate.scores import Z95
from monitor.followup.before_after import Difference, Interval

FEWEST_TEAMS = 8
RENEWED_PER = 4
"""New actions after which the pooled figure is worked out again."""
WIDER_BY = 1.0
"""Points by which the published interval is wider on both sides: over 30 actions what is left of
the selection of unlucky months begins to show."""


@dataclass(frozen=True, slots=True)
class TeamDifference:
    """The difference over a full window of one action of a team."""

    unit: str
    difference: Difference


@dataclass(frozen=True, slots=True)
class PooledMean:
    """The mean of several differences; ``between`` is how much true differences vary (τ²),
    ``heterogeneity`` Cochran's Q."""

    interval: Interval
    between: float
    heterogeneity: float


@dataclass(frozen=True, slots=True)
class PooledFigure:
    """What may be said of one kind of action, in whole points; ``actions`` is how many count."""

    points: int
    low: int
    high: int
    actions: int

    @property
    def perhaps_nothing(self) -> bool:
        """Whether the interval leaves room for no difference at all."""
        return self.low <= 0 <= self.high


def pooled_mean(differences: Sequence[Difference]) -> PooledMean:
    """The random-effects mean of two differences or more."""
    weights = [1 / d.variance for d in differences]
    total = sum(weights)
    fixed = sum(w * d.points for w, d in zip(weights, differences, strict=True)) / total
    q = sum(w * (d.points - fixed) ** 2 for w, d in zip(weights, differences, strict=True))
    scale = total - sum(w * w for w in weights) / total
    between = max(0.0, (q - (len(differences) - 1)) / scale)
    weights = [1 / (d.variance + between) for d in differences]
    total = sum(weights)
    mean = sum(w * d.points for w, d in zip(weights, differences, strict=True)) / total
    margin = Z95 / sqrt(total)
    return PooledMean(Interval(mean, mean - margin, mean + margin), between, q)


def pooled_figure(
    finished: Sequence[TeamDifference], visible: frozenset[str] = frozenset()
) -> PooledFigure | None:
    """The figure of one kind of action; None below eight actions in eight teams.

    Whoever sees the differences of the `visible` units can subtract them: None as well
    where that leaves those of fewer than four other teams.

    `finished` are the actions with a full window, in the order in which their windows ended. The
    latest ones wait until there are four of them, so that no single action can be worked out from
    two figures.
    """
    counted = _counted(finished)
    if counted is None:
        return None
    others = {action.unit for action in counted} - visible
    if 0 < len(others) < RENEWED_PER:
        return None
    mean = pooled_mean([action.difference for action in counted]).interval
    return PooledFigure(
        points=floor(mean.mean + 0.5),
        low=floor(mean.low - WIDER_BY),
        high=ceil(mean.high + WIDER_BY),
        actions=len(counted),
    )


def _counted(finished: Sequence[TeamDifference]) -> Sequence[TeamDifference] | None:
    """The actions that count: the first that reach eight teams, and every four after them."""
    teams: set[str] = set()
    for first, action in enumerate(finished, 1):
        teams.add(action.unit)
        if len(teams) == FEWEST_TEAMS:
            return finished[: first + (len(finished) - first) // RENEWED_PER * RENEWED_PER]
    return None
