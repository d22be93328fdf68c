"""One theme over the months."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.climate.results import Figure
from monitor.config.design import BY_NAME
from monitor.dashboard import charts
from monitor.dashboard.charts.sparkline import Span
from tests.dashboard.charts.specification import (
    FLAGS,
    T,
    every_value,
    figure,
    layers,
    mark,
    months,
    panel_of,
    rows,
    spec,
)


def drawn(*content: Any, **options: Any) -> dict[str, Any]:
    """The specification of a panel."""
    return spec(charts.panel(panel_of(*content), T, **options))


def words(specification: dict[str, Any]) -> list[str]:
    """The words on the chart, and the numbers."""
    return [
        str(row.get("words", row.get("score")))
        for text in layers(specification, "text")
        for row in text
    ]


@pytest.mark.slow
def test_a_withheld_month_breaks_the_line_and_leaves_a_hollow_mark_beneath_the_scale() -> None:
    specification = drawn(months(60, 62, None, 64, 66))

    [line] = layers(specification, "line")
    assert [row["score"] for row in line] == [60, 62, 64, 66]
    assert line[0]["run"] == line[1]["run"] != line[2]["run"] == line[3]["run"]
    released, withheld = layers(specification, "point")
    assert len(released) == 4
    assert [row["month"] for row in withheld] == ["2026-03-01"]
    [mark_beneath] = [
        each
        for each in specification["layer"]
        if each["encoding"].get("y", {}).get("value") and mark(each) == "point"
    ]
    assert mark_beneath["encoding"]["y"]["value"]["expr"] == "height + 11"


@pytest.mark.slow
def test_each_month_has_its_margin_as_a_stroke_unless_margins_are_left_out() -> None:
    [strokes] = layers(drawn(months(60, 62, None, 64)), "rule")

    assert [(row["low"], row["high"]) for row in strokes] == [(53, 67), (55, 69), (57, 71)]
    assert layers(drawn(months(60, 62, None, 64), margins=False), "rule") == []


def limits_in(period: str, low: int | None, high: int | None) -> Figure:
    """The control limits of a month; None while the series only learns."""
    return Figure(period, "noord", "chance", "respect", 20, low, high)


def test_the_control_limits_are_a_band_behind_the_line() -> None:
    limits = [limits_in("2026-01", None, None), limits_in("2026-02", 45, 70)]

    specification = drawn(months(60, 62), limits)

    assert mark(specification["layer"][0]) == "area"
    [band] = layers(specification, "area")
    assert [(row["month"], row["from"], row["to"]) for row in band] == [("2026-02-01", 45, 70)]


def test_the_band_begins_anew_where_the_series_does() -> None:
    series = (*months(60, None, 62), figure("2026-04", 63, "break"), figure("2026-05", 64))
    limits = [limits_in(f"2026-0{month}", 50, 70) for month in (1, 3, 4, 5)]

    [band] = layers(drawn(series, limits), "area")

    first, second, third, fourth = (row["band"] for row in band)
    assert len({first, second, third}) == 3
    assert third == fourth


def test_the_band_has_nothing_about_a_withheld_month() -> None:
    specification = drawn(months(60, None, 64), [limits_in("2026-02", 41, 77)])

    assert not {41, 77} & set(every_value(specification))


def test_a_change_of_the_group_interrupts_the_line_with_a_dashed_rule() -> None:
    series = (figure("2026-01", 60), figure("2026-02", 61, "break"), figure("2026-03", 62))

    specification = drawn(series)

    [line] = layers(specification, "line")
    assert line[0]["run"] != line[1]["run"] == line[2]["run"]
    [dashed] = [each for each in specification["layer"] if "strokeDash" in each["mark"]]
    assert [row["month"] for row in rows(dashed, specification)] == ["2026-01-16"]


@pytest.mark.slow
def test_a_signal_spans_from_where_it_began_to_where_it_was_noticed() -> None:
    series = months(70, 60, 50, 48)

    specification = drawn(series, (), [Span("2026-02", "2026-03", "down")])

    [area, _] = layers(specification, "rect")
    assert (area[0]["month"], area[0]["until"]) == ("2026-01-16", "2026-03-16")
    assert specification["layer"][0]["mark"]["color"] == BY_NAME.low_span
    assert words(specification) == [T("chart.begins"), T("chart.noticed"), "48"]
    rings = layers(specification, "point")[1]
    assert [(row["month"], row["score"]) for row in rings] == [("2026-03-01", 50)]


def test_a_signal_noticed_in_a_withheld_month_has_no_ring() -> None:
    specification = drawn(months(70, 60, None), (), [Span("2026-02", "2026-03", "up")])

    assert len(layers(specification, "point")) == 2
    assert specification["layer"][0]["mark"]["color"] == BY_NAME.high_span


@pytest.mark.slow
def test_without_a_signal_only_the_score_of_now_is_written() -> None:
    assert words(drawn(months(70, 60, 50))) == ["50"]
    assert words(drawn(months(70, 60, None))) == []


def test_the_month_in_which_an_action_began_is_pale_and_said() -> None:
    specification = drawn(months(60, 61, 62), (), (), FLAGS)

    assert layers(specification, "rect")[0] == [{"month": "2026-01-16", "until": "2026-02-16"}]
    assert [row["washed"] for row in layers(specification, "line")[0]] == [False, True, False]
    said = [row["says"] for row in rows(specification["layer"][-1], specification)]
    action = T("tooltip.action", number=1, title="Een half uur nabespreken")
    assert [action in text for text in said] == [False, True, False]


@pytest.mark.slow
def test_the_organisation_is_a_dotted_line_that_says_what_it_is_where_there_is_room() -> None:
    specification = drawn(months(60, 61), (), (), (), months(70, 71))
    near = drawn(months(60, 61), (), (), (), months(60, 62))

    dotted, _ = layers(specification, "line")
    assert [row["whole"] for row in dotted] == [70, 71]
    assert words(specification) == ["61", T("chart.organisation", score=71)]
    assert words(near) == ["61"]
    said = rows(specification["layer"][-1], specification)[0]["says"]
    assert T("tooltip.organisation", score=70) in said


def test_the_axis_is_real_time_with_months_in_the_readers_language() -> None:
    specification = drawn(months(60, 61, 62))

    x = specification["layer"][0]["encoding"]["x"]
    assert x["type"] == "temporal"
    assert x["scale"]["type"] == "utc"
    assert "'mrt'" in x["axis"]["labelExpr"]
    assert drawn(months(60, 61), with_months=False)["layer"][0]["encoding"]["x"]["axis"] is None


@pytest.mark.parametrize(("count", "most"), [(9, 9), (24, 9), (60, 11), (120, 11)])
def test_a_long_series_does_not_crowd_its_axis(count: int, most: int) -> None:
    series = [figure(f"{2016 + n // 12}-{n % 12 + 1:02d}", 60) for n in range(count)]

    ticks = drawn(series)["layer"][0]["encoding"]["x"]["axis"]["values"]

    assert 1 <= len(ticks) <= most


def test_flags_step_down_in_the_order_of_their_months() -> None:
    flags = (charts.Flag(1, "2026-01", "Eerst"), charts.Flag(2, "2026-03", "Daarna"))

    specification = spec(charts.lane(flags, ("2026-01", "2026-02", "2026-03"), T))

    [poles] = layers(specification, "rule")
    assert [row["number"] for row in poles] == ["1", "2"]
    assert poles[0]["top"] > poles[1]["top"]
