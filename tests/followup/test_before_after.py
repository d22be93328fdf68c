"""Before and after: published numbers, a slow reference, and what must make no difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import erf, exp, pi, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.followup.before_after import (
    WINDOWS,
    Difference,
    Level,
    ScoredMonth,
    SignalBefore,
    Word,
    combined,
    difference,
    level_after,
    level_before,
    months_before,
    weighted_mean,
)
from monitor.followup.others import change_of_others
from monitor.followup.sensitivity import sensitivity, typical_variance
from monitor.pulse import periods
from tests.followup.reference import slow_estimate

MONTH_VARIANCE, WITHIN_VARIANCE = 9.0, 400.0
FIRST = "2025-01"
Cell = tuple[float | None, int]


@dataclass(frozen=True)
class Oracle:
    """A worked example: scores and people before and after the month of the start."""

    before: Sequence[Cell]
    after: Sequence[Cell]
    level: float | None
    """The level before the change; None for a planned action."""
    run: int
    """How many months the change took up to its signal."""
    expected: dict[str, float]


E1 = Oracle(
    [(50, 8), (54, 9)],
    [(57, 8), (60, 8), (55, 9), (58, 10)],
    62,
    2,
    {
        "before": 55.0988,
        "before_variance": 25,
        "after": 57.4634,
        "after_variance": 13.6953,
        "difference": 2.3645,
        "low": -9.828,
        "high": 14.557,
        "cautious": 0.9281,
        "cautious_low": -6.710,
        "cautious_high": 8.566,
        "visible": 12.192,
        "reliable": 17.4275,
    },
)
E2 = Oracle(
    [(50, 8), (54, 9), (53, 9)],
    E1.after,
    62,
    2,
    {
        "before": 54.4299,
        "before_variance": 17.0326,
        "difference": 3.0334,
        "low": -7.831,
        "high": 13.898,
        "cautious": 1.3608,
        "cautious_low": -5.916,
        "cautious_high": 8.638,
        "visible": 10.8643,
    },
)
E3 = Oracle(
    [(45, 8), (47, 8)],
    [(60, 8), (62, 8), (61, 8)],
    70,
    2,
    {
        "before": 49,
        "before_variance": 70.56,
        "difference": 12,
        "low": -6.617,
        "high": 30.617,
        "cautious": 2.6036,
        "cautious_low": -6.068,
        "cautious_high": 11.275,
    },
)
E4 = Oracle(
    [(57, 5)],
    [(58, 5)],
    58,
    1,
    {
        "before": 58,
        "difference": 0,
        "low": -20.927,
        "high": 20.927,
        "cautious": 0,
        "cautious_low": -8.875,
        "cautious_high": 8.875,
    },
)
E5 = Oracle(
    [(60, 8), (64, 8), (58, 8), (61, 8), (63, 8), (57, 8)],
    [(66, 8), (63, 8), (67, 8)],
    None,
    0,
    {
        "before": 60.5,
        "before_variance": 9.8333,
        "after": 65.3333,
        "after_variance": 19.6667,
        "difference": 4.8333,
        "low": -5.812,
        "high": 15.479,
        "cautious": 2.2171,
        "cautious_low": -4.993,
        "cautious_high": 9.427,
        "visible": 10.6455,
    },
)


def series(cells: Sequence[Cell], first: str = FIRST) -> list[ScoredMonth]:
    """Months in a row from `first` on."""
    return [
        ScoredMonth(periods.shifted(first, at), score, MONTH_VARIANCE + WITHIN_VARIANCE / people)
        for at, (score, people) in enumerate(cells)
    ]


def months_of(oracle: Oracle) -> tuple[list[ScoredMonth], str, SignalBefore | None]:
    """The series of an example with a month of the start in the middle, that start, the signal."""
    months = series([*oracle.before, (99, 50), *oracle.after])
    start = periods.shifted(FIRST, len(oracle.before))
    if oracle.level is None:
        return months, start, None
    last = periods.shifted(FIRST, oracle.run - 1)
    return months, start, SignalBefore(last, FIRST, oracle.level)


def figures(
    months: Sequence[ScoredMonth], start: str, signal: SignalBefore | None, window: int
) -> dict[str, float]:
    """Everything the rules say of a series."""
    before, after = level_before(months, start, signal), level_after(months, start, window)
    assert before is not None
    assert after is not None
    measured = difference(before, after.level)
    count = len(after.months)
    seen = sensitivity(before, after.level.variance * count, count)
    return {
        "before": before.mean,
        "before_variance": before.variance,
        "after": after.level.mean,
        "after_variance": after.level.variance,
        "difference": measured.points,
        "low": measured.interval.low,
        "high": measured.interval.high,
        "cautious": measured.cautious.mean,
        "cautious_low": measured.cautious.low,
        "cautious_high": measured.cautious.high,
        "visible": seen.visible,
        "reliable": seen.reliable,
    }


@pytest.mark.parametrize("oracle", [E1, E2, E3, E4, E5])
def test_worked_examples_come_out(oracle: Oracle) -> None:
    computed = figures(*months_of(oracle), window=6)
    for name, value in oracle.expected.items():
        assert computed[name] == pytest.approx(value, abs=6e-4), name


@pytest.mark.slow
@given(data=st.data())
def test_the_slow_reference_agrees(data: st.DataObject) -> None:
    cell = st.tuples(st.one_of(st.none(), st.integers(10, 90)), st.integers(5, 50))
    run = data.draw(st.integers(1, 4))
    before = data.draw(st.lists(cell, min_size=run, max_size=16))
    after = data.draw(st.lists(cell, max_size=16))
    level = data.draw(st.one_of(st.none(), st.floats(10, 90)))
    window = data.draw(st.sampled_from((3, 6, 12)))
    oracle = Oracle(before, after, level, run, {})
    months, start, signal = months_of(oracle)
    slow = slow_estimate(before, after, level, run, window, MONTH_VARIANCE, WITHIN_VARIANCE)
    fast_before, fast_after = (
        level_before(months, start, signal),
        level_after(months, start, window),
    )
    if slow is None:
        assert fast_before is None or fast_after is None
        return
    computed = figures(months, start, signal, window)
    for name, value in slow.items():
        assert computed[name] == pytest.approx(value), name


@pytest.mark.parametrize("oracle", [E1, E2, E3, E4, E5])
@pytest.mark.parametrize("shift", [-7.0, 3.0, 20.0])
def test_a_shift_of_everything_leaves_the_difference(oracle: Oracle, shift: float) -> None:
    months, start, signal = months_of(oracle)
    moved = [
        ScoredMonth(m.period, None if m.score is None else m.score + shift, m.variance)
        for m in months
    ]
    moved_signal = signal and SignalBefore(signal.period, signal.since, signal.level + shift)
    here, there = figures(months, start, signal, 6), figures(moved, start, moved_signal, 6)
    levels = {"before", "after"}
    for name, value in here.items():
        assert there[name] == pytest.approx(value + shift if name in levels else value), name


@pytest.mark.parametrize("oracle", [E1, E2, E3, E4, E5])
def test_turned_upside_down_the_difference_is_the_opposite(oracle: Oracle) -> None:
    months, start, signal = months_of(oracle)
    turned = [ScoredMonth(m.period, 100 - (m.score or 0), m.variance) for m in months]
    turned_signal = signal and SignalBefore(signal.period, signal.since, 100 - signal.level)
    here, there = figures(months, start, signal, 6), figures(turned, start, turned_signal, 6)
    assert there["difference"] == pytest.approx(-here["difference"])
    assert there["cautious_high"] == pytest.approx(-here["cautious_low"])


def test_the_order_of_the_months_within_each_span_makes_no_difference() -> None:
    here = figures(*months_of(E5), window=6)
    other = Oracle(E5.before[::-1], E5.after[::-1], None, 0, {})
    assert figures(*months_of(other), window=6) == pytest.approx(here)


def test_the_month_of_the_start_is_not_counted() -> None:
    months, start, signal = months_of(E1)
    without = [month for month in months if month.period != start]
    assert figures(months, start, signal, 6) == figures(without, start, signal, 6)


def test_withheld_months_are_skipped_and_the_window_goes_on() -> None:
    months = series([(60, 8)] * 4 + [(60, 8), (70, 8), (None, 5), (70, 8), (70, 8), (10, 8)])
    after = level_after(months, "2025-05", 3)
    assert after is not None
    assert after.months == ("2025-06", "2025-08", "2025-09")
    assert after.is_complete
    assert after.level.mean == pytest.approx(70)


@pytest.mark.parametrize("side", [1, -1])
def test_a_change_whose_later_months_lie_beyond_the_earlier_goes_back_less_and_is_less_certain(
    side: int,
) -> None:
    signal = SignalBefore("2025-03", FIRST, 50 + 20 * side)

    def level(*from_the_middle: int) -> Level:
        months = series([(50 + side * points, 8) for points in from_the_middle])
        settled = level_before(months, "2025-04", signal)
        assert settled is not None
        return settled

    even, back_up, sinking = level(3, 3, 3), level(-3, 3, 9), level(15, 0, -6)
    assert back_up == even
    assert (even.mean, even.variance) == pytest.approx((50 + 11 * side, (0.4 * 17) ** 2))
    drift = (15 - -3) / sqrt(59 + 59 / 2)
    assert drift > 15 / 2 / sqrt(59 + 59 / 2)
    assert sinking.mean == pytest.approx(50 + side * (3 + 8 - 4 * drift))
    assert sinking.variance == pytest.approx(even.variance * drift**2)


def test_a_level_goes_back_no_further_than_the_one_before_the_change() -> None:
    signal = SignalBefore("2025-03", FIRST, 55)
    level = level_before(series([(50, 8)] * 3), "2025-04", signal)
    assert level is not None
    assert (level.mean, level.variance) == pytest.approx((55, 9))


def test_of_two_months_no_pattern_is_seen_but_their_distance_is() -> None:
    signal = SignalBefore("2025-02", FIRST, 60)
    rising, sinking = (
        level_before(series([(x, 8), (y, 8)]), "2025-03", signal) for x, y in ((40, 56), (56, 40))
    )
    assert rising is not None
    assert sinking is not None
    assert rising.mean == pytest.approx(sinking.mean) == pytest.approx(51)
    assert rising.variance == pytest.approx(25)
    assert sinking.variance == pytest.approx(25 * 16**2 / (2 * 59))


def test_a_break_mark_ends_the_window() -> None:
    months = series([(60, 8)] * 9)
    months[7] = ScoredMonth("2025-08", 90, 50, is_break=True)
    after = level_after(months, "2025-04", 6)
    assert after is not None
    assert (after.months, after.is_complete, after.broken) == (
        ("2025-05", "2025-06", "2025-07"),
        False,
        True,
    )
    in_wash_out = [*months[:3], ScoredMonth("2025-04", 60, 50, is_break=True), *months[4:]]
    assert level_after(in_wash_out, "2025-04", 6) is None


def test_a_break_mark_after_a_full_window_is_nothing_to_it() -> None:
    months = series([(60, 8)] * 9)
    months[7] = ScoredMonth("2025-08", 90, 50, is_break=True)
    after = level_after(months, "2025-04", 3)
    assert after is not None
    assert (after.is_complete, after.broken) == (True, False)


def test_months_before_a_break_mark_say_nothing_of_the_level_before() -> None:
    months = series([(30, 8)] * 3 + [(60, 8)] * 3)
    months[3] = ScoredMonth("2025-04", 60, 59, is_break=True)
    signal = SignalBefore("2025-03", "2025-02", 50)
    planned = level_before(months, "2025-07", None)
    assert planned is not None
    assert planned.mean == pytest.approx(60)
    assert level_before(months, "2025-07", signal) == planned
    assert level_before(months, "2025-06", signal) is None
    assert months_before(months, "2025-07", signal) == ("2025-04", "2025-05", "2025-06")


def test_a_signal_in_the_last_month_before_the_start_counts_and_one_before_a_break_does_not() -> (
    None
):
    long = series([(60, 8)] * 15)
    last, earlier = long[-1].period, long[5].period
    signal = SignalBefore(last, long[-2].period, 60)
    assert months_before(long, "2026-04", signal) == (long[-2].period, last)
    broken = [replace(m, is_break=m.period == long[1].period) for m in long]
    of_another_group = SignalBefore(long[0].period, long[0].period, 60)
    assert len(months_before(broken, "2026-04", of_another_group)) == 12
    assert months_before(broken, "2026-04", SignalBefore(earlier, earlier, 60))[0] == earlier


def test_before_a_planned_action_three_months_are_needed_and_twelve_are_enough() -> None:
    assert level_before(series([(60, 8)] * 2), "2025-03", None) is None
    long = series([(10, 8)] * 3 + [(60, 8)] * 12)
    level = level_before(long, "2026-04", None)
    assert level is not None
    assert level.mean == pytest.approx(60)
    assert len(months_before(long, "2026-04", None)) == 12


def test_the_word_is_that_of_the_measured_interval() -> None:
    assert Difference(10, 25).word is Word.HIGHER
    assert Difference(-10, 25).word is Word.LOWER
    assert Difference(9.7, 25).word is Word.CHANCE


@given(points=st.floats(-50, 50), variance=st.floats(1, 500))
def test_the_cautious_estimate_is_never_larger_and_never_wider(
    points: float, variance: float
) -> None:
    difference = Difference(points, variance)
    assert abs(difference.cautious.mean) <= abs(points)
    assert (
        difference.cautious.high - difference.cautious.low
        < difference.interval.high - difference.interval.low
    )


def test_what_could_be_seen_is_told_before_the_start() -> None:
    months, start, signal = months_of(E1)
    before, typical = level_before(months, start, signal), typical_variance(months, start)
    assert before is not None
    assert typical is not None
    seen = sensitivity(before, typical, 6)
    assert seen.visible < sensitivity(before, typical, 3).visible
    assert seen.chance_of_seeing(seen.reliable) == pytest.approx(0.8)
    assert seen.chance_of_seeing(0) == pytest.approx(0.025, abs=1e-3)
    assert typical_variance(months, FIRST) is None


def test_others_count_from_eight_on() -> None:
    before, after = ["2025-01", "2025-02"], ["2025-04", "2025-05"]
    complete = series([(60, 8), (60, 8), (10, 8), (55, 8), (55, 8)])
    other = series([(60, 8), (None, 8), (10, 8), (57, 8), (None, 8)])
    assert change_of_others([complete] * 4 + [other] * 3, before, after) is None
    change = change_of_others([complete] * 4 + [other] * 4, before, after)
    assert change is not None
    assert change.mean == pytest.approx(-4)
    assert change.variance == pytest.approx(8 / 7 / 8)
    assert Difference(3, 10).less(change) == Difference(7, 10 + change.variance)


def test_others_with_a_break_mark_or_without_a_score_do_not_count() -> None:
    before, after = ["2025-01"], ["2025-03"]
    complete = series([(60, 8), (60, 8), (55, 8)])
    broken = [complete[0], ScoredMonth("2025-02", 60, 59, is_break=True), complete[2]]
    silent = series([(60, 8), (60, 8), (None, 8)])
    assert change_of_others([complete] * 7 + [broken, silent], before, after) is None
    outside = [
        replace(complete[0], is_break=True),  # what came before it is not counted anyway
        *complete[1:],
        ScoredMonth("2025-04", 60, 59, is_break=True),
    ]
    assert change_of_others([complete] * 7 + [outside], before, after) is not None
    assert change_of_others([complete] * 8, [], after) is None


def test_combining_levels_is_their_precision_weighted_mean() -> None:
    months = series([(60, 8), (50, 16)])
    levels = [Level(m.score or 0, m.variance) for m in months]
    assert combined(levels).mean == pytest.approx(weighted_mean(months).mean)
    assert combined(levels).variance == pytest.approx(weighted_mean(months).variance)


def regression_to_the_mean(within: float, between: float, z: float) -> float:
    """How much the mean of those picked below a cut-off lies nearer to the overall mean when they
    are measured again (A. G. Barnett, J. C. van der Pols and A. J. Dobson, Int. J. Epidemiology 34
    (2005), 215-220, equation 1); `z` is the cut-off in total standard deviations."""
    density = exp(-z * z / 2) / sqrt(2 * pi)
    beyond = (1 - erf(z / sqrt(2))) / 2
    return within**2 / sqrt(within**2 + between**2) * density / beyond


@pytest.mark.parametrize(("correlation", "expected"), [(0, 26.972), (0.5, 13.486), (0.9, 2.697)])
def test_regression_to_the_mean_is_as_published(correlation: float, expected: float) -> None:
    within, between = 15 * sqrt(1 - correlation), 15 * sqrt(correlation)
    assert regression_to_the_mean(within, between, (60 - 40) / 15) == pytest.approx(
        expected, abs=6e-4
    )


def test_a_team_picked_for_a_low_month_rises_nine_points_by_itself() -> None:
    total = sqrt(6.7**2 + 5**2)
    assert regression_to_the_mean(6.7, 5, 10 / total) == pytest.approx(9.0446, abs=5e-4)


def test_a_score_of_nothing_counts_as_nothing() -> None:
    assert weighted_mean(series([(0, 8), (10, 8)])).mean == pytest.approx(5)


def test_the_usual_variance_is_the_harmonic_mean_of_the_months_before() -> None:
    months = [ScoredMonth(f"2025-0{at}", 50, variance) for at, variance in ((1, 20), (2, 80))]
    assert typical_variance(months, "2025-03") == pytest.approx(32)


def test_a_difference_is_taken_over_a_quarter_half_a_year_or_a_year() -> None:
    assert WINDOWS == (3, 6, 12)
