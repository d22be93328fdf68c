"""Another process locks the store for longer than a request waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx

from monitor.pulse.rounds import rounds
from tests.faults.clients import CLIENTS, TIMEOUT, check_every_answer_counts_once, respondents
from tests.faults.conftest import Town
from tests.fork_server import ForkServer
from tests.scale import SOAK

LOCKED, PEOPLE = (6, CLIENTS) if SOAK == 1 else (30, 4 * CLIENTS)
"""Seconds, of which a request waits five, and how many people send meanwhile."""


@contextmanager
def locked(town: Town) -> Iterator[None]:
    """Keep the round locked by another connection."""
    other = town.context.engine.execution_options(sqlite_begin="IMMEDIATE").connect()
    other.begin()
    rounds.lock(other, town.period)
    yield
    other.rollback()
    other.close()


def test_everybody_is_told_to_wait_with_the_answers_kept_and_then_all_goes_on(
    town: Town, forks: ForkServer, tmp_path: Path, now: datetime
) -> None:
    few = town.codes[:PEOPLE]
    with forks.running(town.context.settings, tmp_path) as live:
        with locked(town):
            start = time.monotonic()
            people = respondents(live.port, town, few)
            people.start()
            health = httpx.get(f"{live.address}/healthz", timeout=TIMEOUT)
            people.wait()
            took = time.monotonic() - start
            time.sleep(max(0, LOCKED - took))
        again = respondents(live.port, town, few)
        again.start()
        again.wait()

    assert health.json()["store"] == "ok"
    assert set(people.statuses.values()) == {503}
    assert people.lost == 0
    assert all(b'value="4" checked' in page for page in people.pages)
    assert set(again.statuses.values()) == {200}
    check_every_answer_counts_once(town, again.acknowledged, now)
