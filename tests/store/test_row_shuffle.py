"""Rows forget in which order they came; nothing else changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from monitor.context import AppContext
from monitor.errors import StoreBusy
from monitor.store import backup
from monitor.store.delivery_tables import claim
from monitor.store.engine import open_store, reading, writing
from monitor.store.purge import EMPTIED
from monitor.store.row_shuffle import WITHOUT_ORDER, shuffle_rows, shuffle_rows_due
from monitor.store.tables import ballot
from tests.store.anything import fill_everything
from tests.stores import BOTH, POSTGRESQL

NIGHT = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)


@pytest.fixture
def store() -> str:
    """The kind of database."""
    return POSTGRESQL


def fill_in_turn(context: AppContext) -> None:
    """Rows in every table, then each row of some tables once more by a transaction of its own."""
    with writing(context.engine) as connection:
        fill_everything(connection)
    for table in WITHOUT_ORDER:
        (key, *_) = table.primary_key.columns
        with reading(context.engine) as connection:
            keys = connection.execute(text(f"SELECT ctid::text FROM {table.name}")).scalars().all()
        for place in reversed(keys):
            with writing(context.engine) as connection:
                again = f"UPDATE {table.name} SET {key.name} = {key.name} WHERE ctid = '{place}'"
                connection.execute(text(again))


def traces(context: AppContext, table: str) -> tuple[int, list[object]]:
    """How many transactions left their number in the table, and its rows as they lie."""
    with reading(context.engine) as connection:
        distinct = text(f"SELECT count(DISTINCT xmin::text) FROM {table}")
        numbers = connection.execute(distinct).scalar_one()
        return numbers, list(connection.execute(text(f"SELECT * FROM {table}")).all())


@pytest.mark.postgresql
def test_rows_lie_in_the_order_of_their_keys_and_share_one_transaction(context: AppContext) -> None:
    fill_in_turn(context)
    for table in WITHOUT_ORDER:
        assert traces(context, table.name)[0] > 1  # the control: before, they tell

    shuffle_rows(context.engine)

    for table in WITHOUT_ORDER:
        numbers, lying = traces(context, table.name)
        keys = ", ".join(column.name for column in table.primary_key.columns)
        with reading(context.engine) as connection:
            by_key = connection.execute(text(f"SELECT * FROM {table.name} ORDER BY {keys}")).all()
        assert numbers == 1
        assert lying == list(by_key)


@pytest.mark.slow
@pytest.mark.parametrize("store", BOTH)
def test_no_row_and_no_value_changes(context: AppContext, tmp_path: Path) -> None:
    with writing(context.engine) as connection:
        fill_everything(connection)
    before, after = tmp_path / "before.db", tmp_path / "after.db"

    backup.write(context.engine, before)
    shuffle_rows(context.engine)
    backup.write(context.engine, after)

    assert before.read_bytes() == after.read_bytes()


@pytest.mark.postgresql
def test_a_table_that_is_in_use_is_left_for_the_next_night(context: AppContext) -> None:
    hasty = open_store(context.settings.database_url, patience=0.05)
    with writing(context.engine) as connection:
        connection.execute(text(f"LOCK TABLE {ballot.name} IN ROW EXCLUSIVE MODE"))
        with pytest.raises(Exception, match=r"store\.busy"):
            shuffle_rows(hasty)
    shuffle_rows(hasty)
    hasty.dispose()


@pytest.mark.parametrize("store", BOTH)
def test_it_is_done_once_a_night(context: AppContext) -> None:
    night = NIGHT

    assert shuffle_rows_due(context.engine, night)
    assert not shuffle_rows_due(context.engine, night)
    assert shuffle_rows_due(context.engine, night + timedelta(days=1))


@pytest.mark.parametrize("store", BOTH)
def test_of_earlier_nights_no_claim_is_left(context: AppContext) -> None:
    for nights in range(3):
        shuffle_rows_due(context.engine, NIGHT + timedelta(days=nights))

    with reading(context.engine) as connection:
        names = connection.execute(select(claim.c.name)).scalars().all()
    assert names == ["shuffle:2026-11-06"]  # of the day in the Netherlands


@pytest.mark.postgresql
def test_a_night_that_failed_is_done_over(context: AppContext) -> None:
    hasty = open_store(context.settings.database_url, patience=0.05)
    night = NIGHT
    with writing(context.engine) as connection:
        connection.execute(text(f"LOCK TABLE {ballot.name} IN ROW EXCLUSIVE MODE"))
        with pytest.raises(StoreBusy):
            shuffle_rows_due(hasty, night)

    assert shuffle_rows_due(hasty, night)
    hasty.dispose()


@pytest.mark.postgresql
def test_the_database_takes_no_samples_of_any_column_of_the_boxes(context: AppContext) -> None:
    """Its statistics would outlive what they were taken of; a new column is not forgotten here."""
    tables = {table.name for table in (*WITHOUT_ORDER, *EMPTIED)}
    with writing(context.engine) as connection:
        fill_everything(connection)
        connection.execute(text("ANALYZE"))
    with reading(context.engine) as connection:
        sampled = set(connection.scalars(text("SELECT DISTINCT tablename FROM pg_stats")))

    assert "unit" in sampled  # the control: of others it does
    assert not tables & sampled
