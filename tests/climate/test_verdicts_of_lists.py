"""Where many units are listed, no change is told that a unit's own page does not tell."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from monitor.climate.cusum import DIRECTIONS
from monitor.climate.figures import ABOVE, Figure
from monitor.climate.results import Results
from monitor.climate.signals import CusumResult, Panel, run_cusum
from monitor.climate.thresholds import ABOVE_YEARS, TEAM_YEARS, team_threshold
from monitor.climate.verdicts import CAUTION, REMEMBERED_MONTHS, verdict
from tests.bench.organisations import World, teams

UNIT, THEME = "oost", "respect"
KEYS = (THEME, f"{THEME}:{ABOVE}")
PERIODS = tuple(f"{2020 + month // 12}-{month % 12 + 1:02d}" for month in range(36))
WORLDS = (
    World(),
    World(stay=0.95),
    World(memory=0.5),
    World(drop=7, one_in=2),
    World(drop=13, depth=20.0, one_in=2),
    World(drop=10, dip=6, noise=5.0, one_in=2),
)


@dataclass(frozen=True)
class OneSeries(Results):
    """The release of one theme of one unit; ``others`` by period, kind and key."""

    scores: tuple[Figure, ...]
    others: dict[tuple[str, str, str], Figure]

    @property
    def periods(self) -> tuple[str, ...]:
        return PERIODS

    def series(self, unit: str, kind: str, key: str) -> tuple[Figure, ...]:
        return self.scores

    def figure(self, period: str, unit: str, kind: str, key: str) -> Figure | None:
        return self.others.get((period, kind, key))


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS)
def test_a_list_tells_what_the_own_page_tells_or_nothing(world: World) -> None:
    by_stricter_rule_alone = months_told = 0
    for release, period in product(releases(world), PERIODS):
        own = verdict(release, UNIT, THEME, period)
        listed = verdict(release, UNIT, THEME, period, ABOVE)
        if listed.direction:
            months_told += 1
            assert listed.direction in stricter_signals(release, period)
            assert (listed.word, listed.since, listed.signalled) == (
                own.word,
                own.since,
                own.signalled,
            )
        else:
            assert (listed.since, listed.signalled) == (None, None) or listed.recovered
        assert (listed.points, listed.few_answers) == (own.points, own.few_answers)
        stricter = release.figure(period, UNIT, "signal", KEYS[1])
        by_stricter_rule_alone += stricter is not None and stricter.value != own.direction
    assert months_told  # else nothing would be tested
    assert by_stricter_rule_alone or world == World()  # the puzzle occurs


def stricter_signals(release: OneSeries, until: str) -> set[str]:
    """The directions of the stricter signals of a year."""
    latest = PERIODS[: PERIODS.index(until) + 1][-REMEMBERED_MONTHS:]
    signals = (release.figure(period, UNIT, "signal", KEYS[1]) for period in latest)
    return {str(signal.value) for signal in signals if signal is not None}


def releases(world: World) -> list[OneSeries]:
    """The teams of a world, with months of few answers and breaks strewn in."""
    rng = np.random.default_rng(16)
    simulated = teams(world, 1, rng, size=80)
    breaks = rng.random(simulated.scores.shape) < 0.005
    panel = Panel(simulated.scores, simulated.people, breaks, simulated.within, simulated.groups)
    thresholds = [team_threshold(years, 3) for years in (TEAM_YEARS, ABOVE_YEARS)]
    charts, thin = run_cusum(panel, thresholds), rng.random(breaks.shape) < 0.05
    return [release(panel, charts, thin, team) for team in range(len(breaks))]


def release(panel: Panel, charts: CusumResult, thin: np.ndarray, team: int) -> OneSeries:
    """One team's scores, control limits, and signals by either threshold."""
    others: dict[tuple[str, str, str], Figure] = {}
    scores = []
    low, high = (limits[0, team] for limits in charts.control_limits)
    for at, period in enumerate(PERIODS):
        notes = {name for name, has in (("break", panel.breaks), (CAUTION, thin)) if has[team, at]}
        scores.append(score(panel, charts, team, at, frozenset(notes)))
        if not np.isnan(low[at]):
            limits = round(float(low[at])), round(float(high[at]))
            others[period, "chance", THEME] = Figure(period, UNIT, "chance", THEME, 12, *limits)
        for key, signals, onset in zip(KEYS, charts.signal, charts.onset, strict=True):
            if signals[team, at]:
                since = frozenset({f"since={PERIODS[onset[team, at]]}"})
                word = DIRECTIONS[int(signals[team, at])]
                signal = Figure(period, UNIT, "signal", key, word, notes=since)
                others[period, "signal", key] = signal
    return OneSeries((), tuple(scores), others)


def score(panel: Panel, charts: CusumResult, team: int, at: int, notes: frozenset[str]) -> Figure:
    """A month's score with its interval; withheld under five people."""
    value, people = panel.scores[team, at], panel.people[team, at]
    if np.isnan(value):
        return Figure(PERIODS[at], UNIT, "theme", THEME, None, notes=notes | {"withheld"})
    margin = 1.96 * np.sqrt(charts.within_variance[team, at] / people * 0.3)
    low, high = round(max(0, value - margin)), round(min(100, value + margin))
    return Figure(PERIODS[at], UNIT, "theme", THEME, int(value), low, high, "5-9", notes)
