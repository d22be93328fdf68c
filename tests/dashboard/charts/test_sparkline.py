"""The small picture of the months of a theme."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from xml.etree import ElementTree

from monitor.climate.results import Figure
from monitor.config.design import DARK, DESIGN, LIGHT
from monitor.dashboard.charts.sparkline import Span, Window, sparkline, window
from tests.dashboard.charts.specification import figure, months


def drawn(series: Sequence[Figure], span: Span | None = None, last: str = "2026-04") -> str:
    """The picture's own text, which is well-formed."""
    address = sparkline(series, (), Window("2026-01", last), DESIGN, span)
    svg = base64.b64decode(address.removeprefix("data:image/svg+xml;base64,")).decode()
    ElementTree.fromstring(svg)
    return svg


def shapes(svg: str, name: str) -> list[str]:
    """The elements of one class."""
    return re.findall(rf'<\w+ class="{name}"[^>]*>', svg)


def test_a_withheld_month_breaks_the_line_and_is_an_open_dot() -> None:
    svg = drawn(months(60, 61, None, 63))

    assert len(shapes(svg, "s")) == 2
    assert len(shapes(svg, "e")) == len(shapes(svg, "f")) == 1
    assert len(shapes(drawn(months(60, 61, 62, 63)), "s")) == 1
    [dot], zero = shapes(svg, "f"), max(re.findall(r'class="g".*?y1="(\d+)"', svg), key=int)
    assert float(re.findall(r"M\S+ (\S+)h0", dot)[0]) > int(zero) + 8


def test_nothing_of_a_withheld_month_is_in_it() -> None:
    low, high = figure("2026-02", 20), figure("2026-02", 80)
    hidden = [
        Figure(f.period, f.unit, f.kind, f.key, None, f.low, f.high, "5-9", frozenset({"withheld"}))
        for f in (low, high)
    ]

    first, other = ((*months(60), each, *months(62, 63, first=3)) for each in hidden)

    assert drawn(first) == drawn(other)


def test_a_change_is_an_area_from_where_it_began_to_where_it_was_noticed() -> None:
    fell = drawn(months(70, 60, 50, 48), Span("2026-02", "2026-03", "down"))
    rose = drawn(months(50, 60, 70, 72), Span("2026-02", "2026-03", "up"))
    before = drawn(months(50, 60, 70, 72), Span("2025-02", "2025-03", "up"))

    assert shapes(fell, "n")
    assert shapes(fell, "m")
    assert not shapes(fell, "u")
    assert shapes(rose, "u")
    assert shapes(rose, "v")
    assert not shapes(rose, "n")
    assert not shapes(before, "u")


def test_a_change_that_began_before_the_picture_has_no_rule_where_it_began() -> None:
    svg = drawn(months(70, 60, 50, 48), Span("2025-11", "2026-02", "down"))

    assert shapes(svg, "n")
    assert not shapes(svg, "m")


def test_it_brings_the_colours_of_light_and_dark() -> None:
    svg = drawn(months(60, 61))

    assert LIGHT.accent in svg
    assert DARK.accent in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


def test_the_latest_month_has_a_dot_only_where_it_has_a_score() -> None:
    assert len(shapes(drawn(months(60, 61, 62, 63)), "d")) == 1
    assert shapes(drawn(months(60, 61, 62, None)), "d") == []
    assert len(shapes(drawn(months(60, None, 62, None)), "d")) == 2  # months on their own


def test_the_window_ends_in_its_month_and_is_never_narrower_than_three() -> None:
    there = [f"2026-{month:02d}" for month in range(1, 10)]

    assert window(there, "2026-09", 24) == Window("2026-01", "2026-09")
    assert window(there, "2026-09", 3) == Window("2026-07", "2026-09")
    assert window(["2026-09"], "2026-09", 24) == Window("2026-07", "2026-09")
