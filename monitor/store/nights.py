"""The nights that were noted, and whether the date can be believed beside them.

The nightly work notes its day in the store. A date far past the last such day is more likely a
wrong clock than a long rest, and closing a round or letting a message expire cannot be undone. So
nothing irreversible happens then before a person has confirmed the date.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, select

from monitor.clock import local_day
from monitor.errors import InputRefused
from monitor.locale.formats import Day
from monitor.store import audit, stored_settings
from monitor.store.delivery_tables import claim
from monitor.store.engine import reading, writing
from monitor.store.row_shuffle import NIGHT
from monitor.store.stored_settings import StoredSetting

FAR = timedelta(40)
"""A date further than this past the last night noted waits for a person."""


def last_night(engine: Engine) -> date | None:
    """The day of the last nightly work that was finished; None before the first."""
    with reading(engine) as connection:
        return _last_night(connection)


def is_far_ahead(engine: Engine, today: date) -> bool:
    """Whether `today` lies too far past the last night, and nobody has confirmed it."""
    with reading(engine) as connection:
        night = _last_night(connection)
        confirmed = stored_settings.get(connection, StoredSetting.CLOCK_CONFIRMED)
    if night is None:
        return False
    latest = max(night, date.fromisoformat(confirmed)) if confirmed else night
    return today - latest > FAR


def confirm_day(engine: Engine, day: date, actor: str, now: datetime) -> None:
    """As `confirm`, of the day that the person was shown.

    Raises
    ------
    InputRefused
        When it is another day by now: the clock was put right, or midnight has passed.
    """
    if day != local_day(now):
        raise InputRefused("clock.other_day", day=Day(local_day(now)))
    confirm(engine, actor, now)


def confirm(engine: Engine, actor: str, now: datetime) -> None:
    """Note that a person has looked at the date and found it right."""
    today = local_day(now).isoformat()
    with writing(engine) as connection:
        stored_settings.put(connection, StoredSetting.CLOCK_CONFIRMED, today)
        audit.note(connection, actor, "clock.confirm", today, now)


def _last_night(connection: Connection) -> date | None:
    noted = select(claim.c.name).where(claim.c.name.startswith(NIGHT), claim.c.done)
    days = [name.removeprefix(NIGHT) for name in connection.execute(noted).scalars()]
    return date.fromisoformat(max(days)) if days else None
