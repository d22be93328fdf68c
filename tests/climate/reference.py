"""The signals again, slowly and plainly: one series at a time, straight from the formulas."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, eq=False)
class Series:
    """One series: scores (None where suppressed) and people, month by month."""

    scores: Sequence[float | None]
    people: Sequence[int]


def page(values: Sequence[float], reference: float = 0.5) -> list[float]:
    """Page's one-sided cumulative sum of standardised values, without restarts."""
    sums, total = [], 0.0
    for value in values:
        total = max(0.0, total + value - reference)
        sums.append(total)
    return sums


@cache
def spread(everything: tuple[Series, ...], mine: Series, within: float, month: int) -> float:
    """sw² at the level of a series before `month`: it goes with x (100 - x)."""
    before = [score for score in mine.scores[:month] if score is not None]
    if not before:
        return within
    everybody = [s for series in everything for s in series.scores[:month] if s is not None]
    usual = sum(score * (100 - score) for score in everybody) / len(everybody)
    level = sum(before) / len(before)
    return within * level * (100 - level) / usual


def sampling_of(everything: tuple[Series, ...], mine: Series, within: float, month: int) -> float:
    """sw²/n of a month."""
    return spread(everything, mine, within, month) / mine.people[month]


@cache
def month_noise(everything: tuple[Series, ...], within: float, month: int) -> float:
    """sb² from pairs three months apart before `month`, its most extreme months left out; 50 pairs'
    worth of the default 9."""
    pairs, by_month = 0, []
    for now in range(3, month):
        excesses = []
        for series in everything:
            a, b = series.scores[now - 3], series.scores[now]
            if a is not None and b is not None:
                sampling = sum(sampling_of(everything, series, within, at) for at in (now - 3, now))
                excesses.append(((b - a) ** 2 - sampling) / 2)
        if excesses:
            pairs += len(excesses)
            by_month.append(sum(excesses) / len(excesses))
    return max(0.0, (50 * 9.0 + pairs * trimmed_mean(by_month)) / (50 + pairs))


def trimmed_mean(values: Sequence[float]) -> float:
    """The mean without the three lowest and the three highest; of fewer than nine, without as many
    as leave one or two."""
    if not values:
        return 0.0
    drop = 3 if len(values) >= 9 else (len(values) - 1) // 2
    kept = sorted(values)[drop : len(values) - drop]
    return sum(kept) / len(kept)


@cache
def start(
    everything: tuple[Series, ...], mine: Series, within: float, month: int
) -> tuple[float, float]:
    """Mean and precision with which a series starts, from all others before `month`."""
    means, noises, others = [], [], []
    for series in everything:
        shown = [at for at in range(month) if series.scores[at] is not None]
        if not shown:
            continue
        mean = sum(series.scores[at] or 0.0 for at in shown) / len(shown)
        noise = (
            sum(
                sampling_of(everything, series, within, at) + month_noise(everything, within, at)
                for at in shown
            )
            / len(shown) ** 2
        )
        means.append(mean)
        noises.append(noise)
        if series is not mine:
            others.append(mean)
    if len(others) < 8:
        return 60.0, 1 / 225.0
    middle = sum(means) / len(means)
    variance = sum((mean - middle) ** 2 for mean in means) / (len(means) - 1)
    between = 2 * max(variance - sum(noises) / len(noises), 4.0)
    return sum(others) / len(others), 1 / (between * (1 + 1 / len(others)))


def slow_cusum(
    everything: tuple[Series, ...], mine: Series, within: float, threshold: float
) -> list[tuple[float, float, str]]:
    """Both sums and the signal, month by month."""
    by_month: list[tuple[float, float, str]] = []
    own: list[tuple[float, float]] = []  # precision and score of every month since the start
    sums, settled = {"down": 0.0, "up": 0.0}, {"down": 0, "up": 0}  # months before each sum left 0
    months = 0
    for month, score in enumerate(mine.scores):
        signal = ""
        if score is not None:
            variance = sampling_of(everything, mine, within, month)
            variance += month_noise(everything, within, month)
            if months <= 2:
                level, precision = start(everything, mine, within, month)
            for side, sign in (("down", 1), ("up", -1)):
                weighted = [(precision, level), *own[: settled[side]]]
                weighted += [(weight / 2, past) for weight, past in own[settled[side] :]]
                total, mean = mean_of(weighted)
                z = sign * (mean - score) / math.sqrt(variance + 1 / total)
                if months >= 2:
                    sums[side] = max(0.0, sums[side] + z - 0.5)
            own.append((1 / variance, score))
            months += 1
            settled = {side: settled[side] if sums[side] > 0 else len(own) for side in sums}
            if max(sums.values()) > threshold:
                signal = "down" if sums["down"] >= sums["up"] else "up"
        by_month.append((sums["down"], sums["up"], signal))
        if signal:
            _, before = mean_of([(precision, level), *own[: settled[signal]]])
            _, after = mean_of(own[settled[signal] :])
            sd = max(5.0, 0.35 * abs(after - before))
            own = [(1 / sd**2, after + max(-3.0, min(3.0, before - after)))]
            sums, settled = {"down": 0.0, "up": 0.0}, {"down": 1, "up": 1}
            months = 0
    return by_month


def mean_of(weighted: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Total precision, and the mean weighted by it."""
    total = sum(weight for weight, _ in weighted)
    return total, sum(weight * score for weight, score in weighted) / total
