"""Recovery codes: the way in without the telephone, each good for one use.

They are random enough (60 bits) not to be guessed, so nobody ever has to wait to use one: who
is kept waiting by somebody else's guesses gets in with them.
"""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, delete, func, insert, select

from monitor.store import vault
from monitor.store.access_tables import recovery_code

HOW_MANY = 8
LENGTH = 12
GROUP = 4
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Nothing that is read as something else: no 0, O, 1, I or L."""
_IGNORED = str.maketrans("", "", " -\u2013\u00a0\t")


def renew(connection: Connection, secret: bytes, account: str) -> tuple[str, ...]:
    """Give an account new codes in the place of the old; only here are they ever readable."""
    drop_all(connection, account)
    made = tuple(_new_code() for _ in range(HOW_MANY))
    connection.execute(
        insert(recovery_code),
        [{"account": account, "digest": vault.fingerprint(secret, account, one)} for one in made],
    )
    return tuple(map(show, made))


def spend(connection: Connection, secret: bytes, account: str, typed: str) -> bool:
    """Use a code up; False when it is none of this account's, or was used before."""
    given = typed.translate(_IGNORED).upper()[: LENGTH + 1]
    spent = connection.execute(
        delete(recovery_code).where(
            recovery_code.c.account == account,
            recovery_code.c.digest == vault.fingerprint(secret, account, given),
        )
    )
    return spent.rowcount == 1


def left(connection: Connection, account: str) -> int:
    """How many codes an account still has."""
    counting = select(func.count()).where(recovery_code.c.account == account)
    return connection.execute(counting).scalar_one()


def drop_all(connection: Connection, account: str) -> None:
    """Let none of an account's codes work any more."""
    connection.execute(delete(recovery_code).where(recovery_code.c.account == account))


def show(code: str) -> str:
    """The code in groups, as shown and printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
