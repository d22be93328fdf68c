"""The drawing of a series: real time across, gaps where there is nothing to tell."""

from __future__ import annotations

from monitor.climate.results import Figure
from monitor.staff.trend import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, trend


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


def test_a_withheld_month_and_a_break_end_the_line() -> None:
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


def test_the_band_goes_around_the_line() -> None:
    drawn = trend([figure("2026-01", 50), figure("2026-02", 50)])
    assert drawn is not None
    heights = [float(pair.split(",")[1]) for pair in drawn.pieces[0].band.split()]
    line = drawn.pieces[0].dots[0][1]

    assert all(height < line for height in heights[:2])
    assert all(height > line for height in heights[2:])
