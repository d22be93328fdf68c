"""Before and after an action that does nothing: bias, coverage, and "higher" said wrongly.

Each row follows the first "falling" of a team from month 12 on and an action that starts some
months later, or an action planned in month 14. ``naive``: the mean of the window held against the
month of the signal, or the last three months before the start, with the interval of these means.
The truth is how far the level that was simulated moved by itself from one to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from monitor.bands import band, people_in
from monitor.climate.cusum import DOWN
from monitor.climate.scores import Z95
from monitor.climate.signals import CusumResult, run_cusum
from monitor.climate.thresholds import TEAM_YEARS, team_threshold
from monitor.followup.before_after import (
    Difference,
    Level,
    ScoredMonth,
    SignalBefore,
    Word,
    difference,
    level_after,
    level_before,
    weighted_mean,
)
from monitor.pulse import periods
from tests.bench.organisations import Teams, World, teams, true_levels
from tests.bench.table import Row

SEED = 20261126
ORGANISATIONS = 40
FIRST_MONTH = 12
DROP = 15
PLANNED_START = 14
EFFECT = 10.0
NAMES = [periods.from_number(at) for at in range(60)]
WORLD = World(drop=DROP, months=48)
CASES = ((1, 3), (1, 6), (2, 6), (2, 12), (3, 6), (3, 12))
AT_ONCE = ("falls of 5", "falls of 15", "falls of 20", "no real falls")
"""Variants also followed with an action in the month after the signal, without a month between."""
VARIANTS = {
    "as described": WORLD,
    "teams of 7 at 85 %": replace(WORLD, people=7, response=0.85),
    "teams of 15": replace(WORLD, people=15),
    "month noise 5": replace(WORLD, noise=5.0),
    "autocorrelated noise (.5)": replace(WORLD, memory=0.5),
    "teams 10 points apart": replace(WORLD, between=10.0),
    "falls of 5": replace(WORLD, depth=5.0),
    "falls of 15": replace(WORLD, depth=15.0),
    "falls of 20": replace(WORLD, depth=20.0),
    "no real falls": replace(WORLD, drop=None),
    "level 75": replace(WORLD, level=75.0),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One action: its team's months, the month it starts in, its signal, and how far the true
    level moved by itself between the signal (or the start) and the window."""

    months: Sequence[ScoredMonth]
    start: str
    signal: SignalBefore | None
    window: int
    moved: float


Rule = Callable[[Case], Difference | None]


def main(rows: list[Row]) -> None:
    """Add every figure to `rows`."""
    rng = np.random.default_rng(SEED)
    sample = teams(WORLD, ORGANISATIONS, rng)
    for lag, window in CASES:
        cases = list(after_signals(sample, WORLD, lag, window))
        where = f"{lag} after the signal, {window} months"
        rows.extend(figures(f"ours: {where}", cases, ours))
        if (lag, window) == (2, 6):
            rows.extend(figures(f"naive, signal's month: {where}", cases, since_signal, aims=False))
            rows.extend(figures(f"naive, three months: {where}", cases, three_months, aims=False))
    banded = list(after_signals(sample, WORLD, 2, 6, in_bands=True))
    rows.extend(figures("ours, people known as bands", banded, ours))
    still = teams(replace(WORLD, drop=None), ORGANISATIONS, rng)
    for name, in_bands in (("", False), (", people known as bands", True)):
        rows.extend(figures(f"ours: planned, 6 months{name}", list(planned(still, in_bands)), ours))
    for name, world in VARIANTS.items():
        sample = teams(world, 2 * ORGANISATIONS, rng)
        rows.extend(figures(f"ours: {name}", list(after_signals(sample, world, 2, 6)), ours))
        if name in AT_ONCE:
            at_once = list(after_signals(sample, world, 1, 6))
            rows.extend(figures(f"ours: {name}, 1 after the signal", at_once, ours))


