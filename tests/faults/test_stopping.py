"""The server is asked to stop, or its database hangs up, while people answer."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.errors import CodeSpent
from monitor.pulse.ballot import ballot_box
from tests.faults.conftest import Town
from tests.faults.crowd import Crowd, check_every_answer_counts_once, crowd
from tests.live import running
from tests.scale import samples
from tests.stores import POSTGRESQL

CUTS = samples(3)
HANG_UP = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def wait_until_told(people: Crowd, count: int) -> None:
    """Until so many have had their answer, or nobody is left to ask."""
    while len(people.told) < count and people.waiting:
        time.sleep(0.01)


def test_a_stop_answers_everybody_whose_sheet_it_took(
    town: Town, tmp_path: Path, now: datetime
) -> None:
    with running(town.context.settings, tmp_path) as live:
        people = crowd(live.port, town)
        people.start()
        wait_until_told(people, len(town.codes) // 6)
        status = live.stop()
        people.wait()

    assert status == 0
    assert set(people.told.values()) == {200}
    assert len(people.told) < len(town.codes)
    # Who was not answered came too late, and has nothing to doubt: the code is as it was.
    for code in people.sent - people.acknowledged:
        try:
            ballot_box.submit(town.context, code, (4,) * 9)
        except CodeSpent:
            raise AssertionError("taken, and not answered") from None
        people.told[code] = 200
    check_every_answer_counts_once(town, people.acknowledged, now)


@pytest.mark.parametrize("store", [POSTGRESQL])
def test_a_database_that_hangs_up_costs_nobody_an_answer(
    town: Town, tmp_path: Path, now: datetime
) -> None:
    with running(town.context.settings, tmp_path) as live:
        people = crowd(live.port, town)
        people.start()
        for cut in range(1, CUTS + 1):
            wait_until_told(people, len(town.codes) * cut // (CUTS + 2))
            with town.context.engine.begin() as connection:
                connection.execute(HANG_UP)
        people.wait()
        said = live.said()

    assert people.lost == 0
    assert set(people.told.values()) <= {200, 503}
    assert len(people.acknowledged) > len(town.codes) // 2
    assert all(b'value="4" checked' in page for page in people.pages)
    assert "request.failed" not in said
    check_every_answer_counts_once(town, people.acknowledged, now)
