"""The audit log: changes to the set-up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.context import AppContext
from monitor.store import audit
from monitor.store.engine import writing


def test_changes_are_read_back_newest_first(context: AppContext, now: datetime) -> None:
    with writing(context.engine) as connection:
        audit.note(connection, "cli", "round.open", "2026-10", now)
        audit.note(connection, "cli", "round.open", "2026-11", now + timedelta(hours=1))

    newest, oldest = audit.entries(context.engine)

    assert newest == audit.Entry(now + timedelta(hours=1), "cli", "round.open", "2026-11")
    assert oldest.at == now
    assert audit.entries(context.engine, limit=1) == (newest,)


def test_what_happened_earlier_comes_later_in_whatever_order_it_was_written(
    context: AppContext, now: datetime
) -> None:
    with writing(context.engine) as connection:
        audit.note(connection, "cli", "round.open", "2026-11", now)
        audit.note(connection, "demo", "round.open", "2024-11", now - timedelta(days=700))

    assert [entry.detail for entry in audit.entries(context.engine)] == ["2026-11", "2024-11"]


def test_what_is_not_done_is_not_written_down(context: AppContext, now: datetime) -> None:
    def open_a_round_and_fail() -> None:
        with writing(context.engine) as connection:
            audit.note(connection, "cli", "round.open", "2026-11", now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        open_a_round_and_fail()

    assert audit.entries(context.engine) == ()


def test_a_long_detail_is_cut_to_what_the_store_holds(context: AppContext, now: datetime) -> None:
    with writing(context.engine) as connection:
        audit.note(connection, "cli", "organisation.import", "x" * 1000, now)

    assert len(audit.entries(context.engine)[0].detail) == audit.LONGEST_DETAIL
