"""A day is a day in the Netherlands: in UTC the first hours of a day are still yesterday's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor.clock import local_day
from monitor.config.settings import ROOT

LOCAL = frozenset({"local", "moment.astimezone(AMSTERDAM)"})
"""Moments that are in Dutch time already."""
WITHOUT_ZONE = frozenset({"monitor/commands/clock.py", "monitor/inputs/workbooks.py"})
"""Where a moment is what somebody typed, in no zone at all."""


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 26, 22, 59, tzinfo=UTC), date(2026, 11, 26)),
        (datetime(2026, 11, 26, 23, 0, tzinfo=UTC), date(2026, 11, 27)),
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_a_day_begins_at_midnight_in_the_netherlands(moment: datetime, day: date) -> None:
    assert local_day(moment) == day


def test_no_day_is_taken_from_a_moment_in_utc() -> None:
    """Where the program or a test did so, it was wrong for one or two hours of every night."""
    program = sorted((ROOT / "monitor").rglob("*.py"))
    moments_of = {str(f.relative_to(ROOT)): set(_moments(f)) for f in program}

    assert "moment.astimezone(AMSTERDAM)" in moments_of["monitor/clock.py"]
    assert {
        name: moments - LOCAL
        for name, moments in moments_of.items()
        if name not in WITHOUT_ZONE and not moments <= LOCAL
    } == {}


def test_no_test_takes_the_day_of_now_in_utc() -> None:
    """Such a test would fail around midnight only."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    moments_of = {str(f.relative_to(ROOT)): set(_moments(f)) for f in files}

    assert {
        name: moments
        for name, moments in moments_of.items()
        if any("now" in each.casefold() for each in moments)
    } == {}


def _moments(file: Path) -> Iterator[str]:
    """Each moment of which the day is taken, as the code has it."""
    code = file.read_text("utf-8")
    if ".date()" not in code:
        return
    for node in ast.walk(ast.parse(code)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "date"
            and not node.args
        ):
            yield ast.unparse(node.func.value)
