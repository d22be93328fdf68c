"""Finding an account by its address, as the app wrote it.

An address decides for whom something is done: who gets a role, starts over, or is let in by single
sign-on. Somebody who can write in the store could give one account the address of another for a
moment. So an account whose row is not authentic is refused.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from monitor.errors import InputRefused
from monitor.store import signed_rows
from monitor.store.tables import account


def id_of(connection: Connection, addresses: Collection[str]) -> str | None:
    """The random name of the account with one of these addresses, the longest first.

    Nobody else changes it until the transaction ends. None when there is no such account.

    Raises
    ------
    InputRefused
        When somebody else changed its row, or put it in.
    """
    row = connection.execute(
        select(account)
        .where(account.c.email.in_(addresses))
        .order_by(func.length(account.c.email).desc())
        .limit(1)
        .with_for_update()
    ).first()
    if row is None:
        return None
    if not signed_rows.is_genuine(connection, account, row._mapping):
        raise InputRefused("account.altered", email=row.email)
    return str(row.id)
