"""The drawing of a series: real time across, gaps where a month is suppressed or missing."""

from __future__ import annotations

import pytest

from monitor.climate.results import Figure
from monitor.climate.trend_geometry import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, trend


def figure(period: str, value: int | None, *notes: str) -> Figure:
    around = (None, None) if value is None else (value - 5, value + 5)
    return Figure(period, "wmo", "theme", "respect", value, *around, notes=frozenset(notes))


def test_one_month_is_no_drawing() -> None:
    assert trend([]) is None
    assert trend([figure("2026-01", 50), figure("2026-02", None)]) is None


def test_points_span_the_width_and_the_scale() -> None:
    drawn = trend([figure("2026-01", 10), figure("2026-02", 90)])
    assert drawn is not None
    (piece,) = drawn.pieces

    height = HEIGHT - TOP - BOTTOM
    assert piece.dots == ((LEFT, TOP + 0.9 * height), (WIDTH - RIGHT, TOP + 0.1 * height))
    assert (drawn.first, drawn.last) == ("2026-01", "2026-02")


def test_time_is_real_across_a_year_and_missing_months() -> None:
    drawn = trend([figure("2025-12", 50), figure("2026-01", 50), figure("2026-04", 50)])
    assert drawn is not None
    across = [x for piece in drawn.pieces for x, _ in piece.dots]

    assert len(drawn.pieces) == 2
    assert across[2] - across[1] == 3 * (across[1] - across[0])


def test_a_suppressed_month_and_a_break_end_the_line() -> None:
    series = [
        figure("2026-01", 50),
        figure("2026-02", 52),
        figure("2026-03", None, "withheld"),
        figure("2026-04", 51),
        figure("2026-05", 53, "break"),
    ]
    drawn = trend(series)
    assert drawn is not None

    assert [len(piece.dots) for piece in drawn.pieces] == [2, 1, 1]
    assert len(drawn.breaks) == 1
    assert drawn.pieces[1].dots[0][0] < drawn.breaks[0] < drawn.pieces[2].dots[0][0]


def test_the_interval_goes_through_the_dot() -> None:
    drawn = trend([figure("2026-01", 50), figure("2026-02", 60)])
    assert drawn is not None
    (piece,) = drawn.pieces

    for (x, y), (across, top, bottom) in zip(piece.dots, piece.intervals, strict=True):
        assert across == x
        assert top < y < bottom


def limits(period: str) -> Figure:
    return Figure(period, "wmo", "chance", "respect", 20, 40, 60)


def test_the_control_limits_lie_behind_the_months_that_have_them() -> None:
    series = [figure(f"2026-0{month}", 50) for month in (1, 2, 3, 4)]
    drawn = trend(series, [limits("2026-02"), limits("2026-03"), limits("2026-04")])
    assert drawn is not None
    (band,) = drawn.control_limits
    corners = [tuple(map(float, pair.split(","))) for pair in band.split()]

    across = [x for x, _ in drawn.pieces[0].dots]
    assert [x for x, _ in corners] == [*across[1:], *reversed(across[1:])]
    assert drawn.pieces[0].dots[0][1] not in {y for _, y in corners}


def test_the_band_over_a_single_month_is_as_wide_as_that_month() -> None:
    """Without a width it was a dotted line: the mark of a team that changed."""
    drawn = trend([figure(f"2026-0{month}", 50) for month in (1, 2, 3)], [limits("2026-02")])
    assert drawn is not None
    (band,) = drawn.control_limits
    across = [float(pair.split(",")[0]) for pair in band.split()]
    first, _, last = (x for x, _ in drawn.pieces[0].dots)

    assert max(across) - min(across) == pytest.approx((last - first) / 2, abs=0.2)


def test_a_signal_and_a_suppressed_month_have_marks_of_their_own() -> None:
    series = [
        figure("2026-01", 70),
        figure("2026-02", None, "withheld"),
        figure("2026-03", 40, "down"),
    ]
    drawn = trend(series)
    assert drawn is not None
    first, last = (dot for piece in drawn.pieces for dot in piece.dots)

    assert drawn.signals == (last,)
    assert len(drawn.suppressed) == 1
    assert first[0] < drawn.suppressed[0] < last[0]


def test_the_grid_has_a_line_at_every_quarter_of_the_scale() -> None:
    drawn = trend([figure("2026-01", 10), figure("2026-02", 90)])
    assert drawn is not None

    height = HEIGHT - TOP - BOTTOM
    assert [points for points, _ in drawn.grid] == [0, 25, 50, 75, 100]
    assert drawn.grid[0][1] == TOP + height
    assert drawn.grid[-1][1] == TOP
