"""Locks on PostgreSQL, held until the transaction ends; SQLite has one writer at a time anyway.

They are advisory locks, not row locks. A shared row lock is granted to newcomers before an
exclusive one that is waited for, so that under a steady stream of answer sheets a round could
never close (measured: 24 sharers kept one waiting for as long as they went on). Advisory locks are
granted in the order of the requests, and write nothing.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import BigInteger, Connection, Table, bindparam, cast, func, select, text

_number = cast(bindparam("number"), BigInteger)
_alone = select(func.pg_advisory_xact_lock(_number))
_together = select(func.pg_advisory_xact_lock_shared(_number))


def exclusive(connection: Connection, name: str) -> None:
    """Wait until nobody else holds the lock `name`, and hold it alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(_alone, {"number": _number_of(name)})


def shared(connection: Connection, name: str) -> None:
    """Hold the lock `name` together with others, once nobody holds it alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(_together, {"number": _number_of(name)})


def lock_table(connection: Connection, table: Table) -> None:
    """Make other writers of a table wait, this program or not; SQLite has one writer at a time."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


def _number_of(name: str) -> int:
    digest = hashlib.sha256(b"teamklimaat\0" + name.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
