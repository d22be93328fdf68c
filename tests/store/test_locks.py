"""Locks on PostgreSQL: fair, so that closing a round is never kept waiting by those who answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from monitor.context import AppContext
from monitor.errors import StoreBusy
from monitor.store import locks
from monitor.store.engine import open_store, writing
from tests.stores import POSTGRESQL

pytestmark = pytest.mark.postgresql
SHARERS = 12


@pytest.fixture
def store() -> str:
    """The kind of database."""
    return POSTGRESQL


@contextmanager
def steady_stream(context: AppContext) -> Iterator[None]:
    """Keep the round locked by somebody at every moment."""
    over = threading.Event()

    def hold() -> None:
        while not over.is_set():
            with writing(context.engine) as connection:
                locks.shared(connection, "round")
                connection.execute(text("SELECT pg_sleep(0.03)"))

    with ThreadPoolExecutor(SHARERS) as pool:
        holders = [pool.submit(hold) for _ in range(SHARERS)]
        try:
            time.sleep(0.2)
            yield
        finally:
            over.set()
        for holder in holders:
            holder.result()


def test_who_wants_a_round_alone_gets_it_from_under_a_steady_stream(context: AppContext) -> None:
    with steady_stream(context), writing(context.engine) as connection:
        locks.exclusive(connection, "round")  # StoreBusy, were newcomers let in before it
        mine = text(
            "SELECT count(*) FROM pg_locks"
            " WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
        )
        held = connection.execute(mine).scalar_one()

    assert held == 1


def test_nobody_else_gets_what_somebody_has_alone_until_the_end(context: AppContext) -> None:
    hasty = open_store(context.settings.database_url, patience=0.05)
    with writing(context.engine) as connection:
        locks.exclusive(connection, "round")
        for lock in (locks.exclusive, locks.shared):
            with pytest.raises(StoreBusy), writing(hasty) as other:
                lock(other, "round")
        with writing(hasty) as other:
            locks.exclusive(other, "another round")

    with writing(hasty) as other:
        locks.exclusive(other, "round")
    hasty.dispose()
