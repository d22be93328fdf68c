"""Whether letters that wait go out at all, by the hours in which mail goes.

What is noted is a number of letters in tens and since when it has not fallen; nothing of a letter.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from monitor.organisation import preferences
from monitor.organisation.preferences import Preferences
from monitor.store import stored_settings
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting

STUCK_AFTER = timedelta(hours=6)
"""Office hours in which no ten letters went."""
STEP = timedelta(minutes=30)
LONGEST = timedelta(14)
"""How far back office hours are added up: more than any row of days off that mail waits for."""


def note(engine: Engine, waiting: int, now: datetime) -> bool:
    """Note how many letters wait, in tens, and since when that number has not fallen.

    Returns
    -------
    Whether that was news.
    """
    with reading(engine) as connection:
        if _next(_stored(connection), waiting, now) is None:
            return False
    with writing(engine) as connection:
        after = _next(_stored(connection), waiting, now)
        if after is not None:
            stored_settings.put(connection, StoredSetting.LETTERS_WAITING, after)
    return True


def are_stuck(engine: Engine, now: datetime) -> bool:
    """Whether letters wait and for six office hours none of them went."""
    with reading(engine) as connection:
        stored = _stored(connection)
    if not int(stored.get("letters") or 0):
        return False
    since = datetime.fromisoformat(stored["since"])
    return office_time(since, now, preferences.read(engine)) >= STUCK_AFTER


def office_time(since: datetime, now: datetime, chosen: Preferences) -> timedelta:
    """How much of the time from `since` until `now` lay in the hours in which mail goes."""
    moment, total = max(since, now - LONGEST), timedelta(0)
    while moment + STEP <= now:
        total += STEP if chosen.in_office_hours(moment) else timedelta(0)
        moment += STEP
    return total


def _next(stored: dict[str, str], waiting: int, now: datetime) -> dict[str, str] | None:
    """What is to be stored after this check; None when nothing changes."""
    before = int(stored.get("letters") or 0)
    if waiting == before:
        return None
    goes = waiting < before or not before
    return {"letters": str(waiting), "since": now.isoformat() if goes else stored["since"]}


def _stored(connection: Connection) -> dict[str, str]:
    return dict(stored_settings.get(connection, StoredSetting.LETTERS_WAITING) or {})
