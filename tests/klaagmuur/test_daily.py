"""What the klaagmuur does by itself: expiry, and shred keys made ahead."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.context import AppContext
from monitor.klaagmuur import daily, expiry, shredding, thread
from monitor.klaagmuur.refusals import ReceiptRefused
from tests.stores import SQLITE

Send = Callable[..., str]


def test_a_vent_goes_on_its_day_and_not_before(
    context: AppContext, send: Send, now: datetime
) -> None:
    code = send(lifetime=7)
    expires = thread.open_thread(context, code).expires_on
    last = datetime.fromisoformat(f"{expires}T00:00:00+01:00")

    assert expiry.sweep(context, last - timedelta(minutes=1)) == 0
    assert thread.open_thread(context, code)
    assert expiry.sweep(context, last) == 1
    with pytest.raises(ReceiptRefused):
        thread.open_thread(context, code)
    assert expiry.sweep(context, last) == 0


@pytest.mark.parametrize("store", [SQLITE])
def test_expiry_leaves_nothing_in_table_or_log(
    context: AppContext, send: Send, now: datetime
) -> None:
    send(lifetime=7)
    file = context.settings.database_file
    assert file is not None

    daily.tick(context, now + timedelta(30))

    with sqlite3.connect(file) as raw:
        assert raw.execute("SELECT count(*) FROM vent").fetchone() == (0,)
    raw.close()
    assert not (log := Path(f"{file}-wal")).exists() or log.stat().st_size < 100_000


def test_keys_nobody_needs_are_removed_and_others_are_not(
    context: AppContext, send: Send, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = send(lifetime=30)
    monkeypatch.setattr(shredding, "_stocks", {})  # as after a restart
    later = now + timedelta(days=3)
    lost = len(context.keys.names()) - 1
    assert lost > 0

    # Files carry the day of this very run, not the test's.
    real = datetime.now(now.tzinfo) + timedelta(days=3)
    shredding.sweep(context.keys, _used(context), real)

    assert len(context.keys.names()) == 1
    assert thread.open_thread(context, code)
    assert later > now


def test_after_a_day_the_keys_laid_ready_are_made_anew(context: AppContext, now: datetime) -> None:
    shredding.restock(context.keys, now)
    before = set(context.keys.names())

    shredding.restock(context.keys, now + timedelta(hours=2))
    assert set(context.keys.names()) == before
    shredding.restock(context.keys, now + timedelta(hours=25))

    assert not before & set(context.keys.names())
    assert len(context.keys.names()) == shredding.READY


def _used(context: AppContext) -> list[bytes]:
    from sqlalchemy import select

    from monitor.store.engine import reading
    from monitor.store.klaagmuur_tables import vent

    with reading(context.engine) as connection:
        return list(connection.execute(select(vent.c.shred)).scalars())
