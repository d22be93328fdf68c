"""A theme over the months."""

from __future__ import annotations

import pytest

from monitor.climate.results import Figure
from monitor.dashboard import charts
from tests.dashboard.charts.specification import (
    LINE,
    T,
    every_value,
    figure,
    layers,
    mark,
    months,
    rows,
    spec,
)


def test_a_withheld_month_breaks_the_line_and_leaves_a_hollow_mark_on_the_axis() -> None:
    specification = spec(charts.trend(months(60, 62, None, 64, 66), LINE, T, {}))

    [line] = layers(specification, "line")
    assert [row["score"] for row in line] == [60, 62, 64, 66]
    assert line[0]["run"] == line[1]["run"] != line[2]["run"] == line[3]["run"]
    released, withheld = layers(specification, "point")
    assert len(released) == 4
    assert [row["month"] for row in withheld] == ["2026-03-01"]
    assert withheld[0]["axis"] == 0
    hollow = next(la for la in specification["layer"] if la["mark"].get("filled") is False)
    assert hollow["encoding"]["y"]["field"] == "axis"


def test_each_month_has_its_interval_as_a_stroke() -> None:
    specification = spec(charts.trend(months(60, 62, None, 64), LINE, T, {}))

    [strokes] = layers(specification, "rule")
    assert [(row["low"], row["high"]) for row in strokes] == [(53, 67), (55, 69), (57, 71)]


def limits_in(period: str, low: int | None, high: int | None) -> Figure:
    """The control limits of a month; None while the series only learns."""
    return Figure(period, "noord", "chance", "respect", 20, low, high)


def test_the_control_limits_are_a_band_behind_the_line() -> None:
    limits = [
        limits_in("2026-01", None, None),
        limits_in("2026-02", 45, 70),
        limits_in("2026-04", 48, 68),
    ]

    specification = spec(charts.trend(months(60, 62, None, 64), LINE, T, {}, limits))

    assert mark(specification["layer"][0]) == "area"
    [band] = layers(specification, "area")
    assert [(row["month"], row["from"], row["to"]) for row in band] == [
        ("2026-02-01", 45, 70),
        ("2026-04-01", 48, 68),
    ]
    assert len({row["band"] for row in band}) == 1


def test_the_band_begins_anew_where_the_series_does() -> None:
    series = (*months(60, 61, 62), figure("2026-04", 63, "break"), figure("2026-05", 64))
    limits = [limits_in(f"2026-0{month}", 50, 70) for month in (1, 3, 4, 5)]

    [band] = layers(spec(charts.trend(series, LINE, T, {}, limits)), "area")

    first, second, third, fourth = (row["band"] for row in band)
    assert len({first, second, third}) == 3
    assert third == fourth


def test_the_band_has_nothing_about_a_withheld_month() -> None:
    specification = spec(
        charts.trend(months(60, None, 64), LINE, T, {}, [limits_in("2026-02", 41, 77)])
    )

    assert not {41, 77} & set(every_value(specification))


def test_a_change_of_the_group_interrupts_the_line_with_a_dashed_rule_and_its_words() -> None:
    series = (figure("2026-01", 60), figure("2026-02", 61, "break"), figure("2026-03", 62))

    specification = spec(charts.trend(series, LINE, T, {}))

    [line] = layers(specification, "line")
    assert line[0]["run"] != line[1]["run"] == line[2]["run"]
    dashed = [
        la for la in specification["layer"] if mark(la) == "rule" and "strokeDash" in la["mark"]
    ]
    assert [row["month"] for row in rows(dashed[0], specification)] == ["2026-02-01"]
    [words] = layers(specification, "text")
    assert [row["text"] for row in words] == [T("chart.break")]


def test_with_many_breaks_only_the_latest_carries_words() -> None:
    series = tuple(figure(f"2026-{month:02d}", 60, "break") for month in range(1, 9))

    [words] = layers(spec(charts.trend(series, LINE, T, {})), "text")

    assert [row["month"] for row in words] == ["2026-08-01"]


def test_the_month_of_a_signal_is_ringed_and_carries_its_word() -> None:
    specification = spec(charts.trend(months(70, 60, 50), LINE, T, {"2026-02": "down"}))

    [words] = layers(specification, "text")
    assert [(row["month"], row["caption"]) for row in words] == [
        ("2026-02-01", T("chart.signal.down"))
    ]
    rings = layers(specification, "point")[2]
    assert [row["month"] for row in rings] == ["2026-02-01"]


def test_without_a_signal_nothing_is_ringed() -> None:
    assert layers(spec(charts.trend(months(70, 60, 50), LINE, T, {})), "text") == []


def test_the_axis_is_real_time_with_months_in_the_readers_language() -> None:
    specification = spec(charts.trend(months(60, 61, 62), LINE, T, {}))

    x = specification["layer"][0]["encoding"]["x"]
    assert x["type"] == "temporal"
    assert x["scale"]["type"] == "utc"
    assert "'mrt'" in x["axis"]["labelExpr"]
    ends = x["scale"]["domain"]
    assert (ends[0]["month"], ends[1]["month"]) == (1, 3)


@pytest.mark.parametrize(("count", "most"), [(9, 9), (24, 9), (60, 11), (120, 11)])
def test_a_long_series_does_not_crowd_its_axis(count: int, most: int) -> None:
    series = [figure(f"{2016 + n // 12}-{n % 12 + 1:02d}", 60) for n in range(count)]

    specification = spec(charts.trend(series, LINE, T, {}))

    assert 1 <= len(specification["layer"][0]["encoding"]["x"]["axis"]["values"]) <= most


def test_one_month_alone_is_drawn() -> None:
    specification = spec(charts.trend(months(60), LINE, T, {}))

    assert len(layers(specification, "point")[0]) == 1
