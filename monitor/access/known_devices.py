"""Devices on which somebody signed in before; failures on them are counted per device.

Otherwise a stranger who guesses once after each waiting time would keep the owner out for good. A
device is a random token in a cookie that holds nothing of an account; the store has its digest
beside the account.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from monitor.access.backoff import Backoff
from monitor.access.tokens import digest
from monitor.clock import local_day
from monitor.store.access_tables import known_device
from monitor.store.engine import reading, writing

MOST = 10
"""Devices per account; beyond that the one that was away longest is forgotten."""


def is_known(engine: Engine, token: str | None) -> bool:
    """Whether anybody signed in on this device before."""
    device_digest = digest(token)
    if device_digest is None:
        return False
    query = select(known_device.c.account).where(known_device.c.digest == device_digest).limit(1)
    with reading(engine) as connection:
        return connection.scalar(query) is not None


def backoff(connection: Connection, account_id: str, token: str | None) -> Backoff | None:
    """The failures of this account on this device; None where it never signed in on it."""
    row = connection.execute(
        select(known_device.c.failures, known_device.c.locked_until).where(
            known_device.c.account == account_id, known_device.c.digest == digest(token)
        )
    ).one_or_none()
    return None if row is None else Backoff(row.failures, row.locked_until)


def count(connection: Connection, account_id: str, token: str | None, failed: Backoff) -> None:
    """Store the failures of this account on this device."""
    connection.execute(
        update(known_device)
        .where(known_device.c.account == account_id, known_device.c.digest == digest(token))
        .values(failures=failed.failures, locked_until=failed.locked_until)
    )


def remember(engine: Engine, account_id: str, token: str, now: datetime) -> None:
    """Note that this account signed in on this device."""
    today, device_digest = local_day(now), digest(token)
    with writing(engine) as connection:
        is_known_device = backoff(connection, account_id, token) is not None
        if is_known_device:
            _move_on(connection, account_id, device_digest, today)
            return
        values = {"account": account_id, "digest": device_digest, "used_on": today, "failures": 0}
        connection.execute(insert(known_device).values(values))
        _forget_surplus(connection, account_id)


def _move_on(
    connection: Connection, account_id: str, device_digest: bytes | None, today: date
) -> None:
    connection.execute(
        update(known_device)
        .where(known_device.c.account == account_id, known_device.c.digest == device_digest)
        .values(used_on=today)
    )


def _forget_surplus(connection: Connection, account_id: str) -> None:
    query = (
        select(known_device.c.digest)
        .where(known_device.c.account == account_id)
        .order_by(known_device.c.used_on.desc(), known_device.c.digest)
        .offset(MOST)
    )
    surplus = list(connection.scalars(query))
    connection.execute(
        delete(known_device).where(
            known_device.c.account == account_id, known_device.c.digest.in_(surplus)
        )
    )
