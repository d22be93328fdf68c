"""Whatever is wrong with the store, there is one sentence that says what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from monitor.errors import StoreBusy, StoreFailing
from monitor.locale import languages, texts
from monitor.store import trouble
from monitor.store.engine import open_store, reading, writing
from monitor.store.tables import unit
from monitor.wiring import House
from tests.stores import POSTGRESQL, SQLITE


def fill(house: House, rows: int) -> None:
    with writing(house.engine) as connection:
        units = [{"key": f"u{n}", "name": "x" * 120, "position": n} for n in range(rows)]
        connection.execute(insert(unit), units)


def test_every_trouble_has_its_sentence() -> None:
    for key in {*trouble.SQLITE.values(), *trouble.POSTGRESQL.values()}:
        for language in languages():
            assert texts(language)(key)


def test_a_mistake_of_ours_is_no_trouble_of_the_store(house: House) -> None:
    with pytest.raises(IntegrityError), writing(house.engine) as connection:
        connection.execute(insert(unit).values(key="a", parent="nobody", name="A", position=0))
    with pytest.raises(DBAPIError, match="no_such_table"), reading(house.engine) as connection:
        connection.execute(text("SELECT 1 FROM no_such_table"))


class TestSqlite:
    """The troubles of one file."""

    @pytest.fixture
    def store(self) -> str:
        """What keeps the data."""
        return SQLITE

    def test_a_full_disk(self, house: House) -> None:
        with reading(house.engine) as connection:
            pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        house.engine.dispose()
        with house.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")

        with pytest.raises(StoreFailing, match=r"store\.full"):
            fill(house, 500)

    def test_a_file_that_may_not_be_written_to(self, house: House) -> None:
        with house.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA query_only=1")

        with pytest.raises(StoreFailing, match=r"store\.read_only"):
            fill(house, 1)

    def test_a_damaged_header(self, house: House) -> None:
        file = house.settings.database_file
        assert file is not None
        house.engine.dispose()
        with file.open("r+b") as handle:
            handle.write(b"kapot" * 20)

        for use in (reading, writing):
            with pytest.raises(StoreFailing, match=r"store\.damaged"), use(house.engine) as found:
                found.execute(text("SELECT count(*) FROM unit"))

    def test_a_page_that_was_overwritten(self, house: House) -> None:
        fill(house, 500)
        file = house.settings.database_file
        assert file is not None
        house.engine.dispose()
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        with file.open("r+b") as handle:
            handle.seek(4096)
            handle.write(b"\xff" * (file.stat().st_size - 4096))

        with pytest.raises(StoreFailing, match=r"store\.damaged"), reading(house.engine) as found:
            found.execute(text("SELECT count(name) FROM unit")).all()

    def test_a_folder_in_its_place(self, tmp_path: Path) -> None:
        engine = open_store(f"sqlite:///{tmp_path}")

        with pytest.raises(StoreFailing, match=r"store\.unreachable"), reading(engine):
            pass
        engine.dispose()

    def test_another_process_that_does_not_let_go(self, house: House) -> None:
        hasty = open_store(house.settings.database_url, patience=0.05)
        with writing(house.engine), pytest.raises(StoreBusy) as refused, writing(hasty):
            pass
        hasty.dispose()

        assert not isinstance(refused.value, StoreFailing)


class TestPostgresql:
    """The troubles of a server."""

    @pytest.fixture
    def store(self) -> str:
        """What keeps the data."""
        return POSTGRESQL

    def test_a_server_that_is_gone(self, house: House) -> None:
        gone = house.engine.url.set(port=1)
        engine = open_store(gone.render_as_string(hide_password=False))

        with pytest.raises(StoreFailing, match=r"store\.unreachable"), reading(engine):
            pass

    def test_a_database_that_does_not_exist(self, house: House) -> None:
        nowhere = house.engine.url.set(database="nowhere")
        engine = open_store(nowhere.render_as_string(hide_password=False))

        with pytest.raises(StoreFailing, match=r"store\.unreachable"), reading(engine):
            pass

    def test_a_connection_that_is_cut_is_named_and_the_next_one_works(self, house: House) -> None:
        one = {"key": "a", "name": "A", "position": 0}
        lost = pytest.raises(StoreFailing, match=r"store\.unreachable")
        with lost, writing(house.engine) as connection:
            me = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            with house.engine.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:me)"), {"me": me})
            connection.execute(insert(unit), one)

        with reading(house.engine) as connection:
            assert connection.execute(text("SELECT count(*) FROM unit")).scalar_one() == 0

    def test_a_server_that_only_reads(self, house: House) -> None:
        refused = pytest.raises(StoreFailing, match=r"store\.read_only")
        with refused, writing(house.engine) as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            connection.execute(insert(unit).values(key="a", name="A", position=0))


@pytest.mark.parametrize(
    ("state", "key"),
    [("53100", "store.full"), ("58030", "store.disk"), ("XX001", "store.damaged"), ("22001", None)],
)
def test_what_cannot_be_made_to_happen_here_goes_by_its_number(state: str, key: str | None) -> None:
    assert trouble.reason(psycopg.errors.lookup(state)()) == key
