"""Periods: months from January 1990 on, each with a number."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from monitor.errors import InputRefused
from monitor.pulse import periods

ALL = [f"{year}-{month:02d}" for year in range(1990, 2076) for month in range(1, 13)][:1024]


def test_every_month_has_a_number_and_every_number_a_month() -> None:
    assert [periods.number(period) for period in ALL] == list(range(1024))
    assert [periods.from_number(number) for number in range(1024)] == ALL
    assert [periods.check(period) for period in ALL] == ALL


@pytest.mark.parametrize(
    "text",
    ["1989-12", "2075-05", "2026-00", "2026-13", "2026-1", "26-01", "2026-011", "2026-01 ",
     "2026/01", "\u0662\u0660\u0662\u0666-\u0660\u0661", ""],
)  # fmt: skip
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InputRefused) as refused:
        periods.check(text)

    assert (refused.value.key, refused.value.words) == ("period.shape", {"value": text[:20]})


def test_of_a_long_text_only_its_beginning_is_told() -> None:
    with pytest.raises(InputRefused) as refused:
        periods.check("x" * 21)

    assert refused.value.words == {"value": "x" * 20}


def test_a_month_goes_from_its_first_day_to_the_day_before_the_next() -> None:
    assert periods.first_day("2024-02") == date(2024, 2, 1)
    assert periods.last_day("2024-02") == date(2024, 2, 29)
    for period, after in pairwise(ALL):
        assert periods.last_day(period) + timedelta(1) == periods.first_day(after)
        assert periods.containing(periods.last_day(period)) == period
    assert periods.last_day(ALL[-1]) == date(2075, 4, 30)  # though no period comes after it


@pytest.mark.parametrize(("months", "later"), [(0, "2026-11"), (2, "2027-01"), (-11, "2025-12")])
def test_months_later_and_earlier(months: int, later: str) -> None:
    assert periods.shifted("2026-11", months) == later
    assert periods.months_between("2026-11", later) == months
