"""The drawing on the team page: actions, the months of a change, and the axis."""

from __future__ import annotations

from monitor.climate.figures import Figure
from monitor.climate.verdicts import TrendVerdict
from monitor.pulse import periods
from monitor.web.results.chart import FRAME, Chart, chart

FIRST = "2025-01"
MONTHS = [periods.shifted(FIRST, number) for number in range(12)]
STABLE = TrendVerdict("stable", 20, "", None, None, "team")
LOWER = TrendVerdict("down", 20, "", "2025-08", "2025-10", "team")


def drawn(change: TrendVerdict = STABLE, starts: tuple[tuple[int, str], ...] = ()) -> Chart:
    series = [Figure(p, "oost", "theme", "respect", 60, 55, 65) for p in MONTHS]
    made = chart(series, (), change, starts)
    assert made is not None
    return made


def test_one_month_is_no_drawing() -> None:
    assert chart([Figure(FIRST, "oost", "theme", "respect", 60, 55, 65)], (), STABLE) is None


def test_a_flag_stands_in_its_month_and_that_month_is_light() -> None:
    (flag,) = drawn(starts=((3, "2025-06"),)).flags
    middle = flag.left + flag.width / 2

    assert flag.number == 3
    assert abs(flag.x - middle) < 0.2
    assert abs(flag.width - (FRAME.width - FRAME.left - FRAME.right) / 11) < 0.2


def test_an_action_before_or_after_the_drawing_has_no_flag() -> None:
    assert drawn(starts=((1, "2024-12"), (2, "2026-01"))).flags == ()


def test_flags_of_neighbouring_months_step_down() -> None:
    starts = tuple((number, period) for number, period in enumerate(MONTHS[-2:], 1))

    assert [flag.step for flag in drawn(starts=((1, FIRST), (2, "2025-09"))).flags] == [0, 0]
    close = [Figure(periods.shifted(FIRST, n), "oost", "theme", "r", 60, 55, 65) for n in range(24)]
    made = chart(close, (), STABLE, starts)
    assert made is not None
    assert [flag.step for flag in made.flags] == [0, 1]


def test_a_change_is_shaded_from_its_beginning_to_its_signal_and_no_further() -> None:
    span = drawn(LOWER).span
    assert span is not None
    month = (FRAME.width - FRAME.left - FRAME.right) / 11

    assert span.kind == "low"
    assert abs(span.width - 3 * month) < 0.2
    assert drawn(STABLE).span is None


def test_the_axis_names_january_with_its_year_and_july() -> None:
    assert [(tick.period, tick.year) for tick in drawn().ticks] == [
        ("2025-01", "2025"),
        ("2025-07", ""),
    ]
