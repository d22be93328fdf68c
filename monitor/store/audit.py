"""The audit log: who changed the set-up (accounts, organisation, rounds), and when.

It is a table for the beheerder and for oversight, not a log file. Nothing a colleague does is
ever in it, and no passphrase, code or token.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine, insert, select

from monitor.clock import local_day
from monitor.store.engine import reading
from monitor.store.tables import audit

LONGEST_DETAIL = 400


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: when, by whom (an e-mail address or ``cli``), what, to what."""

    at: datetime
    actor: str
    action: str
    detail: str


def note(connection: Connection, actor: str, action: str, detail: str, now: datetime) -> None:
    """Log one change, in the transaction that makes it."""
    connection.execute(
        insert(audit).values(
            at=int(now.timestamp()), actor=actor, action=action, detail=detail[:LONGEST_DETAIL]
        )
    )


def days(engine: Engine, *actions: str) -> dict[str, date]:
    """The day of the last of these actions, by its detail."""
    rows = select(audit.c.detail, audit.c.at).where(audit.c.action.in_(actions))
    with reading(engine) as connection:
        ordered = connection.execute(rows.order_by(audit.c.at)).all()
    return {row.detail: local_day(datetime.fromtimestamp(row.at, UTC)) for row in ordered}


def entries(engine: Engine, limit: int = 200) -> tuple[Entry, ...]:
    """The last `limit` changes, newest first."""
    newest = select(audit).order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)
    with reading(engine) as connection:
        return tuple(
            Entry(datetime.fromtimestamp(row.at, UTC), row.actor, row.action, row.detail)
            for row in connection.execute(newest)
        )
