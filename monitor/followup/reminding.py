"""When a leidinggevende is reminded: a look-back is due, or nothing was written for two months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Engine

from monitor.climate.results import Results
from monitor.followup import actions, conversations, team_log
from monitor.followup.look_back import is_due, is_released
from monitor.pulse import periods

SILENCE = timedelta(61)
"""Two months in which nothing was written to the team, agreed or planned."""
FEWEST_MONTHS, LATEST_MONTHS = 2, 6
"""How many of the latest calendar months are released before anybody is reminded that nothing was
written about them: where no results come any more, no reminders do."""


@dataclass(frozen=True, slots=True)
class UnitState:
    """The facts about a unit that the rule looks at."""

    look_back_due: bool
    last_written: date | None
    released_months: int


def needs_reminder(state: UnitState, today: date) -> bool:
    """Whether whoever leads the unit is reminded; the mail does not say for which reason."""
    if state.look_back_due:
        return True
    silent = state.last_written is None or today - state.last_written > SILENCE
    return silent and state.released_months >= FEWEST_MONTHS


def states(
    engine: Engine, results: Results, units: Sequence[str], today: date
) -> dict[str, UnitState]:
    """The state of each unit."""
    first = periods.shifted(periods.containing(today), -LATEST_MONTHS)
    latest = [period for period in results.periods if period >= first]
    unit_actions = actions.listing(engine, units)
    return {
        unit: UnitState(
            look_back_due=any(is_due(results, a) for a in unit_actions if a.unit == unit),
            last_written=max(
                [
                    *(line.written_on for line in team_log.lines(engine, unit)),
                    *(a.created_on for a in unit_actions if a.unit == unit),
                    *(talk.created_on for talk in conversations.listing(engine, unit)),
                ],
                default=None,
            ),
            released_months=sum(is_released(results, p, unit) for p in latest),
        )
        for unit in units
    }
