"""Erasing what is two years old, once a night."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import Engine, delete, func

from monitor.clock import AMSTERDAM
from monitor.followup.records import years_before
from monitor.pulse import periods
from monitor.store.engine import writing
from monitor.store.followup_tables import action, compass, conversation, promise, team_log

YEARS = 2
"""A page shows an action for a year after it was closed; after two years it is erased."""


def erase_due(engine: Engine, today: date) -> int:
    """Erase everything that ended, or was written, two years ago; returns how many rows.

    An action that is still open counts from its start, or from when it was written down if that
    was later. Its estimates and the answer to it go with it.
    """
    limit = years_before(today, YEARS)
    midnight = int(datetime.combine(limit, time(), AMSTERDAM).astimezone(UTC).timestamp())
    closed = func.coalesce(action.c.closed_on, action.c.created_on) <= limit
    started = action.c.start_period <= periods.containing(limit)
    with writing(engine) as connection:
        return sum(
            connection.execute(statement).rowcount
            for statement in (
                delete(action).where(closed, started | (action.c.state == "closed")),
                delete(conversation).where(
                    conversation.c.starts_at < midnight, conversation.c.created_on <= limit
                ),
                delete(compass).where(compass.c.agreed_on <= limit),
                delete(promise).where(promise.c.promised_on <= limit),
                delete(team_log).where(team_log.c.written_on <= limit),
            )
        )
