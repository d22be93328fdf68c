"""Sessions: kept in the store, so that signing out ends them everywhere at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from monitor.access.roles import Grant, Person, Role
from monitor.access.tokens import digest, new_token
from monitor.errors import StoreBusy
from monitor.store import signed_rows
from monitor.store.engine import reading, writing
from monitor.store.tables import account, account_role, session

COOKIE = "teamklimaat_session"
IDLE = 30 * 60
LONGEST = 12 * 60 * 60
TOUCH = 60
CLOCK_SLACK = 5 * 60
"""Seconds: a session ends after ``IDLE`` without use and ``LONGEST`` in all; use is noted every
``TOUCH``; the clocks of two machines may differ by ``CLOCK_SLACK``."""


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Seconds until a session ends; `by_use` when using it makes that later."""

    seconds: int
    by_use: bool


_listeners: list[Callable[[bytes], None]] = []

# Built once: this runs at every click in the dashboard.
_BY_TOKEN = session.c.digest == bindparam("token_digest")
_HOLDER = select(session.c.account).where(_BY_TOKEN).scalar_subquery()
_FIND = (
    (session, _BY_TOKEN),
    (account, account.c.id == _HOLDER),
    (account_role, account_role.c.account == _HOLDER),
)


@dataclass(frozen=True, slots=True)
class _Running:
    """A session that runs, and whose it is."""

    started: int
    last_seen: int
    person: Person


def cookie_name(secure: bool) -> str:
    """The session cookie's name; under https browsers guard the ``__Host-`` prefix."""
    return f"__Host-{COOKIE}" if secure else COOKIE


def start(connection: Connection, account_id: str, now: datetime) -> str:
    """Begin a session inside a transaction; returns its token, always a fresh one.

    Sessions that have run out are removed on the way.
    """
    moment = int(now.timestamp())
    connection.execute(
        delete(session).where(
            or_(session.c.last_seen <= moment - IDLE, session.c.started <= moment - LONGEST)
        )
    )
    token = new_token()
    connection.execute(
        insert(session).values(
            digest=digest(token), account=account_id, started=moment, last_seen=moment
        )
    )
    return token


def person(engine: Engine, token: str | None, now: datetime) -> Person | None:
    """Who is signed in with this token, or None. One short query; writes at most once a minute."""
    token_digest = digest(token)
    if token_digest is None:
        return None
    running, moment = _running(engine, token_digest, now), int(now.timestamp())
    if running is None:
        return None
    if moment - running.last_seen >= TOUCH:
        _touch(engine, token_digest, moment)
    return running.person


def is_alive(engine: Engine, token: str | None, now: datetime) -> bool:
    """Whether a session runs.

    Asking does not count as use: an idle screen may ask every minute.
    """
    token_digest = digest(token)
    return token_digest is not None and _running(engine, token_digest, now) is not None


def time_left(engine: Engine, token: str | None, now: datetime) -> TimeLeft | None:
    """How long a session still runs when nobody uses it; None when it does not.

    Asking does not count as use.
    """
    token_digest = digest(token)
    running = None if token_digest is None else _running(engine, token_digest, now)
    if running is None:
        return None
    moment = int(now.timestamp())
    idle, longest = IDLE - (moment - running.last_seen), LONGEST - (moment - running.started)
    return TimeLeft(min(idle, longest), by_use=idle < longest)


def is_running(engine: Engine, token_digest: bytes, now: datetime) -> bool:
    """As :func:`is_alive`, by the digest of a token."""
    return _running(engine, token_digest, now) is not None


def when_ended(listener: Callable[[bytes], None]) -> None:
    """Have `listener` called with the digest of every session that this process ends.

    For what other packages keep in memory for a session. It must raise nothing, so that ending a
    session cannot fail by it. It is not called for a session that another process ends or that
    runs out.
    """
    _listeners.append(listener)


def end(engine: Engine, token: str | None) -> None:
    """End one session; nothing happens when there is none."""
    token_digest = digest(token)
    if token_digest is not None:
        _notify(token_digest)
        with writing(engine) as connection:
            connection.execute(delete(session).where(session.c.digest == token_digest))


def end_others(engine: Engine, account_id: str, token: str) -> None:
    """End every session of an account but the one with this token."""
    with writing(engine) as connection:
        connection.execute(
            delete(session).where(
                session.c.account == account_id, session.c.digest != digest(token)
            )
        )


def end_all(engine: Engine, account_id: str) -> int:
    """End every session of an account; returns how many there were."""
    with writing(engine) as connection:
        return drop_all(connection, account_id)


def drop_all(connection: Connection, account_id: str) -> int:
    """As :func:`end_all`, inside a transaction of the caller."""
    running = session.c.account == account_id
    for ended in connection.execute(select(session.c.digest).where(running)).scalars():
        _notify(ended)
    return connection.execute(delete(session).where(running)).rowcount


def _notify(ended: bytes) -> None:
    for listener in _listeners:
        listener(ended)


def _running(engine: Engine, token_digest: bytes, now: datetime) -> _Running | None:
    """A session that has not run out, of an account that is genuine, with its genuine roles."""
    with reading(engine) as connection:
        session_rows, accounts, roles = signed_rows.genuine_in(
            connection, *_FIND, token_digest=token_digest
        )
    if not session_rows or not accounts:
        return None
    moment, (row,), (holder,) = int(now.timestamp()), session_rows, accounts
    if not (_within(moment - row.last_seen, IDLE) and _within(moment - row.started, LONGEST)):
        return None
    held = sorted((role.role, role.unit) for role in roles)
    grants = tuple(Grant(Role(role), unit or None) for role, unit in held)
    return _Running(row.started, row.last_seen, Person(holder.id, holder.email, grants))


def _within(age: int, limit: int) -> bool:
    """Whether a session is young enough; one from the future was begun by a wrong clock."""
    return -CLOCK_SLACK <= age < limit


def _touch(engine: Engine, token_digest: bytes, moment: int) -> None:
    try:
        with writing(engine) as connection:
            connection.execute(
                update(session)
                .where(session.c.digest == token_digest, session.c.last_seen < moment)
                .values(last_seen=moment)
            )
    except StoreBusy:
        return  # the use can be noted later; the person need not wait
