"""Every kind of trouble with the store has one sentence that says what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from monitor.context import AppContext
from monitor.errors import StoreBusy, StoreFailing
from monitor.locale import languages, texts
from monitor.store import db_errors
from monitor.store.engine import open_store, reading, writing
from monitor.store.tables import unit
from tests.stores import POSTGRESQL, SQLITE


def fill(context: AppContext, rows: int) -> None:
    with writing(context.engine) as connection:
        units = [{"key": f"u{n}", "name": "x" * 120, "position": n} for n in range(rows)]
        connection.execute(insert(unit), units)


def test_every_trouble_has_its_sentence() -> None:
    for key in {*db_errors.SQLITE.values(), *db_errors.POSTGRESQL.values()}:
        for language in languages():
            assert texts(language)(key)


def test_a_mistake_of_ours_is_no_trouble_of_the_store(context: AppContext) -> None:
    with pytest.raises(IntegrityError), writing(context.engine) as connection:
        connection.execute(insert(unit).values(key="a", parent="nobody", name="A", position=0))
    with pytest.raises(DBAPIError, match="no_such_table"), reading(context.engine) as connection:
        connection.execute(text("SELECT 1 FROM no_such_table"))


class TestSqlite:
    """What can be wrong with SQLite's file."""

    @pytest.fixture
    def store(self) -> str:
        """The kind of database."""
        return SQLITE

    def test_a_full_disk(self, context: AppContext) -> None:
        with reading(context.engine) as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        context.engine.dispose()
        with context.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")

        with pytest.raises(StoreFailing, match=r"store\.full"):
            fill(context, 500)

    def test_a_file_that_may_not_be_written_to(self, context: AppContext) -> None:
        with context.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=1")

        with pytest.raises(StoreFailing, match=r"store\.read_only"):
            fill(context, 1)

    def test_a_damaged_header(self, context: AppContext) -> None:
        file = context.settings.database_file
        assert file is not None
        context.engine.dispose()
        with file.open("r+b") as handle:
            handle.write(b"kapot" * 20)

        for use in (reading, writing):
            with (
                pytest.raises(StoreFailing, match=r"store\.damaged"),
                use(context.engine) as connection,
            ):
                connection.execute(text("SELECT count(*) FROM unit"))

    def test_a_page_that_was_overwritten(self, context: AppContext) -> None:
        fill(context, 500)
        file = context.settings.database_file
        assert file is not None
        context.engine.dispose()
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        with file.open("r+b") as handle:
            handle.seek(4096)
            handle.write(b"\xff" * (file.stat().st_size - 4096))

        with (
            pytest.raises(StoreFailing, match=r"store\.damaged"),
            reading(context.engine) as damaged,
        ):
            damaged.execute(text("SELECT count(name) FROM unit")).all()

    def test_a_folder_in_its_place(self, tmp_path: Path) -> None:
        engine = open_store(f"sqlite:///{tmp_path}")

        with pytest.raises(StoreFailing, match=r"store\.unreachable"), reading(engine):
            pass
        engine.dispose()

    def test_another_process_that_does_not_let_go(self, context: AppContext) -> None:
        hasty = open_store(context.settings.database_url, patience=0.05)
        with writing(context.engine), pytest.raises(StoreBusy) as refused, writing(hasty):
            pass
        hasty.dispose()

        assert not isinstance(refused.value, StoreFailing)


@pytest.mark.postgresql
class TestPostgresql:
    """What can be wrong with a server."""

    @pytest.fixture
    def store(self) -> str:
        """The kind of database."""
        return POSTGRESQL

    def test_a_server_that_is_gone(self, context: AppContext) -> None:
        gone = context.engine.url.set(port=1)
        engine = open_store(gone.render_as_string(hide_password=False))

        with pytest.raises(StoreFailing, match=r"store\.unreachable"), reading(engine):
            pass

    def test_a_database_that_does_not_exist(self, context: AppContext) -> None:
        nowhere = context.engine.url.set(database="nowhere")
        engine = open_store(nowhere.render_as_string(hide_password=False))

        with pytest.raises(StoreFailing, match=r"store\.unreachable"), reading(engine):
            pass

    def test_a_connection_that_is_cut_is_named_and_the_next_one_works(
        self, context: AppContext
    ) -> None:
        row = {"key": "a", "name": "A", "position": 0}
        lost = pytest.raises(StoreFailing, match=r"store\.unreachable")
        with lost, writing(context.engine) as connection:
            me = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with context.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:me)"), {"me": me})
            connection.execute(insert(unit), row)

        with reading(context.engine) as connection:
            assert connection.execute(text("SELECT count(*) FROM unit")).scalar_one() == 0

    def test_a_server_that_only_reads(self, context: AppContext) -> None:
        refused = pytest.raises(StoreFailing, match=r"store\.read_only")
        with refused, writing(context.engine) as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(insert(unit).values(key="a", name="A", position=0))


@pytest.mark.parametrize(
    ("state", "key"),
    [("53100", "store.full"), ("58030", "store.disk"), ("XX001", "store.damaged"), ("22001", None)],
)
def test_what_cannot_be_made_to_happen_here_goes_by_its_number(state: str, key: str | None) -> None:
    assert db_errors.reason(psycopg.errors.lookup(state)()) == key
