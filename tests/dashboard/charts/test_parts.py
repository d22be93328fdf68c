"""Answers as parts of one bar."""

from __future__ import annotations

import pytest

from monitor.dashboard import charts
from tests.dashboard.charts.specification import (
    T,
    layers,
    spec,
)


def test_a_divided_bar_is_always_full() -> None:
    specification = spec(charts.shares([charts.Share("Een stelling", 33, 33, 33)], T))

    [parts] = layers(specification, "bar")
    assert [part["share"] for part in parts] == [33, 33, 33]
    assert parts[0]["start"] == 0
    assert parts[-1]["end"] == pytest.approx(100)


def test_a_long_question_is_broken_into_lines() -> None:
    specification = spec(charts.shares([charts.Share("woord " * 30, 20, 30, 50)], T))

    titles = layers(specification, "text")[1]
    assert all(len(line) <= 44 for line in titles[0]["question"].split("\n"))


def test_a_narrow_part_of_a_bar_carries_no_number() -> None:
    specification = spec(charts.shares([charts.Share("Een stelling", 4, 30, 66)], T))

    assert [row["share"] for row in layers(specification, "text")[0]] == [30, 66]
