"""The engine and the ways to use it: ``reading``, ``writing`` and ``snapshot``.

SQLite's safety settings hold per connection, so they are set on every one of them.
"""

from __future__ import annotations

import random
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from monitor.errors import StoreBusy
from monitor.store import db_errors, file_modes
from monitor.store.signed_rows import changes

BUSY_SECONDS = 5.0
FLUSH_WAIT_MS = 100
JOURNAL_PAUSE = (0.002, 0.02)
"""Seconds between tries to switch the journal of a new file, drawn at random."""
PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "secure_delete": 1,
    "foreign_keys": 1,
    "synchronous": 2,  # FULL: an acknowledged answer sheet survives a power cut
    "busy_timeout": int(BUSY_SECONDS * 1000),
    "temp_store": 2,  # MEMORY: no temporary file outlives a query
}
"""Pragma and the value it reads back as."""
POSTGRESQL = {
    # A process that hangs, or whose machine is cut off, must not hold a round for ever.
    "idle_in_transaction_session_timeout": 5 * 60 * 1000,
    "tcp_keepalives_idle": 30,
    "tcp_keepalives_interval": 10,
    "tcp_keepalives_count": 3,
}
"""Options of every connection to PostgreSQL: milliseconds, seconds, and a number of tries."""


@dataclass(frozen=True, slots=True)
class _Queue:
    """The queue of a process's threads that want to write to SQLite."""

    patience: float
    turn: threading.Lock = field(default_factory=threading.Lock)


_queues: WeakKeyDictionary[Engine, _Queue] = WeakKeyDictionary()


def open_store(url: str, patience: float = BUSY_SECONDS, journal: str = "wal") -> Engine:
    """Connect to the store at `url`; SQLite's folder is made when it is missing.

    Parameters
    ----------
    patience
        Seconds to wait for others who hold the store, before `StoreBusy`.
    journal
        How SQLite keeps what is under way: ``wal``, or ``memory`` for a draft that is thrown
        away when something goes wrong, and that must not have files beside it.
    """
    sqlite = make_url(url).get_backend_name() == "sqlite"
    if sqlite and (file := make_url(url).database):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,  # an error message must not carry an envelope or a fingerprint
        pool_size=16,
        max_overflow=32,
        pool_timeout=patience,
        connect_args={"timeout": patience} if sqlite else _postgresql_arguments(patience),
        pool_pre_ping=not sqlite,
    )
    if sqlite:
        pragmas = PRAGMAS | {"busy_timeout": int(patience * 1000), "journal_mode": journal}
        event.listen(engine, "do_connect", _make_private)
        event.listen(engine, "connect", partial(_set_pragmas, pragmas))
        event.listen(engine, "begin", _begin_sqlite)
        _queues[engine] = _Queue(patience)
    return engine


def is_sqlite(engine: Engine) -> bool:
    """Whether the store is one SQLite file."""
    return engine.dialect.name == "sqlite"


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view of the store; rolled back at the end. Raises as `writing`."""
    with db_errors.named_errors(), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, *, sign: bool = True) -> Iterator[Connection]:
    """One transaction: all of it, or nothing. What it writes in authenticated tables is signed.

    Without `sign` it is not: where rows come from elsewhere (a backup), and somebody still has to
    say that they are right.

    Raises
    ------
    StoreBusy
        When others hold the store for too long.
    StoreFailing
        When it cannot be written to at all.
    """
    signing = changes.started(engine) if sign else None
    writer = engine.execution_options(sqlite_begin="IMMEDIATE", row_changes=signing)
    with _turn(engine), db_errors.named_errors(), writer.begin() as connection:
        yield connection
        if signing is not None:
            signing.sign(connection)
    if signing is not None:
        signing.committed()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """As `reading`, and every query sees the store as of the same moment.

    That is how SQLite always reads; PostgreSQL needs a setting for it.
    """
    isolated = (
        engine
        if is_sqlite(engine)
        else engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    )
    with db_errors.named_errors(), isolated.connect() as connection:
        yield connection


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait for this thread's turn to write to SQLite.

    With SQLite's own retrying, which sleeps between tries, some threads would wait a hundred
    times longer than others.
    """
    queue = _queues.get(engine)
    if queue is None:
        yield
        return
    if not queue.turn.acquire(timeout=queue.patience):
        raise StoreBusy(db_errors.BUSY)
    try:
        yield
    finally:
        queue.turn.release()


def flush_log(engine: Engine) -> bool:
    """Empty SQLite's write-ahead log, so that what was deleted is not still in it.

    Returns False, soon, when a reader elsewhere still needs the log; call again later. It does
    not wait long, because nobody can write in the meantime.
    """
    if not is_sqlite(engine):
        return True
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        (patience,) = raw.execute("PRAGMA busy_timeout").fetchone()
        raw.execute(f"PRAGMA busy_timeout={min(patience, FLUSH_WAIT_MS)}")
        try:
            (busy, _, _) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            raw.execute(f"PRAGMA busy_timeout={patience}")
        return not busy


def is_reachable(engine: Engine) -> bool:
    """Whether the store answers a question about something it holds."""
    try:
        with reading(engine) as connection:
            connection.execute(text("SELECT version_num FROM alembic_version"))
    except (SQLAlchemyError, StoreBusy):
        return False
    return True


def _postgresql_arguments(patience: float) -> dict[str, Any]:
    options = POSTGRESQL | {"lock_timeout": int(patience * 1000)}
    return {
        "connect_timeout": max(2, int(patience)),
        "application_name": "teamklimaat",
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


def _make_private(_dialect: Any, _entry: Any, arguments: Sequence[Any], _options: Any) -> None:
    file_modes.make_private(Path(arguments[0]))


def _set_pragmas(
    pragmas: Mapping[str, str | int], connection: Any, _entry: ConnectionPoolEntry
) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite
    journal, others = str(pragmas["journal_mode"]), dict(pragmas)
    del others["journal_mode"]
    for name, value in others.items():
        connection.execute(f"PRAGMA {name}={value}")
    _set_journal(connection, journal, int(pragmas["busy_timeout"]) / 1000)


def _set_journal(connection: Any, journal: str, patience: float) -> None:
    """Switch SQLite's journal, waiting for others that open the same new file.

    The switch to the write-ahead log needs the file for itself and, unlike every other statement,
    does not wait for it (https://www.sqlite.org/pragma.html#pragma_journal_mode).
    """
    give_up = time.monotonic() + patience
    while True:
        try:
            (mode,) = connection.execute(f"PRAGMA journal_mode={journal}").fetchone()
        except sqlite3.OperationalError:
            mode = ""
            if time.monotonic() > give_up:
                raise
        if mode == journal:
            return
        if time.monotonic() > give_up:
            raise sqlite3.OperationalError("database is locked")
        time.sleep(random.uniform(*JOURNAL_PAUSE))  # noqa: S311 - only to part those who wait


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute(f"BEGIN {kind}")  # without SQLAlchemy's layers: this runs with every request
