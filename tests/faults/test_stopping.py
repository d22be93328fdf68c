"""The server is asked to stop, or loses its connections to the database, while people answer."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.errors import CodeSpent
from monitor.pulse.ballot import ballot_box
from tests.faults.clients import Respondents, check_every_answer_counts_once, respondents
from tests.faults.conftest import Town
from tests.fork_server import ForkServer
from tests.scale import samples
from tests.stores import POSTGRESQL

CUTS = samples(3)
HANG_UP = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def wait_until_answered(people: Respondents, count: int) -> None:
    """Wait until `count` people have an answer, or nobody is left."""
    while len(people.statuses) < count and people.waiting:
        time.sleep(0.01)


def test_a_stop_answers_everybody_whose_sheet_it_took(
    town: Town, forks: ForkServer, tmp_path: Path, now: datetime
) -> None:
    with forks.running(town.context.settings, tmp_path) as live:
        people = respondents(live.port, town)
        people.start()
        wait_until_answered(people, len(town.codes) // 6)
        status = live.stop()
        people.wait()

    assert status == 0
    assert set(people.statuses.values()) == {200}
    assert len(people.statuses) < len(town.codes)
    # A sheet without an answer came too late: its code was not spent.
    for code in people.sent - people.acknowledged:
        try:
            ballot_box.submit(town.context, code, (4,) * 9)
        except CodeSpent:
            raise AssertionError("taken, and not answered") from None
        people.statuses[code] = 200
    check_every_answer_counts_once(town, people.acknowledged, now)


@pytest.mark.parametrize("store", [POSTGRESQL])
def test_a_database_that_hangs_up_costs_nobody_an_answer(
    town: Town, forks: ForkServer, tmp_path: Path, now: datetime
) -> None:
    with forks.running(town.context.settings, tmp_path) as live:
        people = respondents(live.port, town)
        people.start()
        for cut in range(1, CUTS + 1):
            wait_until_answered(people, len(town.codes) * cut // (CUTS + 2))
            with town.context.engine.begin() as connection:
                connection.execute(HANG_UP)
        people.wait()
        log = live.log()

    assert people.lost == 0
    assert set(people.statuses.values()) <= {200, 503}
    assert len(people.acknowledged) > len(town.codes) // 2
    assert all(b'value="4" checked' in page for page in people.pages)
    assert "request.failed" not in log
    check_every_answer_counts_once(town, people.acknowledged, now)
