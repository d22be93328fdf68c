"""Signals: the fast version against the slow one, what must not matter, and what must."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from monitor.climate.signals import DOWN, NONE, UP, CusumResult, Panel, run_cusum
from monitor.climate.thresholds import ABOVE_YEARS, TEAM_YEARS, for_team, limit
from tests.bench.bench_signals import _rate
from tests.bench.organisations import World, teams
from tests.bench.rules import ours
from tests.climate.reference import Series, follow_one

WITHIN = 375.0


def panel(scores: np.ndarray, people: np.ndarray | int = 8, groups: object = 0) -> Panel:
    """Series without breaks; NaN is withheld."""
    shape = scores.shape
    return Panel(
        scores=scores.astype(np.float64),
        people=np.broadcast_to(people, shape).astype(np.int64),
        breaks=np.zeros(shape, np.bool_),
        within=np.full(shape, WITHIN),
        groups=np.broadcast_to(groups, shape[:1]).astype(np.int64),
    )


def town(units: int = 12, months: int = 24, seed: int = 7) -> Panel:
    """Teams with holes in their series and changing numbers of people; one of them falls."""
    lot = np.random.default_rng(seed)
    scores = np.rint(lot.normal(62, 5, units)[:, None] + lot.normal(0, 7, (units, months)))
    scores[0, 12:] -= 20
    scores[lot.random(scores.shape) < 0.1] = np.nan
    return panel(np.clip(scores, 10, 90), lot.integers(5, 12, scores.shape))


def same(one: CusumResult, other: CusumResult) -> None:
    """Everything that can be seen of both is equal."""
    np.testing.assert_allclose(one.down, other.down, atol=1e-9)
    np.testing.assert_allclose(one.up, other.up, atol=1e-9)
    np.testing.assert_array_equal(one.signal, other.signal)
    np.testing.assert_array_equal(one.since, other.since)


@pytest.mark.parametrize("units", [1, 8, 9, 12])
def test_the_fast_version_is_the_slow_one(units: int) -> None:
    given = town(units)
    everything = [
        Series([None if np.isnan(s) else float(s) for s in row], [int(n) for n in people])
        for row, people in zip(given.scores, given.people, strict=True)
    ]
    course = run_cusum(given, [2.0])
    for row, mine in enumerate(everything):
        slow = follow_one(everything, mine, WITHIN, 2.0)
        np.testing.assert_allclose(course.down[0, row], [s[0] for s in slow], atol=1e-9)
        np.testing.assert_allclose(course.up[0, row], [s[1] for s in slow], atol=1e-9)
        names = {DOWN: "down", NONE: "", UP: "up"}
        assert [names[int(s)] for s in course.signal[0, row]] == [s[2] for s in slow]


def test_the_order_of_units_does_not_matter() -> None:
    given = town()
    turned = np.random.default_rng(1).permutation(len(given.scores))
    other = replace(given, scores=given.scores[turned], people=given.people[turned])
    one, two = run_cusum(given, [2.0, 3.0]), run_cusum(other, [2.0, 3.0])
    np.testing.assert_allclose(one.down[:, turned], two.down, atol=1e-9)
    np.testing.assert_array_equal(one.signal[:, turned], two.signal)


def test_moving_all_scores_by_the_same_points_does_not_matter() -> None:
    given = town(units=12)
    same(run_cusum(given, [2.0]), run_cusum(replace(given, scores=given.scores + 7), [2.0]))


def test_turning_the_scale_round_exchanges_falling_and_rising() -> None:
    given = town(units=12)
    one, two = run_cusum(given, [2.0]), run_cusum(replace(given, scores=100 - given.scores), [2.0])
    np.testing.assert_allclose(one.down, two.up, atol=1e-9)
    np.testing.assert_array_equal(one.signal, -two.signal)


def test_numbering_the_groups_otherwise_does_not_matter() -> None:
    given = town(units=24)
    halves = np.arange(24) % 2
    one = run_cusum(replace(given, groups=halves), [2.0])
    same(one, run_cusum(replace(given, groups=1 - halves), [2.0]))
    same(one, run_cusum(replace(given, groups=halves * 5), [2.0]))


def test_groups_know_nothing_of_each_other() -> None:
    given = town(units=20)
    halves = (np.arange(20) >= 10).astype(np.int64)
    together = run_cusum(replace(given, groups=halves), [2.0])
    first = Panel(*(v[:10] for v in (given.scores, given.people, given.breaks, given.within)),
                  groups=np.zeros(10, np.int64))  # fmt: skip
    np.testing.assert_allclose(together.down[:, :10], run_cusum(first, [2.0]).down, atol=1e-9)


def test_a_withheld_month_is_skipped() -> None:
    given = town(units=12)
    gap = np.full((12, 1), np.nan)
    wider = panel(
        np.hstack([given.scores[:, :12], gap, given.scores[:, 12:]]),
        np.hstack([given.people[:, :12], np.zeros((12, 1), int), given.people[:, 12:]]),
    )
    # The month noise is learned from pairs of months, and these lie elsewhere now: all but equal.
    one, two = run_cusum(given, [9.0]).down, run_cusum(wider, [9.0]).down
    np.testing.assert_allclose(one[:, :, -1], two[:, :, -1], atol=0.3)
    np.testing.assert_array_equal(two[:, :, 12], two[:, :, 11])


def test_what_comes_later_changes_nothing_that_was_said_before() -> None:
    given = town()
    for months in (6, 13, 20):
        early = Panel(given.scores[:, :months], given.people[:, :months],
                      given.breaks[:, :months], given.within[:, :months], given.groups)  # fmt: skip
        np.testing.assert_array_equal(
            run_cusum(early, [2.0]).signal, run_cusum(given, [2.0]).signal[:, :, :months]
        )


def test_a_frozen_signal_stays_and_restarts_its_series() -> None:
    given = town()
    frozen = np.zeros((1, 12, 20), np.int8)
    frozen[0, 3, 9] = UP
    course = run_cusum(given, [2.0], frozen)
    np.testing.assert_array_equal(course.signal[:, :, :20], frozen)
    assert (course.down[0, 3, 10:12] == 0).all()  # it learns again first
    assert np.isnan(course.mean[0, 3, 10])


def test_a_break_starts_afresh() -> None:
    given = town()
    broken = given.breaks.copy()
    broken[0, 14] = True
    course = run_cusum(replace(given, breaks=broken), [9.0])
    assert run_cusum(given, [9.0]).down[0, 0, 14] > 1
    assert (course.down[0, 0, 14:16] == 0).all()


def test_after_a_signal_the_level_starts_close_to_the_months_of_the_signal() -> None:
    scores = np.tile(np.linspace(40.0, 80.0, 11)[:, None], (1, 14))
    scores[5, 8:] = 35
    course = run_cusum(panel(scores), [for_team(5, 3)])
    at = int(np.flatnonzero(course.signal[0, 5])[0])

    known = course.mean[0, 5, at + 3]  # after two months that only teach

    assert 35 < known < 41
    assert not course.signal[0, 5, at + 1 :].any()


def test_a_signal_in_one_series_leaves_the_others_alone() -> None:
    given = town()
    frozen = np.zeros((1, 12, 24), np.int8)
    frozen[0, 3, 9] = UP
    without = run_cusum(given, [2.0], np.zeros((1, 12, 24), np.int8))
    one = run_cusum(given, [2.0], frozen)
    np.testing.assert_array_equal(np.delete(one.down, 3, 1), np.delete(without.down, 3, 1))


def test_a_lasting_fall_is_told_with_its_beginning() -> None:
    scores = np.full((10, 12), 60.0)
    scores[0, 8:] = 35
    course = run_cusum(panel(scores), [for_team(5, 3)])
    at = int(np.flatnonzero(course.signal[0, 0])[0])
    assert course.signal[0, 0, at] == DOWN
    assert 8 <= at <= 10
    assert course.since[0, 0, at] == 8
    assert (course.signal[0, 1:] == NONE).all()


def test_a_fall_drags_the_level_along_less_than_its_months_would() -> None:
    scores = np.full((10, 16), 60.0)
    scores[0, 12:] = 52
    course = run_cusum(panel(scores), [30.0])
    rising = run_cusum(panel(120 - scores), [30.0])

    assert 58.6 < course.mean[0, 0, 15] < 59.4  # 58.4 if months counted in full, 60 if not at all
    assert rising.mean[0, 0, 15] == pytest.approx(120 - course.mean[0, 0, 15], abs=0.5)


def test_once_the_sum_is_back_at_nought_the_months_count_in_full() -> None:
    scores = np.full((10, 20), 60.0)
    scores[0, 12:14] = 52
    scores[0, 14:18] = 61
    course = run_cusum(panel(scores), [30.0])

    assert course.down[0, 0, 13] > 0
    assert course.down[0, 0, 17] == 0
    assert course.mean[0, 0, 18] == pytest.approx(scores[0, :18].mean(), abs=0.2)


def test_two_months_alone_never_give_a_signal() -> None:
    scores = np.full((12, 2), 60.0)
    scores[0] = (90, 10)
    assert (run_cusum(panel(scores, 50), [0.1]).signal == NONE).all()


def test_more_people_make_the_same_fall_a_sooner_signal() -> None:
    scores = np.full((10, 16), 60.0)
    scores[:, 8:] = 54
    small, large = (run_cusum(panel(scores, n), [30.0]).down[0, 0, 11] for n in (6, 60))
    assert large > small + 1


def test_the_band_of_chance_holds_most_months_where_nothing_changes() -> None:
    made = teams(World(months=24), 2, np.random.default_rng(3))
    low, high = run_cusum(made.panel, [3.0]).band
    held = (low[0] <= made.scores) & (made.scores <= high[0])
    assert np.mean(held[~np.isnan(low[0])]) == pytest.approx(0.95, abs=0.015)


@pytest.mark.parametrize("name", ["as described", "autocorrelated", "noisy months"])
def test_false_alarms_are_as_promised(name: str) -> None:
    world = {
        "as described": World(),
        "autocorrelated": World(memory=0.5),
        "noisy months": World(noise=5.0),
    }[name]
    made = teams(world, 8, np.random.default_rng(5))
    assert 0.06 <= _rate(ours(made, limit(120), 0)) <= 0.13


@pytest.mark.parametrize("years", [TEAM_YEARS, ABOVE_YEARS])
def test_a_team_of_which_nothing_changes_is_wrong_as_seldom_as_the_screen_says(
    years: float,
) -> None:
    made = teams(World(), 8, np.random.default_rng(6))
    seen = 1 / (3 * _rate(ours(made, for_team(years, 3), 0)))
    assert years <= seen <= 1.6 * years
