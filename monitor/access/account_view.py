"""What people see of their own account: their sessions, and their ways of signing in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select

from monitor.access import recovery, second_factor, sessions
from monitor.access.roles import Person
from monitor.access.tokens import digest
from monitor.store.engine import reading
from monitor.store.tables import account, session


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session; `here` when it is the one that is looking."""

    started: datetime
    last_seen: datetime
    here: bool


@dataclass(frozen=True, slots=True)
class AccountView:
    """The state of one's own account."""

    sessions: tuple[OpenSession, ...]
    has_passphrase: bool
    has_codes: bool
    recovery_left: int


def account_view(engine: Engine, person: Person, token: str, now: datetime) -> AccountView:
    """The account of `person`, seen from the session with this `token`; newest session first."""
    with reading(engine) as connection:
        passphrase_hash = connection.scalar(
            select(account.c.password_hash).where(account.c.id == person.account)
        )
        return AccountView(
            sessions=tuple(_open_sessions(connection, person, token, int(now.timestamp()))),
            has_passphrase=passphrase_hash is not None,
            has_codes=second_factor.is_set(connection, person.account),
            recovery_left=recovery.left(connection, person.account),
        )


def _open_sessions(
    connection: Connection, person: Person, token: str, moment: int
) -> Iterator[OpenSession]:
    rows = connection.execute(
        select(session)
        .where(
            session.c.account == person.account,
            session.c.last_seen > moment - sessions.IDLE,
            session.c.started > moment - sessions.LONGEST,
        )
        .order_by(session.c.started.desc(), session.c.last_seen.desc())
    )
    for row in rows:
        yield OpenSession(
            datetime.fromtimestamp(row.started, UTC),
            datetime.fromtimestamp(row.last_seen, UTC),
            row.digest == digest(token),
        )
