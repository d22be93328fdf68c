"""What holds for every chart."""

from __future__ import annotations

import json
import re
from pathlib import Path

from monitor.climate.results import Figure
from monitor.config.design import LIGHT
from monitor.dashboard import charts
from monitor.dashboard.charts.theme import config
from tests.dashboard.charts.specification import (
    LINE,
    T,
    all_charts,
    contrast,
    every_value,
    figure,
    months,
    spec,
)


def test_nothing_withheld_is_in_any_specification() -> None:
    """Value and interval of a withheld figure are not looked at, even when it carries them."""
    smuggled = Figure(
        "2026-02", "noord", "theme", "respect", 87, 78, 89, "5-9", frozenset({"withheld"})
    )
    specification = (
        charts.trend((figure("2026-01", 50), smuggled), LINE, T, {}),
        charts.strip(smuggled),
        charts.units([charts.Row("Noord", 0, smuggled)], T),
    )

    for chart in specification:
        assert not {87, 78, 89, "87", "78", "89", "5-9"} & set(every_value(spec(chart)))


def test_the_scale_of_scores_never_zooms_in() -> None:
    for chart in all_charts()[:3]:
        for layer in spec(chart)["layer"]:
            for channel in layer["encoding"].values():
                if isinstance(channel, dict) and channel.get("field") == "score":
                    assert channel["scale"]["domain"] == [0, 100]


def test_the_text_of_axes_and_legends_is_readable_on_page_and_card() -> None:
    style = config()
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
        assert specification["config"]["axis"]["labelColor"] == LIGHT.quiet
        assert specification["config"]["aria"] is False
        assert specification["config"]["mark"]["aria"] is False
        assert specification["width"] == "container"


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


def test_the_charts_are_pure() -> None:
    """A chart follows from its table alone: no page, no store, no clock, no session."""
    impure = re.compile(
        r"^(?:from|import) (?:streamlit|sqlalchemy|pandas)|clock|session|visit", re.M
    )
    folder = Path(charts.__file__).parent
    sources = {file.name: file.read_text("utf-8") for file in sorted(folder.glob("*.py"))}

    assert "months.py" in sources
    for name, source in sources.items():
        imports = "\n".join(re.findall(r"^(?:from|import) .*", source, re.M))
        assert not impure.search(imports), name
