"""Recovery codes: the way in without the telephone, each good for one use.

They are random enough (59 bits) not to be guessed, so nobody ever has to wait to use one: they
let in the person who is kept waiting because somebody else keeps guessing.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select

from monitor.inputs.typed_codes import cleaned, grouped, random_code
from monitor.store import signed_rows, vault
from monitor.store.access_tables import recovery_code

HOW_MANY = 8
LENGTH = 12
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is read as something else: no 0, O, 1, I or L."""


def renew(connection: Connection, secret: bytes, account: str) -> tuple[str, ...]:
    """Give an account new codes in the place of the old; only here are they ever readable."""
    drop_all(connection, account)
    codes = tuple(random_code(LENGTH, ALPHABET) for _ in range(HOW_MANY))
    digests = (vault.fingerprint(secret, account, code) for code in codes)
    connection.execute(
        insert(recovery_code), [{"account": account, "digest": digest} for digest in digests]
    )
    return tuple(map(grouped, codes))


def spend(connection: Connection, secret: bytes, account: str, typed: str) -> bool:
    """Use a code up; False when it is none of this account's, or was used before."""
    this_code = (
        recovery_code.c.account == account,
        recovery_code.c.digest == vault.fingerprint(secret, account, cleaned(typed)),
    )
    if not signed_rows.genuine(connection, recovery_code, *this_code):
        return False
    return connection.execute(delete(recovery_code).where(*this_code)).rowcount == 1


def left(connection: Connection, account: str) -> int:
    """How many codes an account still has."""
    counting = select(func.count()).where(recovery_code.c.account == account)
    return connection.execute(counting).scalar_one()


def drop_all(connection: Connection, account: str) -> None:
    """Delete every code of an account."""
    connection.execute(delete(recovery_code).where(recovery_code.c.account == account))
