"""Claims: leases on work that one process at a time may do, or that is done once and for all.

A claim is held until a moment. A process that lives keeps renewing it; the claim of a process
that died lapses, and another process takes it over.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.store.delivery_tables import claim


def new_holder() -> str:
    """A random name for a process or thread that is going to hold claims."""
    return secrets.token_urlsafe(16)


def take(connection: Connection, name: str, holder: str, now: datetime, lease: timedelta) -> bool:
    """Take the claim, or renew it; False when another holder has it or the work is done."""
    moment = int(now.timestamp())
    free = (claim.c.until <= moment) | (claim.c.holder == holder)
    until = _until(now, lease)
    updated = connection.execute(
        update(claim)
        .where(claim.c.name == name, ~claim.c.done, free)
        .values(holder=holder, until=until)
    )
    if updated.rowcount == 1:
        return True
    if is_known(connection, name):
        return False
    try:
        with connection.begin_nested():
            connection.execute(
                insert(claim).values(name=name, holder=holder, until=until, done=False)
            )
    except IntegrityError:  # another process was first
        return False
    return True


def renew(connection: Connection, name: str, holder: str, now: datetime, lease: timedelta) -> bool:
    """Hold the claim longer; False when it has lapsed and another holder took it."""
    held = connection.execute(
        update(claim)
        .where(claim.c.name == name, claim.c.holder == holder, ~claim.c.done)
        .values(until=_until(now, lease))
    )
    return held.rowcount == 1


def release(connection: Connection, name: str, holder: str) -> None:
    """Give the claim up, so that another holder need not wait until it lapses."""
    connection.execute(
        update(claim)
        .where(claim.c.name == name, claim.c.holder == holder, ~claim.c.done)
        .values(until=0)
    )


def finish(connection: Connection, name: str, holder: str) -> None:
    """Note that the work is done: the claim cannot be taken again."""
    connection.execute(
        update(claim).where(claim.c.name == name, claim.c.holder == holder).values(done=True)
    )


def forget_done(connection: Connection, prefix: str, keep: str) -> None:
    """Delete the finished claims whose names begin with `prefix`, all but `keep`."""
    old = claim.c.name.startswith(prefix, autoescape=True) & claim.c.done & (claim.c.name != keep)
    connection.execute(delete(claim).where(old))


def is_known(connection: Connection, name: str) -> bool:
    """Whether the claim was ever taken."""
    return _row(connection, name) is not None


def is_done(connection: Connection, name: str) -> bool:
    """Whether the work is done, so that the claim cannot be taken again."""
    row = _row(connection, name)
    return row is not None and bool(row.done)


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(claim).where(claim.c.name == name)).first()


def _until(now: datetime, lease: timedelta) -> int:
    return int((now + lease).timestamp())
