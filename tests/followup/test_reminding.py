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
