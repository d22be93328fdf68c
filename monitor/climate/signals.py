"""Signals: a one-sided self-starting CUSUM per series and direction.

Each month is held against what is known of the series so far,

    z_t = (m_{t-1} - x_t) / √(sb² + sw²/n_t + 1/p_{t-1}),    C_t = max(0, C_{t-1} + z_t - k),

with m and p the precision-weighted mean of the earlier months and its precision, starting from
other units (`noise.Others`), and a signal where C passes the threshold. After D. M. Hawkins,
*Self-starting CUSUM charts for location and scale*, The Statistician 36 (1987), 299-315, but for
one thing: the months since C left 0 count for half in m until C is back at 0 (`standing`), so
that m does not run after a fall. The z of these months are no longer independent, so thresholds
come from simulation (`thresholds`).

After a signal C starts afresh, and m close to what the months of the signal show: knowing nothing
again would be a waste, most of all where the signal was false.

All series are followed at once; rows are series, columns months, oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.climate.cusum import DOWN, NONE, UP, CusumState
from monitor.climate.noise import PAIR_DISTANCE, Flags, GroupPrior, MonthVariance, Places, Values
from monitor.climate.scores import Z95

__all__ = ["DOWN", "NONE", "UP", "CusumResult", "Panel", "run_cusum"]


@dataclass(frozen=True)
class Panel:
    """Series to be followed.

    ``scores`` (0 to 100, NaN where withheld), ``people`` and ``breaks`` are series × months;
    ``within`` is sw² as known in that month, likewise; ``groups`` numbers, from 0, what may be
    compared.
    """

    scores: Values
    people: Places
    breaks: Flags
    within: Values
    groups: Places


@dataclass(frozen=True)
class CusumResult:
    """What became of the series, per threshold × series × month.

    ``down`` and ``up`` are C after the month (before a restart), ``mean`` and ``spread`` what
    the month was held against (NaN while the series only learns or is withheld), ``signal`` -1,
    0 or 1, ``since`` the month in which the change seems to have begun (-1: no signal).
    ``between`` (series × months) is sb² as known before the month.
    """

    down: Values
    up: Values
    mean: Values
    spread: Values
    signal: NDArray[np.int8]
    since: Places
    between: Values

    @property
    def band(self) -> tuple[Values, Values]:
        """Between which scores chance alone would keep each month, 19 times out of 20."""
        return (
            np.clip(self.mean - Z95 * self.spread, 0, 100),
            np.clip(self.mean + Z95 * self.spread, 0, 100),
        )


def run_cusum(
    panel: Panel,
    thresholds: Sequence[float],
    frozen: NDArray[np.int8] | None = None,
) -> CusumResult:
    """Follow every series, once for each threshold.

    Parameters
    ----------
    frozen
        Signals already given (thresholds × series × months), which stay as they are; there may
        be fewer months than in `panel`, and the rest is worked out.
    """
    rows, months = panel.scores.shape
    limits = np.asarray(thresholds, np.float64)[:, None]
    state = CusumState.fresh((len(limits), rows))
    course = _empty((len(limits), rows, months))
    others, between = GroupPrior(panel.groups), MonthVariance(panel.groups)
    sampling = panel.within / np.maximum(panel.people, 1)
    given = 0 if frozen is None else frozen.shape[2]
    for month in range(months):
        score = panel.scores[:, month]
        shown = ~np.isnan(score)
        course.between[:, month] = between.now()
        variance = sampling[:, month] + course.between[:, month]
        state.restart(np.broadcast_to(panel.breaks[:, month], state.shape))
        step = state.step(np.where(shown, score, 0.0), variance, shown, *others.start(), month)
        course.mean[:, :, month], course.spread[:, :, month] = step
        course.down[:, :, month], course.up[:, :, month] = state.sums
        if frozen is not None and month < given:
            signal = frozen[:, :, month]
        else:
            signal = state.signal(limits, shown)
        course.signal[:, :, month] = signal
        course.since[:, :, month] = state.since(signal)
        state.settle(signal)
        others.add(score, variance, shown)
        _add_pairs(between, panel, sampling, month)
    return course


def _empty(shape: tuple[int, int, int]) -> CusumResult:
    return CusumResult(
        down=np.zeros(shape),
        up=np.zeros(shape),
        mean=np.full(shape, np.nan),
        spread=np.full(shape, np.nan),
        signal=np.zeros(shape, np.int8),
        since=np.full(shape, -1),
        between=np.zeros(shape[1:]),
    )


def _add_pairs(between: MonthVariance, panel: Panel, sampling: Values, month: int) -> None:
    """Hand over this month and the one three before it, where nothing broke between them."""
    then = month - PAIR_DISTANCE
    if then < 0:
        return
    difference = panel.scores[:, month] - panel.scores[:, then]
    shown = ~np.isnan(difference) & ~panel.breaks[:, then + 1 : month + 1].any(axis=1)
    both = sampling[:, month] + sampling[:, then]
    between.add(np.where(shown, difference, 0.0), both, shown)
