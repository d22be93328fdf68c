"""No order of vents is kept: neither which came first, nor when, other than the day."""

from __future__ import annotations

import re
import sqlite3
from datetime import date
from itertools import combinations
from statistics import mean

import pytest
from sqlalchemy import BigInteger, DateTime, Time, select

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import envelope, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.vents import Draft
from monitor.store import row_shuffle
from monitor.store.engine import flush_log, reading
from monitor.store.klaagmuur_tables import theme_token, vent
from monitor.store.schema import metadata
from tests.promises import canary
from tests.stores import SQLITE

TABLES = ("luisteraar", "vent", "vent_note", "theme_token", "theme_release")
MANY = 24


def sent(context: AppContext, count: int = MANY) -> list[bytes]:
    """Send vents; return their ids in the order in which they were sent."""
    ids = []
    for number in range(count):
        code = vents.send(context, Draft(Vent(text=str(number))), clock.now())
        ids.append(envelope.receipt_of(code.encode()).id)
    return ids


@pytest.mark.slow
@pytest.mark.usefixtures("noor")
def test_they_lie_in_the_order_of_random_names(context: AppContext) -> None:
    ids = sent(context)
    row_shuffle.shuffle_rows(context.engine)  # the night
    with reading(context.engine) as connection:
        stored = list(connection.execute(select(vent)).scalars())
        tokens = list(connection.execute(select(theme_token)).scalars())

    assert sorted(ids) == sorted(stored)
    assert stored == sorted(stored) != ids
    assert tokens == sorted(tokens)


@pytest.mark.slow
@pytest.mark.parametrize("store", [SQLITE])
@pytest.mark.usefixtures("noor")
def test_nor_does_the_file_keep_it_after_the_night(context: AppContext) -> None:
    ids = sent(context, 2 * MANY)
    assert in_order(context, ids) == 1.0  # the control: before it, all are in order

    row_shuffle.shuffle_rows(context.engine)

    assert 0.2 < in_order(context, ids) < 0.8
    assert len(canary.sealed_vents(context)) == len(ids)


def in_order(context: AppContext, ids: list[bytes]) -> float:
    """The share of all pairs that lie in the file in the order of `ids`; by chance one half."""
    file = context.settings.database_file
    assert file is not None
    flush_log(context.engine)
    content, sealed = file.read_bytes(), canary.sealed_vents(context)
    places = [content.rfind(sealed[name][-100:]) for name in ids]
    assert -1 not in places
    return mean(first < second for first, second in combinations(places, 2))


def test_the_control_a_plain_table_keeps_it() -> None:
    raw = sqlite3.connect(":memory:")
    raw.execute("CREATE TABLE vent (id BLOB PRIMARY KEY)")
    ids = [bytes([255 - number]) for number in range(MANY)]
    raw.executemany("INSERT INTO vent VALUES (?)", [(name,) for name in ids])

    stored = [row[0] for row in raw.execute("SELECT id FROM vent ORDER BY rowid")]
    raw.close()

    assert stored == ids != sorted(ids)


def test_no_table_has_room_for_a_moment_an_address_or_an_order() -> None:
    for name in TABLES:
        table = metadata.tables[name]
        for column in table.columns:
            assert not isinstance(column.type, BigInteger | DateTime | Time), column
            assert not column.autoincrement or column.autoincrement == "auto", column
            assert not re.search(r"address|agent|time(?!s)|moment|sender|title", column.name), (
                column
            )
        assert table.dialect_options["sqlite"]["with_rowid"] is False


@pytest.mark.usefixtures("noor")
def test_what_is_kept_is_a_day(context: AppContext) -> None:
    vents.send(context, Draft(Vent(text="a")), clock.now())

    with reading(context.engine) as connection:
        row = connection.execute(select(vent)).one()
    assert type(row.day) is type(row.expires_on) is date
