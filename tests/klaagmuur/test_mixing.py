"""On PostgreSQL the rows tell the order in which vents came for a day at most."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from monitor.klaagmuur import daily, mixing, reading, thread
from monitor.store.engine import reading as looking
from monitor.wiring import House
from tests.klaagmuur.conftest import Listener
from tests.stores import POSTGRESQL, SQLITE

Send = Callable[..., str]


@pytest.fixture(params=[POSTGRESQL])
def store(request: pytest.FixtureRequest) -> str:
    """Only there are rows kept as they came."""
    return str(request.param)


def test_places_and_transactions_say_nothing_after_mixing(
    house: House, noor: Listener, send: Send, now: datetime
) -> None:
    codes = [send(f"Nummer {number}.", countable=True) for number in range(12)]
    with looking(house.engine) as connection:
        assert len(_writers(connection)) == 12  # the control: before, each has its own
        assert _rows(connection) != sorted(_rows(connection))

    assert mixing.mix_due(house, now)

    with looking(house.engine) as connection:
        assert len(_writers(connection)) == 1
        assert _rows(connection) == sorted(_rows(connection))
    assert [thread.open_thread(house, code).vent.text for code in codes] == [
        f"Nummer {number}." for number in range(12)
    ]
    assert len(reading.inbox(house, noor.who, noor.key).letters) == 12


def test_it_is_done_once_a_day(house: House, now: datetime) -> None:
    daily.tick(house, now)

    assert not mixing.mix_due(house, now + timedelta(hours=1))
    assert mixing.mix_due(house, now + timedelta(days=1))


@pytest.mark.parametrize("store", [SQLITE], indirect=True)
def test_sqlite_has_nothing_to_mix(house: House, now: datetime) -> None:
    assert not mixing.mix_due(house, now)


def _writers(connection: Connection) -> set[str]:
    found = connection.execute(
        text("SELECT xmin::text FROM vent UNION SELECT xmin::text FROM theme_token")
    )
    return set(found.scalars())


def _rows(connection: Connection) -> list[bytes]:
    return [
        bytes(row)
        for row in connection.execute(text("SELECT id FROM vent ORDER BY ctid")).scalars()
    ]
