"""Signals: false alarms, months to notice a fall, coverage of intervals, and speed.

A lasting fall of 10 points in teams of 12 at 70 % response. ``at 0.10`` means: with the limit at
which the rule gives 0.10 false alarms per series-year in this very world, so that rules compare;
``as is``: with the limit people use. A fall not noticed within the 36 months counts as noticed in
the month after. ``clean`` is the mean among teams without an alarm before the fall.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from monitor.climate import scores
from monitor.climate.signals import Panel, run_cusum
from monitor.climate.thresholds import (
    ABOVE_YEARS,
    MONTHS,
    TEAM_YEARS,
    series_threshold,
    team_threshold,
)
from monitor.pulse.count.sealing import HIGHEST, LOWEST
from tests.bench.false_alarms import ORGANISATIONS, TARGETS, false_alarms, low_teams, promise, rate
from tests.bench.organisations import Alarms, Teams, World, middles, teams
from tests.bench.rules import RULES, Rule, ours
from tests.bench.table import Row

SEED = 20261103
DROPS = (4, 7, 13)
BASELINE = 12
AS_IS = "as is"
MARKS = {
    "CUSUM own baseline": "10.3",
    "CUSUM pooled": "5.8",
    "self-starting": "4.9",
    "ours": "4.6",
    "e-detector": "4.6",
    "oracle": "about 4",
}
"""Months to notice in an older simulation at 0.10, four questions, a fall in month 13. Those of all
rules but the first come back together where teams lie 2.5 points apart, a fall is one of
leanings, and the 60 months after it are watched."""
MARKED = World(questions=4, between=2.5, months=72, leanings=True)
LEANINGS = World(questions=4, leanings=True)


def main(rows: list[Row]) -> None:
    """Add every figure to `rows`."""
    rng = np.random.default_rng(SEED)
    rows.extend(speed(rng))
    rows.extend(coverage(rng))
    rows.extend(false_alarms(rng))
    rows.extend(promise(rng))
    rows.extend(low_teams(rng))
    rows.extend(delays(World(), TARGETS, rng))
    rows.extend(delays(World(questions=4), TARGETS[:1], rng))
    rows.extend(marks(rng))
    rows.extend(slow_ramp(rng))
    rows.extend(all_at_once(rng))


def speed(rng: np.random.Generator) -> Iterator[Row]:
    """Time to run all control charts for both audiences, and for twice as many units."""
    for units in (2_000, 4_000):
        shape = (units * 3, 60)
        panel = Panel(
            np.rint(rng.normal(62, 7, shape)),
            np.full(shape, 8),
            np.zeros(shape, np.bool_),
            np.full(shape, 375.0),
            np.arange(units * 3) % 3,
        )
        limits = [team_threshold(years, 3) for years in (TEAM_YEARS, ABOVE_YEARS)]
        durations = []
        for _ in range(7):
            start = time.perf_counter()
            run_cusum(panel, limits)
            durations.append(time.perf_counter() - start)
        aim = "<= 200" if units == 2_000 else "linear"
        yield Row(f"{units} units x 3 themes x 60 months", 1000 * min(durations), "ms", aim)


def coverage(rng: np.random.Generator) -> Iterator[Row]:
    """How often the interval holds the mean of the whole team."""
    for answered, team in ((5, 7), (8, 12), (12, 17)):
        for level in (20, 40, 60, 80, 90):
            world = World(people=team, response=1.0, level=level, months=1)
            yield _coverage(world, answered, rng)


def _coverage(world: World, answered: int, rng: np.random.Generator) -> Row:
    shape = (20_000, world.people)
    level = world.level + world.between * rng.standard_normal(shape[0])
    leaning = middles(level)[:, None] + rng.standard_normal(shape) * 0.4**0.5
    total = np.zeros(shape)
    for _ in range(world.questions):
        own = rng.standard_normal(shape) * 0.6**0.5
        total += np.clip(np.rint(leaning + own), 1, 5)
    points = (total / world.questions - 1) * 25
    answers = points[:, :answered]
    pooled = float(np.mean(answers.var(axis=1, ddof=1)))
    people, invited = np.array([answered]), np.array([world.people])
    width = scores.half_width(pooled, people, invited)
    score = np.floor(np.clip(answers.mean(axis=1), 10, 90) + 0.5)
    low = np.where(score <= LOWEST, 0, np.floor(score - width + 0.5))
    high = np.where(score >= HIGHEST, 100, np.floor(score + width + 0.5))
    true = points.mean(axis=1)
    held = (low <= true) & (true <= high)
    what = f"interval holds, {answered} of {world.people}, around {world.level:g}"
    return Row(what, float(held.mean()), "share", ".94 to .96")


def delays(world: World, targets: Sequence[float], rng: np.random.Generator) -> Iterator[Row]:
    """Months to notice a fall: every rule as people use it, and at equal false alarms."""
    still = teams(world, ORGANISATIONS, rng)
    fallen = {drop: teams(replace(world, drop=drop), ORGANISATIONS, rng) for drop in DROPS}
    for rule in RULES:
        if rule.usual is not None:
            yield from _delays(rule, rule.usual, AS_IS, world, still, fallen)
        for target in targets if rule.search else ():
            yield from _delays(rule, target, f"at {target:.2f}", world, still, fallen)


def _delays(
    rule: Rule, value: float, label: str, world: World, still: Teams, fallen: dict[int, Teams]
) -> Iterator[Row]:
    for drop, sample in fallen.items():
        first = min(BASELINE, drop - 1)
        threshold = value if label == AS_IS else _limit(rule, value, still, first)
        what = f"{rule.name}, {label}, {world.questions} questions, month {drop}"
        false = rate(rule.alarms(still, threshold, first)[:, first:])
        if label != AS_IS and abs(false / value - 1) > 0.25:
            yield Row(f"{what}: no such limit, fewest are", false, "false a year")
            continue
        yield _delay(what, rule.alarms(sample, threshold, first)[sample.falls], drop, false)


def marks(rng: np.random.Generator) -> Iterator[Row]:
    """The best rules in the world of the older simulation behind `MARKS`, and where a fall is one
    of leanings instead of scores."""
    yield from _marks("where the marks come from, month 13", MARKED, 13, rng)
    for drop in (13, 7):
        yield from _marks(f"falls of leanings, month {drop}", LEANINGS, drop, rng)


def _marks(where: str, world: World, drop: int, rng: np.random.Generator) -> Iterator[Row]:
    still = teams(world, ORGANISATIONS, rng)
    sample = teams(replace(world, drop=drop), ORGANISATIONS, rng)
    first = min(BASELINE, drop - 1)
    for rule in RULES:
        if rule.name in MARKS:
            threshold = _limit(rule, 0.10, still, first)
            alarms = rule.alarms(sample, threshold, first)[sample.falls]
            row = _delay(f"{rule.name}, {where}", alarms, drop, 0.10)
            mark = f"mark {MARKS[rule.name]}; " if drop == BASELINE + 1 else ""
            yield replace(row, aim=f"{mark}{row.aim}")


def slow_ramp(rng: np.random.Generator) -> Iterator[Row]:
    """A fall of 10 points spread over six months."""
    sample = teams(World(drop=13, ramp=6), ORGANISATIONS, rng)
    for target in TARGETS:
        alarms = ours(sample, series_threshold(MONTHS / target), 0)[sample.falls]
        yield _delay(f"ours, slow ramp from month 13, promised {target}", alarms, 13, target)


def all_at_once(rng: np.random.Generator) -> Iterator[Row]:
    """A fall of 10 points of all teams at once, which must not pass for noise of months."""
    for drop in (13, 7):
        sample = teams(World(drop=drop, one_in=1), ORGANISATIONS // 2, rng)
        for years in (TEAM_YEARS, ABOVE_YEARS):
            alarms = ours(sample, team_threshold(years, 3), 0)
            what = f"ours, all teams at once, month {drop}"
            yield _delay(f"{what}, a team promised {1 / years:g}", alarms, drop, 1 / (3 * years))


def _delay(what: str, alarms: Alarms, drop: int, false: float) -> Row:
    later = alarms[:, drop - 1 :]
    months = np.where(later.any(axis=1), later.argmax(axis=1) + 1, later.shape[1] + 1)
    within = ", ".join(f"{100 * (months <= m).mean():.0f} % in {m}" for m in (3, 6))
    clean = months[~alarms[:, : drop - 1].any(axis=1)]
    before = f", clean {clean.mean():.1f}" if len(clean) else ""
    note = f"median {np.median(months):.0f}, {within}{before}; {false:.2f} false a year"
    return Row(what, float(months.mean()), "months", note)


def _limit(rule: Rule, target: float, still: Teams, first: int) -> float:
    """The limit at which the rule gives `target` false alarms a year where nothing changes."""
    assert rule.search is not None
    low, high = rule.search
    for _ in range(14):
        middle = (low + high) / 2
        often = rate(rule.alarms(still, middle, first)[:, first:]) > target
        low, high = (middle, high) if often else (low, middle)
    return high
