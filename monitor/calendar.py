"""What happens by itself: rounds close on their day, and the box is looked at once a night.

`tick` may run in several processes at once, and may have been away for months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, delete, func, insert, select

from monitor.climate import closing
from monitor.clock import AMSTERDAM
from monitor.errors import KeyMissing, RoundRefused
from monitor.pulse import rounds
from monitor.pulse.rounds import RoundStatus
from monitor.store import locks
from monitor.store.engine import flush_log, reading, writing
from monitor.store.tables import ballot, envelope, nightly, round_unit
from monitor.wiring import House

ACTOR = "calendar"
EMPTY, UNDER_50, DOZENS = "empty", "under_50", "dozens"
FEWEST_INVITED = 20
"""Below this many invited, nothing at all is shown of an open round."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did: the periods it closed, and those it could not for want of the key."""

    closed: tuple[str, ...]
    keyless: tuple[str, ...]


def tick(house: House, now: datetime) -> Ticked:
    """Close what is due (or was left half closed) and, once a day, look at the box."""
    today = now.astimezone(AMSTERDAM).date()
    closed, keyless = [], []
    for found in rounds.all_rounds(house.engine):
        if not _is_due(found, today):
            continue
        try:
            closing.close(house, found.period, ACTOR, now)
        except KeyMissing:
            keyless.append(found.period)
        except RoundRefused:
            continue  # another process was first
        else:
            closed.append(found.period)
    _look_at_box(house.engine, today)
    if rounds.current_open(house.engine) is None:
        flush_log(house.engine)  # a slow reader may have kept the box in it when a round closed
    return Ticked(tuple(closed), tuple(keyless))


def in_words(count: int) -> str:
    """How much of a number is told."""
    if count == 0:
        return EMPTY
    return UNDER_50 if count < 50 else DOZENS


def in_tens(received: int, invited: int) -> str | None:
    """The share received, in tens of per cent rounded down; None below 20 invited."""
    if invited < FEWEST_INVITED:
        return None
    return str(min(100, 100 * received // invited // 10 * 10))


def _is_due(found: rounds.Round, today: date) -> bool:
    if found.status is RoundStatus.CLOSING:
        return True
    return (
        found.status is RoundStatus.OPEN and found.closes_on is not None and found.closes_on < today
    )


def _look_at_box(engine: Engine, today: date) -> None:
    with reading(engine) as connection:
        if _seen_since(connection, today):
            return
    with writing(engine) as connection:
        locks.alone(connection, "nightly")
        if _seen_since(connection, today):
            return  # another process was first
        seen: dict[str, str | None] = {
            "ballots": in_words(_count(connection, _in(ballot))),
            "envelopes": in_words(_count(connection, _in(envelope))),
        }
        for period in connection.execute(select(ballot.c.period).distinct()).scalars().all():
            of_round = round_unit.c.period == period
            invited = _count(connection, select(func.sum(round_unit.c.invited)).where(of_round))
            in_box = _in(envelope).where(envelope.c.period == period)
            seen[f"received:{period}"] = in_tens(_count(connection, in_box), invited)
        connection.execute(delete(nightly))
        rows = [{"name": k, "value": v, "day": today} for k, v in seen.items() if v is not None]
        connection.execute(insert(nightly), rows)


def _seen_since(connection: Connection, today: date) -> bool:
    looked = select(nightly.c.day).where(nightly.c.day >= today).limit(1)
    return connection.execute(looked).first() is not None


def received(engine: Engine, period: str) -> int | None:
    """Per cent received of an open round, in tens, as counted last night; None: nothing told."""
    with reading(engine) as connection:
        value = connection.execute(
            select(nightly.c.value).where(nightly.c.name == f"received:{period}")
        ).scalar()
    return None if value is None else int(value)


def _in(table: Table) -> Select[Any]:
    return select(func.count()).select_from(table)


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar() or 0)
