"""Checking a passphrase: each attempt counts as a failure until it proves to be right."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, update

from monitor.access import known_devices, passphrase
from monitor.access.backoff import LONGEST_WAIT, Backoff
from monitor.errors import AccessRefused
from monitor.inputs.addresses import spellings
from monitor.store import signed_rows
from monitor.store.engine import writing
from monitor.store.tables import account


@dataclass(frozen=True, slots=True)
class VerifiedPassphrase:
    """A passphrase that was right: its hash as `stored`, and `fresh` by today's settings."""

    account: str
    device: str | None = field(repr=False)
    """The device whose failures count apart, where the account signed in on it before."""
    stored: str = field(repr=False)
    fresh: str = field(repr=False)


def check(
    engine: Engine, email: str, password: str, now: datetime, device: str | None = None
) -> VerifiedPassphrase:
    """Check the passphrase. Takes as long when there is no account, or none to check.

    Parameters
    ----------
    device
        The token of the device, if it has one (see :mod:`monitor.access.known_devices`).

    Raises
    ------
    AccessRefused
        ``signin.refused``, whatever was wrong.
    """
    row, is_known_device = _count_failure(engine, spellings(email), now, device)
    stored = row.password_hash if row is not None else None
    right = passphrase.matches(stored, password)
    if row is None or stored is None or not right:
        raise _refused()
    fresh = passphrase.hashed(password) if passphrase.outdated(stored) else stored
    return VerifiedPassphrase(row.id, device if is_known_device else None, stored, fresh)


def forgive(connection: Connection, verified: VerifiedPassphrase) -> None:
    """Forget the failures, in the transaction of what was asked for.

    Raises
    ------
    AccessRefused
        As above, when the passphrase was replaced during the check.
    """
    values: dict[str, Any] = {"password_hash": verified.fresh}
    if verified.device is None:
        values |= {"failures": 0, "locked_until": None}
    else:
        known_devices.count(connection, verified.account, verified.device, Backoff(0, None))
    forgiven = connection.execute(
        update(account)
        .where(account.c.id == verified.account, account.c.password_hash == verified.stored)
        .values(values)
    )
    if forgiven.rowcount != 1:
        raise _refused()


def _count_failure(
    engine: Engine, addresses: Collection[str], now: datetime, device: str | None
) -> tuple[Row[tuple[str, str | None]] | None, bool]:
    """The account, with one failure more; None when there is none, or it must wait.

    The failure counts for the device alone where the account signed in on it before, which is the
    second value.

    Counting comes before checking, so that a hundred guesses sent at once get no further than a
    hundred in a row.
    """
    moment = int(now.timestamp())
    with writing(engine) as connection:
        row = connection.execute(
            select(account)
            .where(account.c.email.in_(addresses))
            .order_by(
                func.length(account.c.email).desc()
            )  # one kept as it was typed goes before a cleaned one
            .limit(1)
            .with_for_update()
        ).one_or_none()
        if row is None or not signed_rows.genuine(connection, account, account.c.id == row.id):
            return None, False
        of_device = known_devices.backoff(connection, row.id, device)
        counted = of_device or Backoff(row.failures, row.locked_until)
        if counted.waits(moment):
            return None, False
        failed = counted.one_more(moment)
        if of_device is not None:
            known_devices.count(connection, row.id, device, failed)
            return row, True
        connection.execute(
            update(account)
            .where(account.c.id == row.id)
            .values(failures=failed.failures, locked_until=failed.locked_until)
        )
    return row, False


def _refused() -> AccessRefused:
    return AccessRefused("signin.refused", minutes=LONGEST_WAIT // 60)
