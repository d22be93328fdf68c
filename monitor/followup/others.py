"""How comparable units without an action moved between the same months."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, variance

from monitor.followup.before_after import Level, ScoredMonth

FEWEST_OTHERS = 8
"""With fewer comparable units nothing is said of how others moved."""


def change_of_others(
    others: Sequence[Sequence[ScoredMonth]], before: Sequence[str], after: Sequence[str]
) -> Level | None:
    """How much comparable units without an action moved between the same months, on average.

    None with fewer than eight of them. A unit counts when it has a score in both spans and no
    break mark between their ends.
    """
    changes = [
        change for months in others if (change := _change(months, before, after)) is not None
    ]
    if len(changes) < FEWEST_OTHERS:
        return None
    return Level(fmean(changes), variance(changes) / len(changes))


def _change(
    months: Sequence[ScoredMonth], before: Sequence[str], after: Sequence[str]
) -> float | None:
    if not before or not after:
        return None
    first, last = min(before), max(after)
    if any(m.is_break for m in months if first < m.period <= last):
        return None
    of_before = [m.score for m in months if m.period in before and m.score is not None]
    of_after = [m.score for m in months if m.period in after and m.score is not None]
    return fmean(of_after) - fmean(of_before) if of_before and of_after else None
