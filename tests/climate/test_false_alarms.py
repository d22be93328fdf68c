"""How often signals are false in simulated organisations, against what the screen promises."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.climate.thresholds import ABOVE_YEARS, TEAM_YEARS, series_threshold, team_threshold
from tests.bench.false_alarms import LEEWAY, rate
from tests.bench.organisations import World, teams
from tests.bench.rules import ours

YEARS = (TEAM_YEARS, ABOVE_YEARS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["as described", "autocorrelated", "noisy months"])
def test_false_alarms_are_as_promised(name: str) -> None:
    world = {
        "as described": World(),
        "autocorrelated": World(memory=0.5),
        "noisy months": World(noise=5.0),
    }[name]
    simulated = teams(world, 8, np.random.default_rng(5))
    assert 0.06 <= rate(ours(simulated, series_threshold(120), 0)) <= 0.13


@pytest.mark.parametrize(("years", "most"), [(TEAM_YEARS, 8), (ABOVE_YEARS, 42)])
def test_false_alarms_of_a_team_are_as_rare_as_the_screen_says(years: float, most: float) -> None:
    simulated = teams(World(), 8, np.random.default_rng(6))
    years_seen = 1 / (3 * rate(ours(simulated, team_threshold(years, 3), 0)))
    assert years <= years_seen <= most


@pytest.mark.slow
@pytest.mark.parametrize("years", [TEAM_YEARS, ABOVE_YEARS])
@pytest.mark.parametrize("world", [World(level=85.0), World(memory=0.5), World(dip=3)])
def test_the_promise_holds_in_worlds_less_kind(world: World, years: float) -> None:
    simulated = teams(world, 10, np.random.default_rng(9))
    false = 3 * rate(ours(simulated, team_threshold(years, 3), 0))
    assert false <= LEEWAY / years


@pytest.mark.slow
def test_false_alarms_where_the_same_people_change_their_minds_are_as_the_screen_says() -> None:
    simulated = teams(World(stay=0.95), 10, np.random.default_rng(10))
    team, above = (1 / (3 * rate(ours(simulated, team_threshold(y, 3), 0))) for y in YEARS)
    assert team == pytest.approx(3, abs=0.5)  # the page about the method says so
    assert above == pytest.approx(7, abs=1)


@pytest.mark.slow
def test_a_fall_of_all_teams_at_once_is_noticed_as_soon_as_one_of_a_quarter() -> None:
    months = []
    for one_in in (1, 4):
        simulated = teams(World(drop=13, one_in=one_in), 5, np.random.default_rng(12))
        alarms = ours(simulated, team_threshold(ABOVE_YEARS, 3), 0)[simulated.falls, 12:]
        months.append(np.where(alarms.any(axis=1), alarms.argmax(axis=1) + 1, 25).mean())
    assert months[0] == pytest.approx(months[1], abs=0.5)
