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

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

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

__all__ = ["DOWN", "NONE", "UP", "CusumMonth", "CusumResult", "Panel", "cusum_months", "run_cusum"]


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


@dataclass(frozen=True, slots=True)
class CusumMonth:
    """What every series came to in a month, per threshold × series.

    ``down`` and ``up`` are C after the month (before a restart); ``mean`` and ``std_error`` what
    the month was held against (NaN while the series only learns or is suppressed); ``signal`` is
    -1, 0 or 1; ``onset`` is the month in which the change seems to have begun (-1: no signal).
    ``month_variance`` and ``within_variance`` (per series) are sb² as known before the month, and
    sw² at the level of the series before it.
    """

    down: Values
    up: Values
    mean: Values
    std_error: Values
    signal: NDArray[np.int8]
    onset: Integers
    month_variance: Values
    within_variance: Values

    @property
    def control_limits(self) -> tuple[Values, Values]:
        """The scores between which chance alone would keep the month, 19 times out of 20."""
        margin = Z95 * self.std_error
        return np.clip(self.mean - margin, 0, 100), np.clip(self.mean + margin, 0, 100)


class CusumResult(CusumMonth):
    """All of `cusum_months`: the same, with months as the last dimension."""


def run_cusum(
    panel: Panel,
    thresholds: Sequence[float],
    frozen: NDArray[np.int8] | None = None,
) -> CusumResult:
    """All months of `cusum_months` at once. Of a large organisation that is much to hold."""
    series, months = panel.scores.shape
    result = _empty((len(thresholds), series, months))
    for at, month in enumerate(cusum_months(panel, thresholds, frozen)):
        for field in fields(CusumMonth):
            getattr(result, field.name)[..., at] = getattr(month, field.name)
    return result


def cusum_months(
    panel: Panel,
    thresholds: Sequence[float],
    frozen: NDArray[np.int8] | None = None,
) -> Iterator[CusumMonth]:
    """Work out the sums and signals of every series, once for each threshold.

    Read each month before asking for the next one, which changes its arrays.

    Parameters
    ----------
    frozen
        Signals of the first months (thresholds × series × months), which stay as they are.
    """
    limits = np.asarray(thresholds, np.float64)[:, None]
    state = CusumState.fresh((len(limits), len(panel.groups)))
    prior, noise = GroupPrior(panel.groups), _Noise.of(panel.groups)
    for month, score in enumerate(panel.scores.T):
        shown = ~np.isnan(score)
        between, within = noise.before(panel, month)
        variance = noise.sampling[-1] + between
        state.reset(np.broadcast_to(panel.breaks[:, month], state.shape))
        if panel.restarts is not None:
            prior.reset(panel.restarts[:, month])
        points = np.where(shown, score, 0.0)
        mean, std_error = state.step(month, points, variance, shown, prior.start())
        signal = _signal(state, limits, shown, frozen, month)
        yield CusumMonth(
            down=state.sums[0],
            up=state.sums[1],
            mean=mean,
            std_error=std_error,
            signal=signal,
            onset=state.onset_of(signal),
            month_variance=between,
            within_variance=within,
        )
        state.restart_after(signal)
        prior.add(score, variance, shown)
        noise.add_pairs(panel, month)


def _signal(
    state: CusumState,
    limits: Values,
    shown: NDArray[np.bool_],
    frozen: NDArray[np.int8] | None,
    month: int,
) -> NDArray[np.int8]:
    """The signal of each series in the month: frozen when the month was sealed, or worked out."""
    if frozen is not None and month < frozen.shape[2]:
        return frozen[:, :, month]
    return state.signal(limits, shown)


@dataclass(frozen=True, slots=True)
class _Noise:
    """What is known, from month to month, of the variances that scores are judged by.

    ``sampling`` is what the choice of who answered adds to the variance of each series, in the
    latest months, oldest first.
    """

    level: LevelVariance
    between_months: MonthVariance
    sampling: deque[Values]

    @staticmethod
    def of(groups: Integers) -> _Noise:
        """Nothing is known before the first month."""
        sampling: deque[Values] = deque(maxlen=PAIR_DISTANCE + 1)
        return _Noise(LevelVariance(groups), MonthVariance(groups), sampling)

    def before(self, panel: Panel, month: int) -> tuple[Values, Values]:
        """sb² and sw² of each series before the month; its level is then added to what is known."""
        score = panel.scores[:, month]
        self.level.reset(panel.breaks[:, month])
        within = self.level.now(panel.within_variance[:, month])
        self.level.add(score, ~np.isnan(score))
        self.sampling.append(within / np.maximum(panel.people[:, month], 1))
        return self.between_months.now(), within

    def add_pairs(self, panel: Panel, month: int) -> None:
        """Add the month and the one three before it, where nothing broke between them."""
        earlier = month - PAIR_DISTANCE
        if earlier < 0:
            return
        difference = panel.scores[:, month] - panel.scores[:, earlier]
        shown = ~np.isnan(difference) & ~panel.breaks[:, earlier + 1 : month + 1].any(axis=1)
        both = self.sampling[-1] + self.sampling[0]
        self.between_months.add(np.where(shown, difference, 0.0), both, shown)


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
