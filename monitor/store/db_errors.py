"""Errors of the database drivers, as the few refusals that a person can act on.

With one refusal for each kind of trouble a page answers 503 and keeps what was filled in, a
command says one sentence, and the log names the trouble.
"""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from monitor import logs
from monitor.errors import StoreBusy, StoreFailing

BUSY = "store.busy"
FULL, READ_ONLY, DAMAGED = "store.full", "store.read_only", "store.damaged"
DISK, UNREACHABLE = "store.disk", "store.unreachable"

SQLITE = {
    "BUSY": BUSY,
    "LOCKED": BUSY,
    "FULL": FULL,
    "READONLY": READ_ONLY,
    "CORRUPT": DAMAGED,
    "NOTADB": DAMAGED,
    "IOERR": DISK,
    "CANTOPEN": UNREACHABLE,
    "PERM": UNREACHABLE,
    "AUTH": UNREACHABLE,
}
"""By the first word of SQLite's name for the error, after ``SQLITE_``."""

POSTGRESQL = {
    "55P03": BUSY,  # lock not available in time
    "40001": BUSY,  # two transactions in each other's way
    "40P01": BUSY,
    "57014": BUSY,  # took too long
    "53300": BUSY,  # no connection left
    "53100": FULL,
    "25006": READ_ONLY,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "58": DISK,
    "08": UNREACHABLE,
    "28": UNREACHABLE,
    "3D": UNREACHABLE,
    "57P": UNREACHABLE,  # shutting down or starting up
}
"""By SQLSTATE or the beginning of it (PostgreSQL manual, appendix A)."""


@contextmanager
def named_errors() -> Iterator[None]:
    """Turn errors of the store into refusals; every other error passes unchanged.

    Raises
    ------
    StoreBusy
        When trying again in a little while may help.
    StoreFailing
        When somebody has to mend the store first.
    """
    try:
        yield
    except _errors() as error:
        key = reason(error)
        if key is None:
            raise
        logs.note("store.trouble", level=logging.ERROR, reason=key)
        raise (StoreBusy if key == BUSY else StoreFailing)(key) from None


def reason(error: Exception) -> str | None:
    """The key of the refusal for `error`; None when the store is well and the query was wrong."""
    if isinstance(error, PoolExhausted):
        return BUSY
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", None) or ""
        return SQLITE.get(name.removeprefix("SQLITE_").partition("_")[0])
    driver = _postgresql()
    if driver is not None and isinstance(cause, driver.Error):
        lost = isinstance(cause, driver.OperationalError)
        state = cause.sqlstate or ("08" if lost else "")
        return next((key for start, key in POSTGRESQL.items() if state.startswith(start)), None)
    return None


def _errors() -> tuple[type[Exception], ...]:
    driver = _postgresql()
    always = (DBAPIError, sqlite3.Error, PoolExhausted)
    return always if driver is None else (*always, driver.Error)


def _postgresql() -> Any:
    """PostgreSQL's driver where it is loaded; elsewhere nothing can have raised its errors.

    It takes 8 MB, and is not loaded for a store in SQLite.
    """
    return sys.modules.get("psycopg")
