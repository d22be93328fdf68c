"""The signals against a slow reference, and what must and must not make a difference to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from monitor.climate.signals import DOWN, NONE, UP, CusumResult, Panel, run_cusum
from monitor.climate.thresholds import team_threshold
from tests.bench.organisations import World, teams
from tests.climate.reference import Series, slow_cusum

WITHIN = 375.0


def panel_of(scores: np.ndarray, people: np.ndarray | int = 8, groups: object = 0) -> Panel:
    """Series without breaks; NaN is suppressed."""
    shape = scores.shape
    return Panel(
        scores=scores.astype(np.float64),
        people=np.broadcast_to(people, shape).astype(np.int64),
        breaks=np.zeros(shape, np.bool_),
        within_variance=np.full(shape, WITHIN),
        groups=np.broadcast_to(groups, shape[:1]).astype(np.int64),
    )


def town(units: int = 12, months: int = 24, seed: int = 7) -> Panel:
    """Teams with holes in their series and changing numbers of people; one of them falls."""
    rng = np.random.default_rng(seed)
    scores = np.rint(rng.normal(62, 5, units)[:, None] + rng.normal(0, 7, (units, months)))
    scores[0, 12:] -= 20
    scores[rng.random(scores.shape) < 0.1] = np.nan
    return panel_of(np.clip(scores, 10, 90), rng.integers(5, 12, scores.shape))


def same(first: CusumResult, second: CusumResult) -> None:
    """Both hold the same sums, signals and onsets."""
    np.testing.assert_allclose(first.down, second.down, atol=1e-9)
    np.testing.assert_allclose(first.up, second.up, atol=1e-9)
    np.testing.assert_array_equal(first.signal, second.signal)
    np.testing.assert_array_equal(first.onset, second.onset)


@pytest.mark.parametrize("units", [1, 8, 9, 12])
def test_the_vectorised_cusum_equals_the_slow_reference(units: int) -> None:
    panel = town(units)
    everything = tuple(
        Series([None if np.isnan(s) else float(s) for s in row], [int(n) for n in people])
        for row, people in zip(panel.scores, panel.people, strict=True)
    )
    result = run_cusum(panel, [2.0])
    for row, mine in enumerate(everything):
        slow = slow_cusum(everything, mine, WITHIN, 2.0)
        np.testing.assert_allclose(result.down[0, row], [s[0] for s in slow], atol=1e-9)
        np.testing.assert_allclose(result.up[0, row], [s[1] for s in slow], atol=1e-9)
        names = {DOWN: "down", NONE: "", UP: "up"}
        assert [names[int(s)] for s in result.signal[0, row]] == [s[2] for s in slow]


def test_the_order_of_units_does_not_matter() -> None:
    panel = town()
    turned = np.random.default_rng(1).permutation(len(panel.scores))
    other = replace(panel, scores=panel.scores[turned], people=panel.people[turned])
    first, second = run_cusum(panel, [2.0, 3.0]), run_cusum(other, [2.0, 3.0])
    np.testing.assert_allclose(first.down[:, turned], second.down, atol=1e-9)
    np.testing.assert_array_equal(first.signal[:, turned], second.signal)


def test_moving_all_scores_by_the_same_points_does_not_matter() -> None:
    panel = town(units=12)
    # How much people differ follows from where on the scale they are: that is left out here.
    panel = replace(panel, within_variance=np.zeros(panel.scores.shape))
    same(run_cusum(panel, [2.0]), run_cusum(replace(panel, scores=panel.scores + 7), [2.0]))


def test_turning_the_scale_round_exchanges_falling_and_rising() -> None:
    panel = town(units=12)
    first = run_cusum(panel, [2.0])
    second = run_cusum(replace(panel, scores=100 - panel.scores), [2.0])
    np.testing.assert_allclose(first.down, second.up, atol=1e-9)
    np.testing.assert_array_equal(first.signal, -second.signal)


def test_numbering_the_groups_otherwise_does_not_matter() -> None:
    panel = town(units=24)
    halves = np.arange(24) % 2
    first = run_cusum(replace(panel, groups=halves), [2.0])
    same(first, run_cusum(replace(panel, groups=1 - halves), [2.0]))
    same(first, run_cusum(replace(panel, groups=halves * 5), [2.0]))


def test_groups_do_not_influence_each_other() -> None:
    panel = town(units=20)
    halves = (np.arange(20) >= 10).astype(np.int64)
    together = run_cusum(replace(panel, groups=halves), [2.0])
    half = Panel(
        panel.scores[:10],
        panel.people[:10],
        panel.breaks[:10],
        panel.within_variance[:10],
        groups=np.zeros(10, np.int64),
    )
    np.testing.assert_allclose(together.down[:, :10], run_cusum(half, [2.0]).down, atol=1e-9)


def test_a_suppressed_month_is_skipped() -> None:
    panel = town(units=12)
    gap = np.full((12, 1), np.nan)
    wider = panel_of(
        np.hstack([panel.scores[:, :12], gap, panel.scores[:, 12:]]),
        np.hstack([panel.people[:, :12], np.zeros((12, 1), int), panel.people[:, 12:]]),
    )
    # The gap moves the pairs of months from which sb² is estimated, so the sums differ a little.
    first, second = run_cusum(panel, [9.0]).down, run_cusum(wider, [9.0]).down
    np.testing.assert_allclose(first[:, :, -1], second[:, :, -1], atol=0.3)
    np.testing.assert_array_equal(second[:, :, 12], second[:, :, 11])


def test_later_months_change_no_earlier_signal() -> None:
    panel = town()
    for months in (6, 13, 20):
        early = Panel(
            panel.scores[:, :months],
            panel.people[:, :months],
            panel.breaks[:, :months],
            panel.within_variance[:, :months],
            panel.groups,
        )
        np.testing.assert_array_equal(
            run_cusum(early, [2.0]).signal, run_cusum(panel, [2.0]).signal[:, :, :months]
        )


def test_a_frozen_signal_stays_and_restarts_its_series() -> None:
    panel = town()
    frozen = np.zeros((1, 12, 20), np.int8)
    frozen[0, 3, 9] = UP
    result = run_cusum(panel, [2.0], frozen)
    np.testing.assert_array_equal(result.signal[:, :, :20], frozen)
    assert (result.down[0, 3, 10:12] == 0).all()  # it learns again first
    assert np.isnan(result.mean[0, 3, 10])


def test_a_break_starts_afresh() -> None:
    panel = town()
    broken = panel.breaks.copy()
    broken[0, 14] = True
    result = run_cusum(replace(panel, breaks=broken), [9.0])
    assert run_cusum(panel, [9.0]).down[0, 0, 14] > 1
    assert (result.down[0, 0, 14:16] == 0).all()


def test_a_move_at_a_break_is_not_taken_for_how_much_months_differ() -> None:
    months = np.arange(24)
    scores = np.where(months // 3 % 2, 60.0, 40.0)[None, :]  # people differ alike around both
    breaks = (months % 3 == 0)[None, :]
    panel = panel_of(scores)

    learned = run_cusum(replace(panel, breaks=breaks), [4.0]).month_variance

    assert np.ptp(learned) == 0
    assert np.ptp(run_cusum(panel, [4.0]).month_variance) > 0  # the control


def test_where_the_statements_became_others_other_units_say_nothing_of_before() -> None:
    scores = np.full((12, 14), 30.0) + np.arange(12)[:, None]
    scores[:, 7:] += 40
    anew = np.broadcast_to(np.arange(14) == 7, scores.shape)
    panel = replace(panel_of(scores), breaks=anew)

    plain, renewed = (run_cusum(replace(panel, restarts=r), [99.0]) for r in (None, anew))

    assert (renewed.mean[0, :, 13] > 69).all()
    assert (plain.mean[0, :, 13] < renewed.mean[0, :, 13]).all()
    np.testing.assert_array_equal(plain.mean[0, :, :8], renewed.mean[0, :, :8])


def test_after_a_signal_the_level_starts_close_to_the_months_of_the_signal() -> None:
    scores = np.tile(np.linspace(40.0, 80.0, 11)[:, None], (1, 14))
    scores[5, 8:] = 35
    result = run_cusum(panel_of(scores), [team_threshold(5, 3)])
    at = int(np.flatnonzero(result.signal[0, 5])[0])

    level = result.mean[0, 5, at + 3]  # after two months in which it only learns

    assert 35 < level < 41
    assert not result.signal[0, 5, at + 1 :].any()


def test_a_signal_in_one_series_leaves_the_others_alone() -> None:
    panel = town()
    frozen = np.zeros((1, 12, 24), np.int8)
    frozen[0, 3, 9] = UP
    without = run_cusum(panel, [2.0], np.zeros((1, 12, 24), np.int8))
    with_signal = run_cusum(panel, [2.0], frozen)
    np.testing.assert_array_equal(np.delete(with_signal.down, 3, 1), np.delete(without.down, 3, 1))


def test_a_lasting_fall_gives_a_signal_with_its_onset() -> None:
    scores = np.full((10, 12), 60.0)
    scores[0, 8:] = 35
    result = run_cusum(panel_of(scores), [team_threshold(5, 3)])
    at = int(np.flatnonzero(result.signal[0, 0])[0])
    assert result.signal[0, 0, at] == DOWN
    assert 8 <= at <= 10
    assert result.onset[0, 0, at] == 8
    assert (result.signal[0, 1:] == NONE).all()


def test_a_fall_drags_the_level_along_less_than_its_months_would() -> None:
    scores = np.full((10, 16), 60.0)
    scores[0, 12:] = 52
    result = run_cusum(panel_of(scores), [30.0])
    rising = run_cusum(panel_of(120 - scores), [30.0])

    assert 58.6 < result.mean[0, 0, 15] < 59.4  # 58.4 if months counted in full, 60 if not at all
    assert rising.mean[0, 0, 15] == pytest.approx(120 - result.mean[0, 0, 15], abs=0.5)


def test_once_the_sum_is_back_at_zero_the_months_count_in_full() -> None:
    scores = np.full((10, 20), 60.0)
    scores[0, 12:14] = 52
    scores[0, 14:18] = 61
    result = run_cusum(panel_of(scores), [30.0])

    assert result.down[0, 0, 13] > 0
    assert result.down[0, 0, 17] == 0
    assert result.mean[0, 0, 18] == pytest.approx(scores[0, :18].mean(), abs=0.2)


def test_two_months_alone_never_give_a_signal() -> None:
    scores = np.full((12, 2), 60.0)
    scores[0] = (90, 10)
    assert (run_cusum(panel_of(scores, 50), [0.1]).signal == NONE).all()


def test_with_more_people_the_same_fall_is_noticed_sooner() -> None:
    scores = np.full((10, 16), 60.0)
    scores[:, 8:] = 54
    small, large = (run_cusum(panel_of(scores, n), [30.0]).down[0, 0, 11] for n in (6, 60))
    assert large > small + 1


def test_control_limits_hold_most_months_where_nothing_changes() -> None:
    simulated = teams(World(months=24), 2, np.random.default_rng(3))
    low, high = run_cusum(simulated.panel, [3.0]).control_limits
    within = (low[0] <= simulated.scores) & (simulated.scores <= high[0])
    assert np.mean(within[~np.isnan(low[0])]) == pytest.approx(0.95, abs=0.015)


def test_how_people_differ_follows_the_level_and_starts_afresh_at_a_break() -> None:
    scores = np.array([[50.0] * 8, [85.0] * 8])
    panel = panel_of(scores)
    panel.breaks[1, 5] = True
    within = run_cusum(panel, [9.0]).within_variance
    usual = (2500 + 85 * 15) / 2
    assert within[:, 0] == pytest.approx([WITHIN, WITHIN])
    assert within[0, 1:] == pytest.approx(WITHIN * 2500 / usual)
    assert within[1, 1:5] == pytest.approx(WITHIN * 85 * 15 / usual)
    assert within[1, 5:] == pytest.approx([WITHIN, *[WITHIN * 85 * 15 / usual] * 2])


def test_control_limits_are_95_per_cent_limits_within_the_scale() -> None:
    scores = np.repeat([[93.0], [7.0], [50.0]], 6, axis=1)
    result = run_cusum(panel_of(scores), [9.0])
    low, high = result.control_limits
    mean, width = result.mean[0, :, 5], 1.959964 * result.std_error[0, :, 5]
    assert mean[0] + width[0] > 100
    assert mean[1] - width[1] < 0
    assert low[0, :, 5] == pytest.approx([mean[0] - width[0], 0, mean[2] - width[2]])
    assert high[0, :, 5] == pytest.approx([100, mean[1] + width[1], mean[2] + width[2]])
