"""What months differ by themselves, against values worked out by hand and a slow reference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from monitor.climate.noise import LevelVariance, MonthVariance
from tests.climate.reference import Series, month_noise, sampling_of

PAIRS = 200


def learned(by_month: Sequence[float], pairs: int = PAIRS) -> float:
    """sb² after months in which each of so many pairs has this excess."""
    variance = MonthVariance(np.zeros(pairs, np.int64))
    shown = np.ones(pairs, np.bool_)
    for excess in by_month:
        variance.add(np.full(pairs, 10.0), np.full(pairs, 100 - 2 * excess), shown)
    return float(variance.now()[0])


@pytest.mark.parametrize(
    ("by_month", "expected"),
    [
        ([9.0] * 9 + [59.0] * 3, 9.0),  # 21.245 if nothing were left out
        ([9.0, 59.0], 31.222),
        (range(1, 13), 6.551),
        ([-4.0], 0.0),
        ([-4.0] * 12, 0.0),
        ([], 9.0),
    ],
)
def test_the_variance_of_months_is_a_trimmed_mean(
    by_month: Sequence[float], expected: float
) -> None:
    assert learned(by_month) == pytest.approx(expected, abs=0.0005)


@pytest.mark.parametrize(
    ("months", "kept"),
    [(1, [0]), (2, [0, 1]), (3, [1]), (4, [1, 2]), (6, [2, 3]), (8, [3, 4]), (9, [3, 4, 5]),
     (10, [3, 4, 5, 6])],
)  # fmt: skip
def test_three_months_at_each_end_are_left_out_and_one_or_two_always_stay(
    months: int, kept: list[int]
) -> None:
    by_month = [float(2**at) for at in range(months)]
    pairs = PAIRS * months
    mean = sum(by_month[at] for at in kept) / len(kept)
    assert learned(by_month) == pytest.approx((450 + pairs * mean) / (50 + pairs))


def test_the_order_of_months_does_not_matter() -> None:
    by_month = [12.0, -3.0, 40.0, 7.0, 7.5, 90.0, 1.0, 9.0, 8.0, 30.0]
    assert learned(by_month) == pytest.approx(learned(sorted(by_month)))
    assert learned(by_month) == pytest.approx(learned(by_month[::-1]))


@pytest.mark.parametrize("wild", [0, 1, 2, 3])
def test_three_wild_months_do_not_matter_however_wild(wild: int) -> None:
    calm = [float(value) for value in range(5, 17)]
    with_wild = calm[: 12 - wild] + [1e6] * wild
    assert learned(with_wild) == pytest.approx(learned(calm))


def test_pairs_of_a_month_count_alike_and_months_alike_however_many_pairs_they_have() -> None:
    variance = MonthVariance(np.zeros(4, np.int64))
    excess = np.array([10.0, 20.0, 30.0, 60.0])
    for shown in ([1, 1, 1, 1], [1, 0, 0, 0]):
        variance.add(np.zeros(4), -2 * excess, np.array(shown, np.bool_))
    assert variance.now() == pytest.approx([(450 + 5 * (30 + 10) / 2) / 55] * 4)


def test_a_month_without_pairs_is_no_month() -> None:
    variance = MonthVariance(np.array([0, 1]))
    for _ in range(4):
        variance.add(np.array([6.0, 99.0]), np.zeros(2), np.array([True, False]))
        variance.add(np.array([6.0, 99.0]), np.zeros(2), np.array([False, False]))
    assert variance.now() == pytest.approx([(450 + 4 * 18) / 54, 9.0])


def test_the_variance_of_months_equals_the_slow_reference() -> None:
    rng = np.random.default_rng(11)
    scores = np.rint(rng.normal(60, 8, (9, 22)))
    scores[:, 14:] -= 15
    scores[rng.random(scores.shape) < 0.2] = np.nan
    scores[:, 6] = np.nan
    people = rng.integers(5, 12, scores.shape)
    everything = tuple(
        Series([None if np.isnan(s) else float(s) for s in row], [int(n) for n in ns])
        for row, ns in zip(scores, people, strict=True)
    )
    variance, within = MonthVariance(np.zeros(9, np.int64)), 375.0
    sampling = np.array(
        [[sampling_of(everything, mine, within, at) for at in range(22)] for mine in everything]
    )
    for month in range(22):
        assert variance.now() == pytest.approx([month_noise(everything, within, month)] * 9)
        if month >= 3:
            difference = scores[:, month] - scores[:, month - 3]
            both = sampling[:, month] + sampling[:, month - 3]
            variance.add(np.nan_to_num(difference), both, ~np.isnan(difference))


@pytest.mark.parametrize("turned", [False, True])
def test_people_differ_less_near_an_end_of_the_scale(turned: bool) -> None:
    level, shown = LevelVariance(np.array([0, 0, 0, 1])), np.ones(4, np.bool_)
    for scores in ([50.0, 80.0, 20.0, 85.0], [50.0, 90.0, 40.0, 85.0]):
        level.add(100 - np.array(scores) if turned else np.array(scores), shown)
    usual = (2500 + 1600 + 1600 + 2500 + 900 + 2400) / 6
    products = (50 * 50, 85 * 15, 30 * 70)
    expected = [400 * product / usual for product in products] + [400]
    assert level.now(np.full(4, 400.0)) == pytest.approx(expected)


def test_how_people_differ_is_as_pooled_while_a_series_has_no_months() -> None:
    level, pooled = LevelVariance(np.zeros(2, np.int64)), np.array([400.0, 300.0])
    assert level.now(pooled) == pytest.approx(pooled)
    level.add(np.array([90.0, np.nan]), np.array([True, False]))
    assert level.now(pooled) == pytest.approx(pooled)
    level.add(np.array([90.0, 50.0]), np.array([True, True]))
    usual = (900 + 900 + 2500) / 3
    assert level.now(pooled) == pytest.approx([400 * 900 / usual, 300 * 2500 / usual])
    level.reset(np.array([True, False]))
    assert level.now(pooled) == pytest.approx([400, 300 * 2500 / usual])


def test_beyond_the_ends_of_what_is_released_people_differ_as_at_those_ends() -> None:
    level = LevelVariance(np.zeros(3, np.int64))
    level.add(np.array([100.0, 0.0, 50.0]), np.ones(3, np.bool_))
    usual = (900 + 900 + 2500) / 3
    expected = [400 * product / usual for product in (900, 900, 2500)]
    assert level.now(np.full(3, 400.0)) == pytest.approx(expected)
