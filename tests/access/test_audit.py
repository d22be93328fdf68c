"""The record of changes to the set-up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.access import audit
from monitor.store.engine import writing
from monitor.wiring import House


def test_changes_are_read_back_newest_first(house: House, now: datetime) -> None:
    with writing(house.engine) as connection:
        audit.note(connection, "cli", "round.open", "2026-10", now)
        audit.note(connection, "cli", "round.open", "2026-11", now + timedelta(hours=1))

    newest, oldest = audit.entries(house.engine)

    assert newest == audit.Entry(now + timedelta(hours=1), "cli", "round.open", "2026-11")
    assert oldest.at == now
    assert audit.entries(house.engine, limit=1) == (newest,)


def test_what_happened_earlier_comes_later_in_whatever_order_it_was_written(
    house: House, now: datetime
) -> None:
    with writing(house.engine) as connection:
        audit.note(connection, "cli", "round.open", "2026-11", now)
        audit.note(connection, "demo", "round.open", "2024-11", now - timedelta(days=700))

    assert [entry.detail for entry in audit.entries(house.engine)] == ["2026-11", "2024-11"]


def test_what_is_not_done_is_not_written_down(house: House, now: datetime) -> None:
    def open_a_round_and_fail() -> None:
        with writing(house.engine) as connection:
            audit.note(connection, "cli", "round.open", "2026-11", now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        open_a_round_and_fail()

    assert audit.entries(house.engine) == ()


def test_a_long_detail_is_cut_to_what_the_store_holds(house: House, now: datetime) -> None:
    with writing(house.engine) as connection:
        audit.note(connection, "cli", "organisation.import", "x" * 1000, now)

    assert len(audit.entries(house.engine)[0].detail) == audit.LONGEST_DETAIL
