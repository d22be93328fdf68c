"""How full the ballot box is and the response of an open round, estimated once a night.

Only words and tens of per cent are stored.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, delete, func, insert, select

from monitor.pulse.rounds.rounds import received_name
from monitor.store import locks
from monitor.store.engine import reading, writing
from monitor.store.tables import ballot, envelope, nightly, round_unit

EMPTY, UNDER_50, DOZENS = "empty", "under_50", "dozens"
BOX_TABLES = ("ballots", "envelopes")
"""What is counted of the box as a whole, by the name under which the size is stored."""
FEWEST_INVITED = 20
"""With fewer people invited nothing is shown of an open round."""


def size_in_words(count: int) -> str:
    """The word for a number of rows; no number leaves the store."""
    if count == 0:
        return EMPTY
    return UNDER_50 if count < 50 else DOZENS


def response_in_tens(received: int, invited: int) -> str | None:
    """The share received, in tens of per cent rounded down; None below 20 invited."""
    if invited < FEWEST_INVITED:
        return None
    return str(min(100, 100 * received // invited // 10 * 10))


def estimate_box(engine: Engine, today: date) -> None:
    """Count the box once a day, and store what may be shown of it."""
    with reading(engine) as connection:
        if _estimated_since(connection, today):
            return
    with writing(engine) as connection:
        locks.exclusive(connection, "nightly")
        if _estimated_since(connection, today):
            return  # another process was first
        ballots, envelopes = (size_in_words(_count(connection, _in(t))) for t in (ballot, envelope))
        if envelopes == EMPTY != ballots:
            # "Empty" until the first answer would give away when that came.
            envelopes = UNDER_50
        estimates: dict[str, str | None] = {"ballots": ballots, "envelopes": envelopes}
        for period in connection.execute(select(ballot.c.period).distinct()).scalars().all():
            of_round = round_unit.c.period == period
            invited = _count(connection, select(func.sum(round_unit.c.invited)).where(of_round))
            in_box = _in(envelope).where(envelope.c.period == period)
            estimates[received_name(period)] = response_in_tens(_count(connection, in_box), invited)
        connection.execute(delete(nightly))
        rows = [
            {"name": name, "value": value, "day": today}
            for name, value in estimates.items()
            if value is not None
        ]
        connection.execute(insert(nightly), rows)


def _estimated_since(connection: Connection, today: date) -> bool:
    estimated = select(nightly.c.day).where(nightly.c.day >= today).limit(1)
    return connection.execute(estimated).first() is not None


def stored_estimate(engine: Engine, period: str) -> int | None:
    """Tens of per cent received in an open round, as of last night; None if not shown."""
    with reading(engine) as connection:
        value = connection.execute(
            select(nightly.c.value).where(nightly.c.name == received_name(period))
        ).scalar()
    return None if value is None else int(value)


def stored_box_sizes(engine: Engine) -> dict[str, str]:
    """How full the ballots and the envelopes were last night, in words; empty without a count."""
    with reading(engine) as connection:
        rows = connection.execute(select(nightly.c.name, nightly.c.value)).all()
    sizes = {row.name: row.value for row in rows}
    return {name: sizes[name] for name in BOX_TABLES if name in sizes}


def _in(table: Table) -> Select[Any]:
    return select(func.count()).select_from(table)


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar() or 0)
