"""Claims: what only one process at a time may do, and what is done once and never again.

A claim is held until a moment. Who lives keeps renewing it; who died lets it lapse, and another
takes it over.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.store.delivery_tables import claim


def new_holder() -> str:
    """A name for whoever is going to hold claims."""
    return secrets.token_urlsafe(16)


def take(connection: Connection, name: str, holder: str, now: datetime, lease: timedelta) -> bool:
    """Take the claim, or renew it; False when somebody else has it or it is done."""
    moment = int(now.timestamp())
    free = (claim.c.until <= moment) | (claim.c.holder == holder)
    until = _until(now, lease)
    taken = connection.execute(
        update(claim)
        .where(claim.c.name == name, ~claim.c.done, free)
        .values(holder=holder, until=until)
    )
    if taken.rowcount == 1:
        return True
    if connection.execute(select(claim.c.name).where(claim.c.name == name)).first():
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
    """Hold it longer; False when it has lapsed and somebody else took it."""
    held = connection.execute(
        update(claim)
        .where(claim.c.name == name, claim.c.holder == holder, ~claim.c.done)
        .values(until=_until(now, lease))
    )
    return held.rowcount == 1


def release(connection: Connection, name: str, holder: str) -> None:
    """Let go of it, so that another need not wait until it lapses."""
    connection.execute(
        delete(claim).where(claim.c.name == name, claim.c.holder == holder, ~claim.c.done)
    )


def finish(connection: Connection, name: str, holder: str) -> None:
    """It is done: nobody takes it again."""
    connection.execute(
        update(claim).where(claim.c.name == name, claim.c.holder == holder).values(done=True)
    )


def _until(now: datetime, lease: timedelta) -> int:
    return int((now + lease).timestamp())
