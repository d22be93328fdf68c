"""What holds for every chart."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from altair.utils import schemapi

from monitor.climate.results import Figure
from monitor.config.design import BY_NAME, LIGHT
from monitor.dashboard import charts
from monitor.dashboard.charts.theme import config
from tests.dashboard.charts.specification import (
    T,
    all_charts,
    contrast,
    every_value,
    figure,
    months,
    panel_of,
    rows,
    spec,
    special_charts,
)


def test_nothing_withheld_is_in_any_specification() -> None:
    """Value and interval of a withheld figure are not looked at, even when it carries them."""
    smuggled = Figure(
        "2026-02", "noord", "theme", "respect", 87, 78, 89, "5-9", frozenset({"withheld"})
    )
    specification = (
        charts.panel(panel_of((figure("2026-01", 50), smuggled), (), (), (), (smuggled,)), T),
    )

    for chart in specification:
        assert not {87, 78, 89, "87", "78", "89", "5-9"} & set(every_value(spec(chart)))


@pytest.mark.slow
def test_the_scale_of_scores_never_zooms_in() -> None:
    for chart in all_charts():
        for layer in spec(chart)["layer"]:
            for name, channel in layer["encoding"].items():
                if name in ("x", "y") and channel.get("field") == "score":
                    assert channel["scale"]["domain"] == [0, 100]


def test_the_text_of_axes_and_legends_is_readable_on_page_and_card() -> None:
    style = config(LIGHT)
    for behind in (LIGHT.paper, LIGHT.surface):
        assert contrast(style["axis"]["labelColor"], behind) >= 4.5
        assert contrast(style["axis"]["titleColor"], behind) >= 4.5
        assert contrast(style["legend"]["labelColor"], behind) >= 4.5
        assert contrast(style["text"]["color"], behind) >= 4.5


def test_lines_and_marks_stand_out_on_page_and_card() -> None:
    marks = (LIGHT.accent, LIGHT.low, LIGHT.middle, LIGHT.high, LIGHT.edge)
    for colour in marks:
        assert contrast(colour, LIGHT.paper) >= 3
        assert contrast(colour, LIGHT.surface) >= 3
    for colour in (LIGHT.low, LIGHT.middle, LIGHT.high):
        assert contrast(LIGHT.surface, colour) >= 4.5


def test_every_chart_has_our_style_and_keeps_its_marks_from_screen_readers() -> None:
    for chart in all_charts():
        specification = spec(chart)
        assert specification["config"]["axis"]["labelColor"] == BY_NAME.quiet
        assert specification["config"]["aria"] is False
        assert specification["config"]["mark"]["aria"] is False
        assert specification["width"] == "container"


@pytest.mark.slow
def test_a_chart_needs_nothing_from_elsewhere() -> None:
    for chart in all_charts():
        text = json.dumps({k: v for k, v in spec(chart).items() if k != "$schema"})
        assert "http" not in text
        assert '"url"' not in text


@pytest.mark.slow
@pytest.mark.parametrize("chart", [*all_charts(), *special_charts()])
def test_pointing_at_a_chart_gives_a_sentence_and_no_field(chart: Any) -> None:
    specification = spec(chart)

    *others, last = specification["layer"]
    assert last["encoding"]["tooltip"] == {"field": "says", "type": "nominal"}
    for layer in others:  # else Streamlit lists names and values of fields
        assert layer["mark"]["tooltip"] is None
    spoken = [row["says"] for row in rows(last, specification)]
    assert spoken
    for line in "\n".join(spoken).split("\n"):
        assert re.fullmatch(r"[A-ZÀ-Ý0-9].*[.]", line), line
        assert not re.search(r"None|#[0-9A-F]{6}|\b(row|run|score|from|axis)\b|band \d|_", line), (
            line
        )


def test_every_mark_lies_under_something_that_can_be_pointed_at() -> None:
    """Each month has an area, withheld ones too."""
    trend = spec(charts.panel(panel_of(months(60, None, 62)), T))

    assert len(rows(trend["layer"][-1], trend)) == 3


@pytest.mark.slow
def test_drawing_leaves_the_figures_as_they_were() -> None:
    series = months(60, None, 62)
    before = tuple(series)

    first = spec(charts.panel(panel_of(series), T))

    assert series == before
    assert spec(charts.panel(panel_of(series), T)) == first


@pytest.mark.slow
def test_a_page_does_not_wait_for_the_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking it took three quarters of the time of the trend page; the tests ask it instead."""
    asked: list[object] = []
    note = classmethod(lambda cls, *_: asked.append(cls))
    monkeypatch.setattr(schemapi.SchemaBase, "validate", note)

    for chart in (*all_charts(), *special_charts()):
        chart.to_dict()
    assert asked == []
    spec(all_charts()[0])
    assert asked


def test_the_charts_are_pure() -> None:
    """A chart follows from its table alone: no page, no store, no clock, no session."""
    impure = re.compile(
        r"^(?:from|import) (?:streamlit|sqlalchemy|pandas)|clock|session|visit", re.M
    )
    folder = Path(charts.__file__).parent
    sources = {file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.py"))}

    assert "panel.py" in sources
    for name, source in sources.items():
        imports = "\n".join(re.findall(r"^(?:from|import) .*", source, re.M))
        assert not impure.search(imports), name
