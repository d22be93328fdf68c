"""Who may work at the same time on PostgreSQL. SQLite has one writer at a time as it is.

Advisory locks, held until the transaction ends, and not row locks: those who share a row lock
let newcomers in before one who waits to have it alone, so that under a steady stream of sheets
a round could never close (measured: 24 sharers kept one waiting for as long as they went on).
Advisory locks are given out in the order in which they were asked for, and write nothing.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import BigInteger, Connection, bindparam, cast, func, select

_number = cast(bindparam("number"), BigInteger)
_alone = select(func.pg_advisory_xact_lock(_number))
_together = select(func.pg_advisory_xact_lock_shared(_number))


def exclusive(connection: Connection, what: str) -> None:
    """Wait until nobody else holds `what`, and hold it until the transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(_alone, {"number": _number_of(what)})


def shared(connection: Connection, what: str) -> None:
    """Hold `what` with any number of others, while nobody has it alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(_together, {"number": _number_of(what)})


def _number_of(what: str) -> int:
    digest = hashlib.sha256(b"teamklimaat\0" + what.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
