"""The disk is full: nobody is thanked for an answer that is not kept, and nothing is lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import httpx
import pytest

from monitor.pulse import rounds
from tests.faults.conftest import Town
from tests.faults.crowd import check_every_answer_counts_once, crowd
from tests.live import running
from tests.stores import SQLITE

CEILING = 400_000
"""Bytes to which any file of the server may grow: enough to begin with, soon too few."""
ON_A_SMALL_DISK = (
    "-c",
    f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({CEILING}, {CEILING}));"
    "from monitor.cli import main; main(['serve', '--port', '{port}'])",
)


@pytest.fixture
def store() -> str:
    """What keeps the data: PostgreSQL's disk is another machine's."""
    return SQLITE


def test_whoever_was_thanked_is_counted_and_the_others_can_send_it_again(
    town: Town, tmp_path: Path, now: datetime
) -> None:
    with running(town.house.settings, tmp_path, ON_A_SMALL_DISK) as live:
        people = crowd(live.port, town)
        people.start()
        people.wait()
        page = httpx.get(f"{live.address}/pulse/{town.codes[0]}")
        said = live.said()

    refused = [status for status in people.told.values() if status != 200]
    assert people.acknowledged
    assert refused
    assert set(refused) == {503}
    assert page.status_code == 200
    assert all(b'value="4" checked' in page for page in people.pages)
    assert '"event": "store.trouble"' in said
    assert '"reason": "store.disk"' in said or '"reason": "store.full"' in said
    assert rounds.get(town.house.engine, town.period).status == "open"
    check_every_answer_counts_once(town, people.acknowledged, now)
