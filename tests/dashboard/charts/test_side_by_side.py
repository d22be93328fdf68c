"""Units side by side."""

from __future__ import annotations

from monitor.config.design import BY_NAME
from monitor.dashboard import charts
from tests.dashboard.charts.specification import (
    T,
    figure,
    layers,
    spec,
)


def test_units_stay_in_the_order_given_and_are_moved_in_by_depth() -> None:
    units = [
        charts.Row("Gemeente", 0, figure("2026-01", 50)),
        charts.Row("Zuid", 1, figure("2026-01", 20)),
        charts.Row("Noord", 1, figure("2026-01", 80)),
        charts.Row("Oost", 1, figure("2026-01", None)),
    ]

    specification = spec(charts.units(units, T))

    order = specification["layer"][0]["encoding"]["y"]["sort"]
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
    units = [charts.Row("Team 1", 1, figure("2026-01", value)) for value in (30, 70)]

    [marks, _] = layers(spec(charts.units(units, T)), "point")

    assert len({row["row"] for row in marks}) == 2


def test_only_a_change_has_a_colour_never_a_score() -> None:
    def colour(value: int, direction: str = "") -> str:
        row = charts.Row("A", 0, figure("2026-01", value), direction=direction, level=50)
        return str(layers(spec(charts.units([row], T)), "point")[0][0]["colour"])

    assert {colour(value) for value in (20, 50, 80)} == {BY_NAME.accent}
    assert {colour(value, "down") for value in (20, 80)} == {BY_NAME.low}
    assert {colour(value, "up") for value in (20, 80)} == {BY_NAME.high}


def test_each_unit_has_its_own_earlier_level_where_there_is_one() -> None:
    units = [
        charts.Row("A", 0, figure("2026-01", 60), level=52),
        charts.Row("B", 0, figure("2026-01", 60)),
    ]

    [ticks] = layers(spec(charts.units(units, T)), "tick")
    assert [row["level"] for row in ticks] == [52]


def test_the_words_stand_beyond_everything_that_is_drawn() -> None:
    units = [charts.Row("A", 0, figure("2026-01", 60), level=level) for level in (30, 80)]

    [words] = layers(spec(charts.units(units, T)), "text")
    assert [row["beyond"] for row in words] == [67, 80]


def test_a_score_at_an_end_is_not_shown_more_exactly() -> None:
    ends = [charts.Row("A", 0, figure("2026-01", value)) for value in (10, 90)]

    marks = layers(spec(charts.units(ends, T)), "point")[0]

    assert [row["shown"] for row in marks] == ["≤ 10", "≥ 90"]


def test_a_signal_stands_as_a_word_beside_the_score() -> None:
    units = [
        charts.Row("A", 0, figure("2026-01", 60), T("word.down")),
        charts.Row("B", 0, figure("2026-01", 60)),
    ]

    [words] = layers(spec(charts.units(units, T)), "text")

    assert [row["caption"] for row in words] == ["60 nieuw: lager", "60"]
