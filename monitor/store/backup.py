"""Backups: one portable file, whichever database is used, made while the app goes on.

The file is a small SQLite store of its own, so that a backup of PostgreSQL can be restored into
SQLite and the other way round. It holds no key and no secret: those are never in the store. What
gives access for a short while is left out, so that an old file gives none.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from monitor.errors import InputRefused
from monitor.store import stored_settings, transfer
from monitor.store.engine import open_store, reading, snapshot, writing
from monitor.store.migrate import known_version, migrate
from monitor.store.stored_settings import StoredSetting

LEFT_OUT = ("session", "welcome_link", "halfway", "known_device", "released")
"""Tables of sessions, one-time links and devices, and what is worked out anew by itself."""
MAGIC = b"SQLite format 3\0"
Report = Callable[[int, int], None]


def _tell_nobody(_done: int, _steps: int) -> None:
    """The default for `report`: does nothing."""


def last_made(engine: Engine) -> datetime | None:
    """When the last backup was made, to the minute; None before the first."""
    with reading(engine) as connection:
        stored = stored_settings.get(connection, StoredSetting.LAST_BACKUP)
    return None if stored is None else datetime.fromisoformat(stored)


def note_made(engine: Engine, now: datetime) -> None:
    """Note in the store that a backup was made."""
    minute = now.replace(second=0, microsecond=0).isoformat()
    with writing(engine) as connection:
        stored_settings.put(connection, StoredSetting.LAST_BACKUP, minute)


def write(engine: Engine, file: Path, report: Report = _tell_nobody) -> int:
    """Write the store, as of one moment, into a new `file`; returns the number of rows.

    `report` is called with how many steps are done, and how many there are.

    Raises
    ------
    InputRefused
        When there is a file of that name already.
    """
    if file.exists():
        raise InputRefused("backup.exists", file=file)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        rows = _fill(engine, draft, report)
        draft.rename(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    _sync(file.parent)
    return rows


@contextmanager
def opened(file: Path) -> Iterator[Engine]:
    """A backup opened as a store, with its schema brought up to date; the file does not change.

    Raises
    ------
    InputRefused
        When it is no backup, is damaged, or was made by a newer version.
    """
    with tempfile.TemporaryDirectory(prefix="teamklimaat-") as folder:
        _check(file)
        copied = Path(folder) / "backup.db"
        shutil.copyfile(file, copied)
        engine = open_store(f"sqlite:///{copied}", journal="memory")
        try:
            migrate(engine)
            yield engine
        finally:
            engine.dispose()


def _fill(engine: Engine, draft: Path, report: Report) -> int:
    portable = open_store(f"sqlite:///{draft}", journal="memory")
    tables = transfer.tables(LEFT_OUT)
    try:
        migrate(portable)
        with snapshot(engine) as source, writing(portable) as target:
            rows = 0
            for done, table in enumerate(tables):
                report(done, 2 * len(tables))
                rows += transfer.copy(source, target, [table])
            for done, table in enumerate(tables, len(tables)):
                report(done, 2 * len(tables))
                if transfer.differing(source, target, [table]):
                    raise InputRefused("transfer.differs", tables=table.name)
    finally:
        portable.dispose()
    return rows


def _check(file: Path) -> None:
    """Refuse a file that is no backup, is damaged, or is of a version unknown here."""
    with file.open("rb") as handle:
        if handle.read(len(MAGIC)) != MAGIC:
            raise InputRefused("restore.no_backup", file=file)
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        (state,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError):
        raise InputRefused("restore.no_backup", file=file) from None
    finally:
        connection.close()
    if state != "ok":
        raise InputRefused("restore.damaged", file=file)
    if not known_version(version):
        raise InputRefused("restore.newer", file=file)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
