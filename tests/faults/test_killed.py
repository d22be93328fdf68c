"""The server is killed at any moment: what was acknowledged is there, and nothing is twice."""

from __future__ import annotations

import random
import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.faults.conftest import Town
from tests.faults.crowd import Crowd, check_every_answer_counts_once
from tests.live import running
from tests.scale import SOAK, samples

KILLS = 1 if SOAK == 1 else samples(2)
LONGEST = 1.2
"""Seconds of answering before the kill."""


@pytest.mark.parametrize("seed", range(KILLS))
def test_no_acknowledged_answer_is_lost_and_none_counts_twice(
    town: Town, tmp_path: Path, now: datetime, seed: int
) -> None:
    lot = random.Random(seed)
    with running(town.house.settings, tmp_path) as live:
        crowd = Crowd(live.port, town)
        crowd.start()
        time.sleep(lot.uniform(0, LONGEST))
        live.process.kill()
        crowd.wait()

    assert set(crowd.told.values()) <= {200}
    check_every_answer_counts_once(town, crowd.acknowledged, now)
