"""Checking a passphrase: every attempt counts as a failure until it proves right."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, func, select, update

from monitor.access import passphrase
from monitor.access.backoff import LONGEST_WAIT, Backoff
from monitor.errors import AccessRefused
from monitor.inputs.addresses import spellings
from monitor.store.engine import writing
from monitor.store.tables import account


@dataclass(frozen=True, slots=True)
class VerifiedPassphrase:
    """A passphrase that was right: its hash as `stored`, and `fresh` by today's settings."""

    account: str
    stored: str = field(repr=False)
    fresh: str = field(repr=False)


def check(engine: Engine, email: str, password: str, now: datetime) -> VerifiedPassphrase:
    """Check the passphrase. Takes as long when there is no account, or none to check.

    Raises
    ------
    AccessRefused
        ``signin.refused``, whatever was wrong.
    """
    row = _count_failure(engine, spellings(email), now)
    stored = row.password_hash if row is not None else None
    right = passphrase.matches(stored, password)
    if row is None or stored is None or not right:
        raise _refused()
    fresh = passphrase.hashed(password) if passphrase.outdated(stored) else stored
    return VerifiedPassphrase(row.id, stored, fresh)


def forgive(connection: Connection, verified: VerifiedPassphrase) -> None:
    """Forget the failures, in the transaction of what was asked for.

    Raises
    ------
    AccessRefused
        As above, when the passphrase was replaced during the check.
    """
    forgiven = connection.execute(
        update(account)
        .where(account.c.id == verified.account, account.c.password_hash == verified.stored)
        .values(failures=0, locked_until=None, password_hash=verified.fresh)
    )
    if forgiven.rowcount != 1:
        raise _refused()


def _count_failure(
    engine: Engine, addresses: Collection[str], now: datetime
) -> Row[tuple[str, str | None]] | None:
    """The account, with one failure more; None when there is none, or it must wait.

    Counting comes before checking, so that a hundred guesses sent at once get no further than a
    hundred in a row.
    """
    moment = int(now.timestamp())
    with writing(engine) as connection:
        row = connection.execute(
            select(account)
            .where(account.c.email.in_(addresses))
            .order_by(func.length(account.c.email).desc())  # as typed goes before cleaned
            .limit(1)
            .with_for_update()
        ).one_or_none()
        if row is None or Backoff(row.failures, row.locked_until).waits(moment):
            return None
        failed = Backoff(row.failures, row.locked_until).one_more(moment)
        connection.execute(
            update(account)
            .where(account.c.id == row.id)
            .values(failures=failed.failures, locked_until=failed.locked_until)
        )
    return row


def _refused() -> AccessRefused:
    return AccessRefused("signin.refused", minutes=LONGEST_WAIT // 60)