def figures(what: str, cases: Sequence[Case], rule: Rule, aims: bool = True) -> Iterator[Row]:
    """Bias, coverage, how often "higher" is said wrongly and of ten true points, half-width."""
    estimates = [(d, case.moved) for case in cases if (d := rule(case)) is not None]
    wrong = np.array([d.points - moved for d, moved in estimates])
    margin = np.array([Z95 * d.variance**0.5 for d, _ in estimates])
    higher = np.array([d.word is Word.HIGHER for d, _ in estimates])
    raised = [Difference(d.points + EFFECT, d.variance).word is Word.HIGHER for d, _ in estimates]
    planned_ = cases[0].signal is None
    aim = {"bias": "-1 to 1", "coverage": ".93 to .97", "false": "<= 3" if planned_ else "<= 2.5"}
    aim = aim if aims else {}
    yield Row(
        f"{what}: bias ({len(estimates)})", float(wrong.mean()), "points", aim.get("bias", "")
    )
    held = float((abs(wrong) <= margin).mean())
    yield Row(f"{what}: coverage", held, "share", aim.get("coverage", ""))
    false = 100 * float(higher.mean())
    yield Row(f"{what}: wrongly higher", false, "per cent", aim.get("false", ""))
    yield Row(f"{what}: higher of +10", 100 * float(np.mean(raised)), "per cent")
    yield Row(f"{what}: half-width", float(margin.mean()), "points")


def ours(case: Case) -> Difference | None:
    """The rule of the program."""
    before = level_before(case.months, case.start, case.signal)
    after = level_after(case.months, case.start, case.window)
    return difference(before, after.level) if before and after and after.is_complete else None


def since_signal(case: Case) -> Difference | None:
    """The window against the month of the signal."""
    assert case.signal is not None
    month = [m for m in case.months if m.period == case.signal.period]
    return _against(case, weighted_mean(month))


def three_months(case: Case) -> Difference | None:
    """The window against the last three months before the start."""
    earlier = [m for m in case.months if m.period < case.start and m.score is not None][-3:]
    return _against(case, weighted_mean(earlier))


def _against(case: Case, before: Level) -> Difference | None:
    after = level_after(case.months, case.start, case.window)
    return difference(before, after.level) if after and after.is_complete else None


def after_signals(
    sample: Teams, world: World, lag: int, window: int, in_bands: bool = False
) -> Iterator[Case]:
    """An action `lag` months after the first "falling" of every team that has one."""
    cusum = run_cusum(sample.panel, [team_threshold(TEAM_YEARS, 3)])
    level = true_levels(world, sample)
    signals = cusum.signal[0] == DOWN
    signals[:, :FIRST_MONTH] = False
    for row in np.flatnonzero(signals.any(axis=1)).tolist():
        at = int(signals[row].argmax())
        start, onset = at + lag, int(cusum.onset[0, row, at])
        if start + window >= sample.scores.shape[1]:
            continue
        before = float(cusum.mean[0, row, onset])
        signal = SignalBefore(NAMES[at], NAMES[onset], before)
        moved = float(level[row, start + 1 : start + 1 + window].mean() - level[row, at])
        yield Case(_months(sample, cusum, row, in_bands), NAMES[start], signal, window, moved)


def planned(sample: Teams, in_bands: bool) -> Iterator[Case]:
    """An action of every team in the same month, whatever its figures are."""
    cusum = run_cusum(sample.panel, [team_threshold(TEAM_YEARS, 3)])
    for row in range(0, len(sample.scores), 2):
        months = _months(sample, cusum, row, in_bands)
        yield Case(months, NAMES[PLANNED_START], None, 6, 0.0)


def _months(sample: Teams, cusum: CusumResult, row: int, in_bands: bool) -> tuple[ScoredMonth, ...]:
    counts: NDArray[np.int64] = sample.people[row]
    people = [people_in(band(int(n)) or "5-9") if in_bands else max(1, int(n)) for n in counts]
    spread = cusum.month_variance[row] + sample.within[row] / np.array(people)
    scores = sample.scores[row]
    return tuple(
        ScoredMonth(NAMES[at], None if np.isnan(scores[at]) else float(scores[at]), float(v))
        for at, v in enumerate(spread)
    )
