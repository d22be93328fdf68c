"""What holds for SQLite only: its settings, its files, its hidden row numbers."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Thread
from time import sleep

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from monitor.context import AppContext
from monitor.errors import StoreFailing
from monitor.store.engine import PRAGMAS, flush_log, open_store, reading, writing
from monitor.store.migrate import migrate
from monitor.store.schema import metadata
from monitor.store.tables import ballot, envelope, unit
from tests import scale
from tests.stores import SQLITE


@pytest.fixture
def store() -> str:
    """The kind of database."""
    return SQLITE


@pytest.mark.real_disk
def test_every_connection_has_the_safety_settings(context: AppContext) -> None:
    open_ones = [context.engine.connect() for _ in range(5)]
    for connection in open_ones:
        for name, value in PRAGMAS.items():
            assert connection.execute(text(f"PRAGMA {name}")).scalar() == value
        connection.close()


@pytest.mark.parametrize("table", [ballot, envelope])
def test_the_box_keeps_no_order_of_arrival(context: AppContext, table: object) -> None:
    with reading(context.engine) as connection:
        sql = connection.execute(
            text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": str(table)}
        ).scalar_one()

    assert "WITHOUT ROWID" in sql
    columns = {column.name for column in table.columns}  # type: ignore[attr-defined]
    assert not any(word in name for name in columns for word in ("time", "at", "date", "address"))


def test_deleted_content_is_in_neither_file(context: AppContext) -> None:
    file = context.settings.database_file
    assert file is not None
    with writing(context.engine) as connection:
        rows = [{"key": f"canary-{i:04d}", "name": "N", "position": i} for i in range(500)]
        connection.execute(insert(unit), rows)
    assert b"canary-0400" in _bytes(file)

    with writing(context.engine) as connection:
        connection.execute(unit.delete())
    assert flush_log(context.engine)

    assert b"canary-" not in _bytes(file)


def test_the_log_waits_for_a_reader_and_says_so(context: AppContext) -> None:
    with reading(context.engine) as reader:
        reader.execute(select(unit)).all()
        with writing(context.engine) as connection:
            connection.execute(insert(unit).values(key="a", name="A", position=0))
        short: Engine = open_store(context.settings.database_url)
        with short.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=10")
        assert not flush_log(short)
        short.dispose()
    assert flush_log(context.engine)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("dit is geen database " * 100)
    before = file.read_bytes()
    engine = open_store(f"sqlite:///{file}")

    with pytest.raises(StoreFailing, match=r"store\.damaged"):
        migrate(engine)
    engine.dispose()

    assert file.read_bytes() == before
    assert sqlite3.sqlite_version_info >= (3, 35)


def test_only_the_audit_log_has_a_sequence_number() -> None:
    numbered = {
        table.name
        for table in metadata.tables.values()
        if table.dialect_options["sqlite"].get("with_rowid") is not False
    }

    assert numbered == {"audit"}


def _bytes(file: Path) -> bytes:
    wal = file.with_name(file.name + "-wal")
    return file.read_bytes() + (wal.read_bytes() if wal.exists() else b"")


def open_at_once(folder: Path, files: int, openers: int) -> list[str]:
    """Open each of some new files from several threads at once; what went wrong, if anything."""
    failures: list[str] = []

    def first_opening(url: str, start: Barrier) -> None:
        engine = open_store(url)
        start.wait()
        try:
            with engine.connect() as connection:
                assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        except SQLAlchemyError as error:
            failures.append(str(error))
        finally:
            engine.dispose()

    with ThreadPoolExecutor(openers) as pool:
        for number in range(files):
            start = Barrier(openers)
            url = f"sqlite:///{folder / f'new{number}.db'}"
            list(
                pool.map(lambda _, url=url, start=start: first_opening(url, start), range(openers))
            )
    return failures


@pytest.mark.slow
def test_first_openings_of_a_new_file_wait_for_each_other(tmp_path: Path) -> None:
    assert open_at_once(tmp_path, scale.samples(50), 8) == []


def held_by_another(file: Path, seconds: float) -> Thread:
    """Hold a new file, still without a write-ahead log, for a while in another thread."""
    holds = Event()

    def hold() -> None:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        holds.set()
        sleep(seconds)
        other.execute("COMMIT")
        other.close()

    thread = Thread(target=hold)
    thread.start()
    assert holds.wait(10)
    return thread


def test_an_opening_waits_for_whoever_holds_the_new_file(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    other = held_by_another(file, 0.3)
    engine = open_store(f"sqlite:///{file}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()
    other.join()


def test_the_control_sqlite_itself_does_not_wait(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    other = held_by_another(file, 0.5)
    connection = sqlite3.connect(file, timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        connection.execute("PRAGMA journal_mode=wal")
    connection.close()
    other.join()
