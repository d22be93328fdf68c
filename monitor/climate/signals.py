"""Signals: a one-sided self-starting CUSUM per series and direction.

Each month is held against what is known of the series so far,

    z_t = (m_{t-1} - x_t) / √(sb² + sw²/n_t + 1/p_{t-1}),    C_t = max(0, C_{t-1} + z_t - k),

with m and p the precision-weighted mean of the earlier months and its precision, starting from
other units (`noise.GroupPrior`), and a signal where C passes the threshold. After D. M. Hawkins,
*Self-starting CUSUM charts for location and scale*, The Statistician 36 (1987), 299-315, but for
one thing: the months since C left 0 count for half in m until C is back at 0 (`cusum`), so that m
does not run after a fall. The z of these months are no longer independent, so thresholds come
from simulation (`thresholds`).

After a signal C starts afresh, and m close to what the months of the signal show: forgetting the
series altogether would be a waste, most of all where the signal was false.

All series are worked out at once; rows are series, columns months, oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.climate.cusum import DOWN, NONE, UP, CusumState
from monitor.climate.noise import (
    PAIR_DISTANCE,
    Flags,
    GroupPrior,
    Integers,
    LevelVariance,
    MonthVariance,
    Values,
)
from monitor.climate.scores import Z95

__all__ = ["DOWN", "NONE", "UP", "CusumResult", "Panel", "run_cusum"]


@dataclass(frozen=True)
class Panel:
    """The series to watch.

    ``scores`` (0 to 100, NaN where suppressed), ``people`` and ``breaks`` are series × months;
    ``within_variance`` is sw² as known in that month, pooled over all units, likewise; ``groups``
    numbers, from 0, what may be compared. In a month of ``restarts`` (series × months, or None)
    the statements became others: what is known of other units then says nothing of them.
    """

    scores: Values
    people: Integers
    breaks: Flags
    within_variance: Values
    groups: Integers
    restarts: Flags | None = None


@dataclass(frozen=True)
class CusumResult:
    """What each series came to, per threshold × series × month.

    ``down`` and ``up`` are C after the month (before a restart); ``mean`` and ``std_error`` what
    the month was held against (NaN while the series only learns or is suppressed); ``signal`` is
    -1, 0 or 1; ``onset`` is the month in which the change seems to have begun (-1: no signal).
    ``month_variance`` and ``within_variance`` (series × months) are sb² as known before the month,
    and sw² at the level of the series before it.
    """

    down: Values
    up: Values
    mean: Values
    std_error: Values
    signal: NDArray[np.int8]
    onset: NDArray[np.signedinteger[Any]]
    month_variance: Values
    within_variance: Values

    @property
    def control_limits(self) -> tuple[Values, Values]:
        """The scores between which chance alone would keep each month, 19 times out of 20."""
        return (
            np.clip(self.mean - Z95 * self.std_error, 0, 100),
            np.clip(self.mean + Z95 * self.std_error, 0, 100),
        )

    def control_limits_of(self, series: int, month: int) -> tuple[float, float]:
        """As `control_limits`, of one month of a series at the first threshold."""
        mean = float(self.mean[0, series, month])
        margin = Z95 * float(self.std_error[0, series, month])
        return float(np.clip(mean - margin, 0, 100)), float(np.clip(mean + margin, 0, 100))


def run_cusum(
    panel: Panel,
    thresholds: Sequence[float],
    frozen: NDArray[np.int8] | None = None,
) -> CusumResult:
    """Work out the sums and signals of every series, once for each threshold.

    Parameters
    ----------
    frozen
        Signals of earlier months (thresholds × series × months), which stay as they are; those
        of the months after them are worked out.
    """
    series, months = panel.scores.shape
    limits = np.asarray(thresholds, np.float64)[:, None]
    state = CusumState.fresh((len(limits), series))
    result = _empty((len(limits), series, months))
    prior, month_variance = GroupPrior(panel.groups), MonthVariance(panel.groups)
    sampling = _sampling(panel, result.within_variance)
    for month in range(months):
        score = panel.scores[:, month]
        shown = ~np.isnan(score)
        result.month_variance[:, month] = month_variance.now()
        variance = sampling[:, month] + result.month_variance[:, month]
        state.reset(np.broadcast_to(panel.breaks[:, month], state.shape))
        if panel.restarts is not None:
            prior.reset(panel.restarts[:, month])
        expected = state.step(month, np.where(shown, score, 0.0), variance, shown, prior.start())
        if frozen is not None and month < frozen.shape[2]:
            signal = frozen[:, :, month]
        else:
            signal = state.signal(limits, shown)
        _record(result, month, state, expected, signal)
        state.restart_after(signal)
        prior.add(score, variance, shown)
        _add_pairs(month_variance, panel, sampling, month)
    return result


def _empty(shape: tuple[int, int, int]) -> CusumResult:
    return CusumResult(
        down=np.zeros(shape),
        up=np.zeros(shape),
        mean=np.full(shape, np.nan),
        std_error=np.full(shape, np.nan),
        signal=np.zeros(shape, np.int8),
        onset=np.full(shape, -1),
        month_variance=np.zeros(shape[1:]),
        within_variance=np.zeros(shape[1:]),
    )


def _sampling(panel: Panel, within_variance: Values) -> Values:
    """What who answered adds to the variance of each month; fills in `within_variance`."""
    level = LevelVariance(panel.groups)
    for month, score in enumerate(panel.scores.T):
        level.reset(panel.breaks[:, month])
        within_variance[:, month] = level.now(panel.within_variance[:, month])
        level.add(score, ~np.isnan(score))
    return within_variance / np.maximum(panel.people, 1)


def _record(
    result: CusumResult,
    month: int,
    state: CusumState,
    expected: tuple[Values, Values],
    signal: NDArray[np.int8],
) -> None:
    """Write a month's column of `result`."""
    result.mean[:, :, month], result.std_error[:, :, month] = expected
    result.down[:, :, month], result.up[:, :, month] = state.sums
    result.signal[:, :, month] = signal
    result.onset[:, :, month] = state.onset_of(signal)


def _add_pairs(month_variance: MonthVariance, panel: Panel, sampling: Values, month: int) -> None:
    """Add this month and the one three before it, where nothing broke between them."""
    earlier = month - PAIR_DISTANCE
    if earlier < 0:
        return
    difference = panel.scores[:, month] - panel.scores[:, earlier]
    shown = ~np.isnan(difference) & ~panel.breaks[:, earlier + 1 : month + 1].any(axis=1)
    both = sampling[:, month] + sampling[:, earlier]
    month_variance.add(np.where(shown, difference, 0.0), both, shown)
