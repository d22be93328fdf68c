"""Before and after an action: an honest difference between two levels of one series.

A signal picks unlucky months, so the months after it are better by themselves. The level before an
action that follows a signal is therefore the level with which the signal's own series goes on
(`monitor.climate.cusum.settle`), and never the month of the signal. docs/METHOD.md, "Before and
after", has the formulas, their sources and what simulation says of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from monitor.climate.cusum import settle
from monitor.climate.scores import Z95

WINDOWS = (3, 6, 12)
"""Released months after the start that a difference may be taken over."""
MONTHS_BEFORE = 12
"""Most months that make up the level before a planned action."""
FEWEST_BEFORE = 3
"""Fewer months say nothing of the level before a planned action."""
EFFECT_SD = 5.0
"""Standard deviation of what actions do, in points, in the prior of the cautious estimate."""


class Word(StrEnum):
    """What may be said of a difference."""

    HIGHER = "higher"
    LOWER = "lower"
    CHANCE = "chance"
    """Not to be told from chance."""
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class ScoredMonth:
    """A month of a series: its released score (None: suppressed) and the score's variance.

    ``is_break``: it may not be compared with the months before it.
    """

    period: str
    score: float | None
    variance: float
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class SignalBefore:
    """The signal that an action follows: its month, the first month of the change, and the level
    of the series before that change."""

    period: str
    since: str
    level: float


@dataclass(frozen=True, slots=True)
class Level:
    """The level of a series over some months, and the variance of that mean."""

    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class AfterWindow:
    """The level after the start; ``broken``: a break mark ended the window early."""

    level: Level
    months: tuple[str, ...]
    is_complete: bool
    broken: bool


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """The level after minus the level before, and the variance of that difference."""

    points: float
    variance: float

    @property
    def interval(self) -> Interval:
        """The difference as it was measured."""
        return _interval(self.points, self.variance)

    @property
    def cautious(self) -> Interval:
        """The difference drawn towards 0, as most actions do little.

        Empirical-Bayes shrinkage with a normal prior (C. N. Morris, JASA 78 (1983), 47-55).
        """
        share = EFFECT_SD**2 / (EFFECT_SD**2 + self.variance)
        return _interval(share * self.points, share * self.variance)

    @property
    def word(self) -> Word:
        """Whether the difference can be told from chance."""
        if self.interval.low > 0:
            return Word.HIGHER
        return Word.LOWER if self.interval.high < 0 else Word.CHANCE

    def less(self, others: Level) -> Difference:
        """The difference beyond that of comparable units in the same months."""
        return Difference(self.points - others.mean, self.variance + others.variance)


def level_before(
    months: Sequence[ScoredMonth], start: str, signal: SignalBefore | None
) -> Level | None:
    """The level before an action that starts in `start`; None while nothing can be said of it.

    `months` are those of the series, oldest first. A break mark between the signal and the start
    makes the signal's months another group's: the level is then that of the months since.
    """
    earlier = [month for month in months if month.period < start]
    since_break = _since_break(earlier)
    unbroken = {month.period for month in since_break}
    if signal is not None and signal.period in unbroken:
        return _after_signal(since_break, signal)
    usable = [month for month in since_break if month.score is not None][-MONTHS_BEFORE:]
    return weighted_mean(usable) if len(usable) >= FEWEST_BEFORE else None


def level_after(months: Sequence[ScoredMonth], start: str, window: int) -> AfterWindow | None:
    """The level over the first `window` released months after the month of the start.

    None while there are none. The month of the start itself is not counted.
    """
    usable: list[ScoredMonth] = []
    broken = False
    for month in months:
        if month.period < start or len(usable) == window:
            continue
        if month.is_break:
            broken = True
            break
        if month.period > start and month.score is not None:
            usable.append(month)
    if not usable:
        return None
    names = tuple(month.period for month in usable)
    return AfterWindow(weighted_mean(usable), names, len(usable) == window, broken)


def difference(before: Level, after: Level) -> Difference:
    """The level after minus the level before."""
    return Difference(after.mean - before.mean, before.variance + after.variance)


def months_before(
    months: Sequence[ScoredMonth], start: str, signal: SignalBefore | None
) -> tuple[str, ...]:
    """The months with which `change_of_others` compares: since the change, or those of
    `level_before` where there was no signal."""
    since_break = _since_break([month for month in months if month.period < start])
    names = [month.period for month in since_break if month.score is not None]
    if signal is not None and any(month.period == signal.period for month in since_break):
        return tuple(name for name in names if name >= signal.since)
    return tuple(names[-MONTHS_BEFORE:])


def weighted_mean(months: Sequence[ScoredMonth]) -> Level:
    """The precision-weighted mean of months that all have a score."""
    weights = [1 / month.variance for month in months]
    total = sum(weights)
    mean = sum(w * (m.score or 0.0) for w, m in zip(weights, months, strict=True)) / total
    return Level(mean, 1 / total)


def _after_signal(months: Sequence[ScoredMonth], signal: SignalBefore) -> Level | None:
    """The level with which the series goes on after the signal, and what clean months add."""
    usable = [month for month in months if month.score is not None]
    run = [month for month in usable if signal.since <= month.period <= signal.period]
    if not run:
        return None
    mean, spread = settle(np.asarray(weighted_mean(run).mean), np.asarray(signal.level))
    level = Level(float(mean), float(spread) * _disagreement(run) ** 2)
    return combined([level, *_as_levels(m for m in usable if m.period > signal.period)])


def _disagreement(run: Sequence[ScoredMonth]) -> float:
    """How much more the months of a change differ than chance explains: Q/(k - 1), at least 1.

    Where they do, some are from before the change, and their mean says less of the level after it:
    the standard deviation of that level is stretched by as much. Q is Cochran's.
    """
    if len(run) == 1:
        return 1.0
    mean = weighted_mean(run).mean
    q = sum(((month.score or 0.0) - mean) ** 2 / month.variance for month in run)
    return max(1.0, q / (len(run) - 1))


def combined(levels: Sequence[Level]) -> Level:
    """Independent estimates of one level, weighted by their precisions."""
    precision = sum(1 / level.variance for level in levels)
    mean = sum(level.mean / level.variance for level in levels) / precision
    return Level(mean, 1 / precision)


def _as_levels(months: Iterator[ScoredMonth]) -> list[Level]:
    return [Level(month.score or 0.0, month.variance) for month in months]


def _since_break(months: Sequence[ScoredMonth]) -> Sequence[ScoredMonth]:
    breaks = [at for at, month in enumerate(months) if month.is_break]
    return months[max(breaks, default=0) :]


def _interval(mean: float, spread: float) -> Interval:
    margin = Z95 * sqrt(spread)
    return Interval(mean, mean - margin, mean + margin)
