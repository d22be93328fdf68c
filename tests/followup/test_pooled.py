"""What helps, pooled over actions of one kind."""

from __future__ import annotations

import random

import pytest

from monitor.followup.before_after import Difference
from monitor.followup.pooled import PooledFigure, TeamDifference, pooled_figure, pooled_mean

VARIANCES = (25, 36, 30, 28, 25, 40, 32, 27)


def differences(*points: float) -> list[Difference]:
    """Differences with the variances of the worked examples."""
    return [Difference(d, v) for d, v in zip(points, VARIANCES, strict=True)]


def test_alike_differences_have_no_variance_between_them() -> None:
    pooled = pooled_mean(differences(4, -2, 9, 1, 6, -5, 3, 8))
    assert pooled.heterogeneity == pytest.approx(4.8959, abs=5e-5)
    assert pooled.between == 0
    assert pooled.interval.mean == pytest.approx(3.4993, abs=5e-5)
    assert pooled.interval.low == pytest.approx(-0.2719, abs=5e-5)
    assert pooled.interval.high == pytest.approx(7.2705, abs=5e-5)


def test_unlike_differences_make_the_interval_wider() -> None:
    pooled = pooled_mean(differences(14, -8, 19, 1, 6, -15, 3, 8))
    assert pooled.heterogeneity == pytest.approx(25.5084, abs=5e-5)
    assert pooled.between == pytest.approx(78.5701, abs=5e-5)
    assert pooled.interval.mean == pytest.approx(3.8605, abs=5e-5)
    assert pooled.interval.low == pytest.approx(-3.3648, abs=1e-4)
    assert pooled.interval.high == pytest.approx(11.0859, abs=1e-4)


def test_the_order_of_the_actions_makes_no_difference_to_the_mean() -> None:
    some = differences(14, -8, 19, 1, 6, -15, 3, 8)
    mixed = random.Random(1).sample(some, len(some))
    assert pooled_mean(mixed).interval.mean == pytest.approx(pooled_mean(some).interval.mean)


def test_a_shift_of_all_differences_shifts_the_mean() -> None:
    here, there = (
        pooled_mean(differences(*(d + by for d in (14, -8, 19, 1, 6, -15, 3, 8)))) for by in (0, 5)
    )
    assert there.interval.mean == pytest.approx(here.interval.mean + 5)
    assert there.between == pytest.approx(here.between)


def actions(count: int, teams: int, points: float = 5) -> list[TeamDifference]:
    """Actions of teams in turn, the later ones with a larger difference."""
    return [
        TeamDifference(f"team-{at % teams}", Difference(points + at / 2, 25)) for at in range(count)
    ]


def test_nothing_is_said_below_eight_teams() -> None:
    assert pooled_figure(actions(7, 7)) is None
    assert pooled_figure(actions(20, 7)) is None
    assert pooled_figure(actions(8, 8)) is not None


def test_nothing_is_said_to_whoever_sees_the_differences_of_nearly_all_teams() -> None:
    """Who leads seven of eight teams takes their differences out, and has that of the eighth."""
    eight = actions(8, 8)
    teams = sorted(action.unit for action in eight)
    told = [count for count in range(9) if pooled_figure(eight, frozenset(teams[:count]))]
    assert told == [0, 1, 2, 3, 4, 8]


def test_the_figure_is_renewed_per_four_new_actions() -> None:
    figures = [pooled_figure(actions(count, 8)) for count in range(8, 17)]
    assert figures[0] == figures[1] == figures[2] == figures[3]
    assert figures[3] != figures[4]
    assert [f.actions for f in figures if f] == [8, 8, 8, 8, 12, 12, 12, 12, 16]


def test_points_are_whole_and_the_interval_a_point_wider_on_both_sides() -> None:
    figure = pooled_figure(actions(8, 8, points=-1.75))
    assert figure is not None
    assert (figure.points, figure.low, figure.high) == (0, -5, 5)
    assert figure.perhaps_nothing
    certain = pooled_figure(actions(8, 8, points=20))
    assert certain is not None
    assert not certain.perhaps_nothing


@pytest.mark.parametrize(
    ("low", "high", "perhaps"), [(0, 6, True), (-6, 0, True), (1, 6, False), (-6, -1, False)]
)
def test_an_interval_that_ends_at_nothing_leaves_room_for_it(
    low: int, high: int, perhaps: bool
) -> None:
    assert PooledFigure((low + high) // 2, low, high, 8).perhaps_nothing is perhaps
