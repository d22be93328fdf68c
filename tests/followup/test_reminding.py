"""When somebody who leads a team is reminded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.followup.reminding import SILENCE, UnitState, needs_reminder

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("state", "reminded"),
    [
        (UnitState(True, TODAY, 0), True),
        (UnitState(False, TODAY - SILENCE, 6), False),
        (UnitState(False, TODAY - SILENCE - timedelta(1), 6), True),
        (UnitState(False, None, 6), True),
        (UnitState(False, None, 1), False),
        (UnitState(False, TODAY - timedelta(400), 1), False),
    ],
)
def test_a_look_back_or_two_silent_months(state: UnitState, reminded: bool) -> None:
    assert needs_reminder(state, TODAY) == reminded


@pytest.mark.parametrize(
    ("written", "first_day"),
    [
        (date(2026, 12, 31), date(2027, 3, 3)),
        (date(2027, 1, 1), date(2027, 3, 4)),
        (date(2027, 2, 28), date(2027, 5, 1)),
        (date(2028, 2, 29), date(2028, 5, 1)),
        (date(2027, 7, 31), date(2027, 10, 1)),
    ],
)
def test_two_months_are_two_months_over_every_border(written: date, first_day: date) -> None:
    state = UnitState(False, written, 6)
    days = [written + timedelta(at) for at in range(100)]
    assert next(day for day in days if needs_reminder(state, day)) == first_day
