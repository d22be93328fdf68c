"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.dashboard.admin.typed_days import LONGEST, parse_day, parse_days, typed_day
from monitor.errors import InputRefused

DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "typed",
    [
        "20-11-2026",
        "2026-11-20",
        " 20/11/2026 ",
        "20.11.2026",
        "20 november 2026",
        "vrijdag 20 november 2026",
        "vr 20 nov. 2026",
        "20 November 2026",
        "Friday, 20 November 2026".replace(",", ""),
        typed_day(DAY),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str) -> None:
    assert len(typed) <= LONGEST
    assert parse_day(typed) == DAY


@pytest.mark.parametrize(
    "typed",
    [
        "20 novembe 2026",
        "20 november",
        "31-2-2026",
        "20-11-26",
        "",
        "morgen",
        "1-2-3-2026",
        "1-1-99999999999",
    ],
)
def test_what_is_no_day_is_said_back_whole(typed: str) -> None:
    with pytest.raises(InputRefused) as refused:
        parse_day(typed)

    assert refused.value.words == {"value": typed}


def test_days_stand_a_line_each_or_with_commas() -> None:
    assert parse_days("20 november 2026, 24-12-2026\n2026-11-20") == (DAY, date(2026, 12, 24))
