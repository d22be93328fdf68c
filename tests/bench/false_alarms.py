"""Signals where nothing changes: how often they are false, in worlds kind and less kind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from monitor.climate.thresholds import (
    ABOVE_YEARS,
    MONTHS,
    TEAM_YEARS,
    series_threshold,
    team_threshold,
)
from tests.bench.organisations import Alarms, World, teams
from tests.bench.rules import ours
from tests.bench.table import Row

ORGANISATIONS = 20
TARGETS = (0.10, 0.03)
LEEWAY = 1.25
"""False alarms of a team may be so many times what the screen promises, in any world."""
VARIANTS = {
    "as described": World(),
    "teams of 7": World(people=7),
    "teams of 15": World(people=15),
    "autocorrelated noise (.5)": World(memory=0.5),
    "month noise 5": World(noise=5.0),
    "near the ceiling (leaning to 85)": World(level=85.0, leanings=True),
    "nearer the ceiling (scores of 85)": World(level=85.0),
    "organisation-wide dip of 5, one month": World(dip=1),
    "organisation-wide dip of 5, three months": World(dip=3),
    "teams 10 points apart": World(between=10.0),
    "teams 2.5 points apart": World(between=2.5),
    "four questions": World(questions=4),
    "the same people, changing their minds (.95)": World(stay=0.95),
    "the same people, changing their minds (.98)": World(stay=0.98),
}


def false_alarms(rng: np.random.Generator) -> Iterator[Row]:
    """False alarms of our rule with its own thresholds, in every variant: of a series, and of a
    team with three themes as the two audiences see it."""
    for name, world in VARIANTS.items():
        sample = teams(world, ORGANISATIONS, rng)
        for target in TARGETS:
            alarms = ours(sample, series_threshold(MONTHS / target), 0)
            aim = "<= 0.13" if target == 0.10 else ""
            yield Row(f"false, promised {target}: {name}", rate(alarms), "a year", aim)
        for years in (TEAM_YEARS, ABOVE_YEARS):
            alarms = ours(sample, team_threshold(years, 3), 0)
            what = f"false, a team promised {1 / years:g}: {name}"
            yield Row(what, 3 * rate(alarms), "a year", f"<= {LEEWAY / years:g}")


def promise(rng: np.random.Generator) -> Iterator[Row]:
    """Years per false "falling" of a team with three themes, which the screen promises."""
    sample = teams(World(), ORGANISATIONS, rng)
    for years in (TEAM_YEARS, ABOVE_YEARS):
        alarms = ours(sample, team_threshold(years, 3), 0)
        aim = f"the screen says {years:g}"
        yield Row("years per false alarm of a team", 1 / (3 * rate(alarms)), "years", aim)


def low_teams(rng: np.random.Generator) -> Iterator[Row]:
    """False alarms in the first year of teams that start far below the others."""
    world = World()
    sample = teams(world, ORGANISATIONS, rng)
    alarms = ours(sample, series_threshold(MONTHS / 0.10), 0)[:, :MONTHS]
    away = (sample.usual - world.level) / world.between
    for name, those in (
        ("lowest 2 %", away < -2),
        ("lowest 16 %", away < -1),
        ("middle", abs(away) < 1),
    ):
        yield Row(f"false in the first year, teams: {name}", rate(alarms[those]), "a year", "0.10")


def rate(alarms: Alarms) -> float:
    """Alarms per series-year."""
    return float(alarms.sum() / alarms.size * MONTHS)
