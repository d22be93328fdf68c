"""The engine and the two ways to use it: ``reading`` and ``writing``.

SQLite's safety settings hold per connection, so they are set on every one of them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from monitor.errors import StoreBusy

BUSY_SECONDS = 5.0
PRAGMAS = {
    "journal_mode": "wal",
    "secure_delete": 1,
    "foreign_keys": 1,
    "synchronous": 2,  # FULL: an acknowledged sheet survives a power cut
    "busy_timeout": int(BUSY_SECONDS * 1000),
    "temp_store": 2,  # MEMORY: no temporary file outlives a query
}
"""Pragma and the value it reads back as."""

_write_locks: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


def open_store(url: str) -> Engine:
    """Connect to the store at `url`; SQLite's folder is made when it is missing."""
    sqlite = make_url(url).get_backend_name() == "sqlite"
    if sqlite and (file := make_url(url).database):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,  # an error message must not carry an envelope or a fingerprint
        pool_size=16,
        max_overflow=32,
        **({"connect_args": {"timeout": BUSY_SECONDS}} if sqlite else {"pool_pre_ping": True}),
    )
    if sqlite:
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_sqlite)
        _write_locks[engine] = threading.Lock()
    return engine


def is_sqlite(engine: Engine) -> bool:
    """Whether the store is one SQLite file."""
    return engine.dialect.name == "sqlite"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the store; rolled back at the end."""
    with engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it, or nothing.

    Raises
    ------
    StoreBusy
        When another process holds the store for longer than ``BUSY_SECONDS``.
    """
    # Threads of one process queue here in turn; left to SQLite's own retrying, which sleeps
    # between tries, some would wait a hundred times longer than others.
    turn = _write_locks.get(engine)
    writer = engine.execution_options(sqlite_begin="IMMEDIATE")
    with turn or nullcontext():
        try:
            with writer.begin() as connection:
                yield connection
        except OperationalError as error:
            if "locked" in str(error.orig) or "busy" in str(error.orig):
                raise StoreBusy("store.busy") from None
            raise


def flush_log(engine: Engine) -> bool:
    """Empty SQLite's write-ahead log, so that what was deleted is not still in it.

    Returns False when a reader elsewhere still needs the log; call again later.
    """
    if not is_sqlite(engine):
        return True
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        (busy, _, _) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def check_reachable(engine: Engine) -> None:
    """Ask the store one question; raises the driver's error when it does not answer."""
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


def _set_pragmas(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not guessed
    for name, value in PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")
