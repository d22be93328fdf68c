"""The charts, read as the specification the browser gets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from monitor.climate.results import Figure
from monitor.config.design import DESIGN, LIGHT
from monitor.dashboard import charts
from monitor.dashboard.charts.theme import config
from monitor.locale import texts

T = texts("nl")
LINE = LIGHT.accent


def figure(period: str, value: int | None, *notes: str, unit: str = "noord") -> Figure:
    """A theme's score of a team, or one that is withheld."""
    if value is None:
        return Figure(period, unit, "theme", "respect", None, notes=frozenset({"withheld", *notes}))
    return Figure(
        period, unit, "theme", "respect", value, value - 7, value + 7, "5-9", frozenset(notes)
    )


def months(*values: int | None, first: int = 1) -> tuple[Figure, ...]:
    """A series in 2026, one value a month."""
    return tuple(figure(f"2026-{first + n:02d}", value) for n, value in enumerate(values))


def spec(chart: Any) -> dict[str, Any]:
    """The specification, as the browser gets it."""
    made: dict[str, Any] = chart.to_dict()
    return made


def mark(layer: dict[str, Any]) -> str:
    """The kind of mark of a layer."""
    return str(layer["mark"]["type"])


def rows(layer: dict[str, Any], made: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows behind a layer, wherever the specification keeps them."""
    data = layer["data"]
    return list(data["values"] if "values" in data else made["datasets"][data["name"]])


def layers(made: dict[str, Any], kind: str) -> list[list[dict[str, Any]]]:
    """The rows of each layer with marks of this kind."""
    return [rows(layer, made) for layer in made["layer"] if mark(layer) == kind]


def every_value(node: Any) -> Iterator[Any]:
    """Everything in a specification that is not a container."""
    if isinstance(node, dict):
        for value in node.values():
            yield from every_value(value)
    elif isinstance(node, list):
        for value in node:
            yield from every_value(value)
    else:
        yield node


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def all_charts() -> Sequence[Any]:
    """One of each."""
    return (
        charts.trend(months(60, None, 62, 64), LINE, T, {}),
        charts.strip(figure("2026-01", 60)),
        charts.units([charts.Row("Noord", 0, figure("2026-01", 60))], T),
        charts.shares([charts.Share("Een stelling", 20, 30, 50)], T),
    )


def test_a_withheld_month_breaks_the_line_and_leaves_a_hollow_mark_on_the_axis() -> None:
    made = spec(charts.trend(months(60, 62, None, 64, 66), LINE, T, {}))

    [line] = layers(made, "line")
    assert [row["score"] for row in line] == [60, 62, 64, 66]
    assert line[0]["run"] == line[1]["run"] != line[2]["run"] == line[3]["run"]
    told, withheld = layers(made, "point")
    assert len(told) == 4
    assert [row["month"] for row in withheld] == ["2026-03-01"]
    assert withheld[0]["axis"] == 0
    hollow = next(la for la in made["layer"] if la["mark"].get("filled") is False)
    assert hollow["encoding"]["y"]["field"] == "axis"


def test_nothing_withheld_is_in_any_specification() -> None:
    """Value and interval of a withheld figure are not looked at, even when it carries them."""
    smuggled = Figure(
        "2026-02", "noord", "theme", "respect", 87, 78, 89, "5-9", frozenset({"withheld"})
    )
    made = (
        charts.trend((figure("2026-01", 50), smuggled), LINE, T, {}),
        charts.strip(smuggled),
        charts.units([charts.Row("Noord", 0, smuggled)], T),
    )

    for chart in made:
        assert not {87, 78, 89, "87", "78", "89", "5-9"} & set(every_value(spec(chart)))


def test_each_month_has_its_interval_as_a_stroke() -> None:
    made = spec(charts.trend(months(60, 62, None, 64), LINE, T, {}))

    [strokes] = layers(made, "rule")
    assert [(row["low"], row["high"]) for row in strokes] == [(53, 67), (55, 69), (57, 71)]


def chance(period: str, low: int | None, high: int | None) -> Figure:
    """The band of chance in a month; None while the series only learns."""
    return Figure(period, "noord", "chance", "respect", 20, low, high)


def test_what_chance_alone_would_do_is_a_band_behind_the_line() -> None:
    known = [chance("2026-01", None, None), chance("2026-02", 45, 70), chance("2026-04", 48, 68)]

    made = spec(charts.trend(months(60, 62, None, 64), LINE, T, {}, known))

    assert mark(made["layer"][0]) == "area"
    [band] = layers(made, "area")
    assert [(row["month"], row["from"], row["to"]) for row in band] == [
        ("2026-02-01", 45, 70),
        ("2026-04-01", 48, 68),
    ]
    assert len({row["band"] for row in band}) == 1


def test_the_band_of_chance_begins_anew_where_the_series_does() -> None:
    series = (*months(60, 61, 62), figure("2026-04", 63, "break"), figure("2026-05", 64))
    known = [chance(f"2026-0{month}", 50, 70) for month in (1, 3, 4, 5)]

    [band] = layers(spec(charts.trend(series, LINE, T, {}, known)), "area")

    first, second, third, fourth = (row["band"] for row in band)
    assert len({first, second, third}) == 3
    assert third == fourth


def test_the_band_of_chance_tells_nothing_of_a_withheld_month() -> None:
    made = spec(charts.trend(months(60, None, 64), LINE, T, {}, [chance("2026-02", 41, 77)]))

    assert not {41, 77} & set(every_value(made))


def test_a_change_of_the_group_interrupts_the_line_with_a_dashed_rule_and_its_words() -> None:
    series = (figure("2026-01", 60), figure("2026-02", 61, "break"), figure("2026-03", 62))

    made = spec(charts.trend(series, LINE, T, {}))

    [line] = layers(made, "line")
    assert line[0]["run"] != line[1]["run"] == line[2]["run"]
    dashed = [la for la in made["layer"] if mark(la) == "rule" and "strokeDash" in la["mark"]]
    assert [row["month"] for row in rows(dashed[0], made)] == ["2026-02-01"]
    [words] = layers(made, "text")
    assert [row["text"] for row in words] == [T("chart.break")]


def test_with_many_breaks_only_the_latest_carries_words() -> None:
    series = tuple(figure(f"2026-{month:02d}", 60, "break") for month in range(1, 9))

    [words] = layers(spec(charts.trend(series, LINE, T, {})), "text")

    assert [row["month"] for row in words] == ["2026-08-01"]


def test_the_month_of_a_signal_is_ringed_and_carries_its_word() -> None:
    made = spec(charts.trend(months(70, 60, 50), LINE, T, {"2026-02": "down"}))

    [words] = layers(made, "text")
    assert [(row["month"], row["caption"]) for row in words] == [("2026-02-01", T("word.down"))]
    rings = layers(made, "point")[2]
    assert [row["month"] for row in rings] == ["2026-02-01"]


def test_without_a_signal_nothing_is_ringed() -> None:
    assert layers(spec(charts.trend(months(70, 60, 50), LINE, T, {})), "text") == []


def test_the_scale_of_scores_never_zooms_in() -> None:
    for chart in all_charts()[:3]:
        for layer in spec(chart)["layer"]:
            for channel in layer["encoding"].values():
                if isinstance(channel, dict) and channel.get("field") == "score":
                    assert channel["scale"]["domain"] == [0, 100]


def test_the_axis_is_real_time_with_months_in_the_readers_language() -> None:
    made = spec(charts.trend(months(60, 61, 62), LINE, T, {}))

    x = made["layer"][0]["encoding"]["x"]
    assert x["type"] == "temporal"
    assert x["scale"]["type"] == "utc"
    assert "'mrt'" in x["axis"]["labelExpr"]
    ends = x["scale"]["domain"]
    assert (ends[0]["month"], ends[1]["month"]) == (1, 3)


@pytest.mark.parametrize(("count", "most"), [(9, 9), (24, 9), (60, 11), (120, 11)])
def test_a_long_series_does_not_crowd_its_axis(count: int, most: int) -> None:
    series = [figure(f"{2016 + n // 12}-{n % 12 + 1:02d}", 60) for n in range(count)]

    made = spec(charts.trend(series, LINE, T, {}))

    assert 1 <= len(made["layer"][0]["encoding"]["x"]["axis"]["values"]) <= most


def test_one_month_alone_is_drawn() -> None:
    made = spec(charts.trend(months(60), LINE, T, {}))

    assert len(layers(made, "point")[0]) == 1


def test_units_stay_in_the_order_given_and_are_moved_in_by_depth() -> None:
    given = [
        charts.Row("Gemeente", 0, figure("2026-01", 50)),
        charts.Row("Zuid", 1, figure("2026-01", 20)),
        charts.Row("Noord", 1, figure("2026-01", 80)),
        charts.Row("Oost", 1, figure("2026-01", None)),
    ]

    made = spec(charts.units(given, T))

    order = made["layer"][0]["encoding"]["y"]["sort"]
    assert [name[4:].strip("\u200b\u2003") for name in order] == [
        "Gemeente",
        "Zuid",
        "Noord",
        "Oost",
    ]
    assert order == sorted(order)
    assert [name.count("\u2003") for name in order] == [0, 1, 1, 1]


def test_only_the_width_is_made_to_fit_where_the_height_follows_from_the_rows() -> None:
    rows = [charts.Row("Noord", 1, figure("2026-01", 60))]

    assert spec(charts.units(rows, T))["autosize"]["type"] == "fit-x"


def test_two_units_of_the_same_name_stay_apart() -> None:
    given = [charts.Row("Team 1", 1, figure("2026-01", value)) for value in (30, 70)]

    [told, _] = layers(spec(charts.units(given, T)), "point")

    assert len({row["row"] for row in told}) == 2


def test_the_same_score_has_the_same_colour_and_shape_everywhere() -> None:
    def look(value: int, others: Sequence[int]) -> tuple[str, str]:
        given = [charts.Row("A", 0, figure("2026-01", v)) for v in (value, *others)]
        told = layers(spec(charts.units(given, T)), "point")[0]
        return told[0]["colour"], told[0]["shape"]

    assert look(55, [10, 20]) == look(55, [80, 90])
    assert look(55, [])[0] == DESIGN.score_colour(55)
    assert len({look(value, []) for value in (20, 50, 80)}) == 3


def test_a_score_at_an_end_is_not_told_more_exactly() -> None:
    ends = [charts.Row("A", 0, figure("2026-01", value)) for value in (10, 90)]

    told = layers(spec(charts.units(ends, T)), "point")[0]

    assert [row["shown"] for row in told] == ["≤ 10", "≥ 90"]


def test_a_signal_stands_as_a_word_beside_the_score() -> None:
    given = [
        charts.Row("A", 0, figure("2026-01", 60), T("word.down")),
        charts.Row("B", 0, figure("2026-01", 60)),
    ]

    [words] = layers(spec(charts.units(given, T)), "text")

    assert [row["caption"] for row in words] == ["60 daalt", "60"]


def test_a_divided_bar_is_always_full() -> None:
    made = spec(charts.shares([charts.Share("Een stelling", 33, 33, 33)], T))

    [parts] = layers(made, "bar")
    assert [part["share"] for part in parts] == [33, 33, 33]
    assert parts[0]["start"] == 0
    assert parts[-1]["end"] == pytest.approx(100)


def test_a_long_question_is_broken_into_lines() -> None:
    made = spec(charts.shares([charts.Share("woord " * 30, 20, 30, 50)], T))

    titles = layers(made, "text")[1]
    assert all(len(line) <= 44 for line in titles[0]["question"].split("\n"))


def test_a_narrow_part_of_a_bar_carries_no_number() -> None:
    made = spec(charts.shares([charts.Share("Een stelling", 4, 30, 66)], T))

    assert [row["share"] for row in layers(made, "text")[0]] == [30, 66]


def test_the_text_of_axes_and_legends_is_readable_on_page_and_card() -> None:
    look = config()
    for behind in (LIGHT.paper, LIGHT.surface):
        assert contrast(look["axis"]["labelColor"], behind) >= 4.5
        assert contrast(look["axis"]["titleColor"], behind) >= 4.5
        assert contrast(look["legend"]["labelColor"], behind) >= 4.5
        assert contrast(look["text"]["color"], behind) >= 4.5


def test_lines_and_marks_stand_out_on_page_and_card() -> None:
    marks = (LIGHT.accent, LIGHT.low, LIGHT.middle, LIGHT.high, LIGHT.edge)
    for colour in marks:
        assert contrast(colour, LIGHT.paper) >= 3
        assert contrast(colour, LIGHT.surface) >= 3
    for colour in (LIGHT.low, LIGHT.middle, LIGHT.high):
        assert contrast(LIGHT.surface, colour) >= 4.5


def test_every_chart_wears_our_look_and_keeps_its_marks_from_screen_readers() -> None:
    for chart in all_charts():
        made = spec(chart)
        assert made["config"]["axis"]["labelColor"] == LIGHT.quiet
        assert made["config"]["aria"] is False
        assert made["config"]["mark"]["aria"] is False
        assert made["width"] == "container"


def test_a_chart_needs_nothing_from_elsewhere() -> None:
    for chart in all_charts():
        text = json.dumps({k: v for k, v in spec(chart).items() if k != "$schema"})
        assert "http" not in text
        assert '"url"' not in text


def test_drawing_leaves_the_figures_as_they_were() -> None:
    series = months(60, None, 62)
    before = tuple(series)

    first = spec(charts.trend(series, LINE, T, {}))

    assert series == before
    assert spec(charts.trend(series, LINE, T, {})) == first
