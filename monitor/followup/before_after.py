"""Before and after an action: an honest difference between two levels of one series.

A signal picks unlucky months, so the months after it are better by themselves. The level before an
action that follows a signal is therefore some points back from the months of that signal, and
never the month of the signal. docs/METHOD.md, "Before and after", has the formulas, their sources
and what simulation says of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import copysign, sqrt

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
FEWEST_FOR_DRIFT = 3
"""Months of a change from which on is looked at whether the later ones lie beyond the earlier."""
MOST_BACK, LESS_BACK = 8.0, 4.0
"""Points by which the level after a change lies back towards the level before it, and so many
fewer for each standard error of drift. Both fitted in simulation (docs/METHOD.md)."""
LEAST_SD, SD_SHARE = 3.0, 0.4
"""Standard deviation of that level: so many points, or this share of the change if that is more."""


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
        """Whether the difference can be distinguished from chance."""
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
    """The level after the signal: of its own months, and what clean months add."""
    usable = [month for month in months if month.score is not None]
    run = [month for month in usable if signal.since <= month.period <= signal.period]
    if not run:
        return None
    clean = [Level(m.score or 0.0, m.variance) for m in usable if m.period > signal.period]
    return combined([_level_of_change(run, signal.level), *clean])


def _level_of_change(run: Sequence[ScoredMonth], before: float) -> Level:
    """The level that the months of a change point to, with how uncertain that is.

    Chance helps most signals along, so it lies some points back towards the level `before`: the
    fewer, the more the later months lie beyond the earlier ones. Those may be from before the
    change, and then the level is also less certain. Of fewer than three months nothing of that can
    be seen; the level is then the one with which the series goes on.
    """
    mean = weighted_mean(run).mean
    gap, side = abs(before - mean), copysign(1.0, before - mean)
    drift = _drift(run, side)
    if len(run) < FEWEST_FOR_DRIFT:
        settled, variance = settle(np.asarray(mean), np.asarray(before))
        return Level(float(settled), float(variance) * max(1.0, drift) ** 2)
    back = min(gap, MOST_BACK - LESS_BACK * drift)
    spread = max(LEAST_SD, SD_SHARE * gap) * max(1.0, drift)
    return Level(mean + side * back, spread**2)


def _drift(run: Sequence[ScoredMonth], side: float) -> float:
    """How far later months of a change lie beyond earlier ones, in standard errors; at least 0.

    The largest over all divisions in two, as in D. M. Hawkins, JASA 72 (1977), 180-186; `side` is
    1 for a fall, -1 for a rise.
    """
    drifts = [0.0]
    for at in range(1, len(run)):
        earlier, later = weighted_mean(run[:at]), weighted_mean(run[at:])
        std_error = sqrt(earlier.variance + later.variance)
        drifts.append(side * (earlier.mean - later.mean) / std_error)
    return max(drifts)


def combined(levels: Sequence[Level]) -> Level:
    """Independent estimates of one level, weighted by their precisions."""
    precision = sum(1 / level.variance for level in levels)
    return Level(sum(level.mean / level.variance for level in levels) / precision, 1 / precision)


def _since_break(months: Sequence[ScoredMonth]) -> Sequence[ScoredMonth]:
    breaks = [at for at, month in enumerate(months) if month.is_break]
    return months[max(breaks, default=0) :]


def _interval(mean: float, spread: float) -> Interval:
    margin = Z95 * sqrt(spread)
    return Interval(mean, mean - margin, mean + margin)
