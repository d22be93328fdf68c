"""Another process holds the store for longer than anybody waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx

from monitor.pulse.rounds import rounds
from tests.faults.conftest import Town
from tests.faults.crowd import PATIENCE, check_every_answer_counts_once, crowd
from tests.live import running
from tests.scale import SOAK

HELD = 7 if SOAK == 1 else 30
"""Seconds; people wait five."""


@contextmanager
def held(town: Town) -> Iterator[None]:
    """The round, in the hands of a process that does not let go."""
    other = town.context.engine.execution_options(sqlite_begin="IMMEDIATE").connect()
    other.begin()
    rounds.lock(other, town.period)
    yield
    other.rollback()
    other.close()


def test_everybody_is_told_to_wait_with_the_answers_kept_and_then_all_goes_on(
    town: Town, tmp_path: Path, now: datetime
) -> None:
    few = town.codes[:12]
    with running(town.context.settings, tmp_path) as live:
        with held(town):
            start = time.monotonic()
            people = crowd(live.port, town, few)
            people.start()
            health = httpx.get(f"{live.address}/healthz", timeout=PATIENCE)
            people.wait()
            took = time.monotonic() - start
            time.sleep(max(0, HELD - took))
        again = crowd(live.port, town, few)
        again.start()
        again.wait()

    assert health.json()["store"] == "ok"
    assert set(people.told.values()) == {503}
    assert people.lost == 0
    assert all(b'value="4" checked' in page for page in people.pages)
    assert set(again.told.values()) == {200}
    check_every_answer_counts_once(town, again.acknowledged, now)
