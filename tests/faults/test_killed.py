"""The server is killed at any moment: what was confirmed is stored, and nothing is stored twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

import pytest

from tests.faults.clients import (
    CLIENTS,
    Writers,
    check_every_answer_counts_once,
    check_every_vent_is_there_once,
    respondents,
)
from tests.faults.conftest import Town
from tests.fork_server import ForkedServer, ForkServer
from tests.klaagmuur.conftest import Listener
from tests.live import Live, running
from tests.scale import SOAK, samples

KILLS = 3 if SOAK == 1 else 10
"""Kills in one town. The first server is started as an operator does, the others are forked."""
TOWNS = 1 if SOAK == 1 else -(-samples(2) // KILLS)
LONGEST = 1.0
"""The most seconds of answering before a kill."""
VENTS = 400


@pytest.mark.parametrize("seed", range(TOWNS))
def test_no_acknowledged_answer_or_vent_is_lost_and_none_counts_twice(
    town: Town,
    noor: Listener,
    forks: ForkServer,
    tmp_path: Path,
    now: datetime,
    seed: int,
    store: str,
    tally: Counter[str],
) -> None:
    rng = random.Random(seed)
    confirmed: set[str] = set()
    unsure: set[str] = set()
    receipts: dict[int, str] = {}
    written: set[int] = set()

    def start(number: int) -> AbstractContextManager[Live | ForkedServer]:
        town.context.engine.dispose()  # nobody but the server has the store open
        starts = forks.running if number else running
        return starts(town.context.settings, tmp_path)

    for number in range(KILLS):
        with start(number) as server:
            # Codes without an answer are sent again, first of all.
            unused = [code for code in town.codes if code not in confirmed | unsure]
            people = respondents(server.port, town, [*unused, *sorted(unsure)])
            writers = Writers(server.port, [n for n in range(VENTS) if n not in receipts])
            people.start()
            writers.start()
            time.sleep(rng.uniform(0, LONGEST))
            under_way = bool(people.waiting)
            server.kill()
            people.wait()
            writers.wait()

        arrived = {code for code, status in people.statuses.items() if status == 409}
        assert arrived <= unsure, "a code was spent by nobody"
        assert set(people.statuses.values()) <= {200, 409}
        assert not writers.others
        confirmed |= people.acknowledged | arrived
        unsure = (unsure | people.sent) - confirmed
        receipts |= writers.receipts
        written |= writers.sent
        tally[f"kills, {store}"] += 1
        tally[f"kills under load, {store}"] += under_way and people.lost >= CLIENTS

    tally[f"answers acknowledged around kills, {store}"] += len(confirmed)
    tally[f"vents acknowledged around kills, {store}"] += len(receipts)
    check_every_vent_is_there_once(town, noor, receipts, written)
    check_every_answer_counts_once(town, confirmed, now)
