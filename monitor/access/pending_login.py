"""Tickets of people whose passphrase was right, and who have yet to show a code.

A ticket is not a session: it opens the page that asks for a code, or the one that sets that up,
and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from monitor.access import totp
from monitor.access.tokens import digest, new_token
from monitor.store import signed_rows, vault
from monitor.store.access_tables import halfway
from monitor.store.tables import account

COOKIE = "teamklimaat_halfway"
SECONDS = 10 * 60


@dataclass(frozen=True, slots=True)
class LoginTicket:
    """A ticket and its account; with a `secret` when a second factor is being set up."""

    account: str
    email: str
    secret: str | None = field(repr=False)


def issue(
    connection: Connection, secret: bytes, account_id: str, now: datetime, *, set_up: bool
) -> str:
    """Make a ticket, good for ten minutes; tickets that have run out are removed on the way."""
    moment = int(now.timestamp())
    connection.execute(delete(halfway).where(halfway.c.expires <= moment))
    token = new_token()
    sealed = vault.seal(secret, account_id, totp.new_secret().encode()) if set_up else None
    connection.execute(
        insert(halfway).values(
            digest=digest(token), account=account_id, sealed=sealed, expires=moment + SECONDS
        )
    )
    return token


def find(
    connection: Connection, secret: bytes, token: str | None, now: datetime
) -> LoginTicket | None:
    """The ticket, or None when it has run out, was used or never existed."""
    valid = (halfway.c.digest == digest(token), halfway.c.expires > int(now.timestamp()))
    tickets = signed_rows.genuine(connection, halfway, *valid)
    if not tickets:
        return None
    (row,) = tickets
    accounts = signed_rows.genuine(connection, account, account.c.id == row.account)
    if not accounts:
        return None
    (holder,) = accounts
    if row.sealed is None:
        return LoginTicket(holder.id, holder.email, None)
    factor = vault.unseal(secret, row.account, row.sealed)
    return LoginTicket(holder.id, holder.email, factor.decode()) if factor else None


def drop_all(connection: Connection, account_id: str) -> None:
    """Delete every ticket of an account."""
    connection.execute(delete(halfway).where(halfway.c.account == account_id))
