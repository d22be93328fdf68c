"""The disk is full: no answer is confirmed that is not stored, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
from sqlalchemy import text

from monitor.pulse.rounds import rounds
from monitor.store.engine import is_sqlite
from tests.faults.clients import check_every_answer_counts_once, respondents
from tests.faults.conftest import Town
from tests.live import SERVE, running

CEILING = 400_000
"""Bytes to which any file of the server may grow: enough for the start, and soon too few."""
ON_A_SMALL_DISK = (
    "-c",
    f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({CEILING}, {CEILING}));"
    "from monitor.cli import main; main(['serve', '--port', '{port}'])",
)
SMALL_SERVER = """
    CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT count(*) FROM envelope) > 50 THEN
            RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = '53100';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON envelope FOR EACH ROW EXECUTE FUNCTION no_room();
"""
"""PostgreSQL's disk belongs to another machine: here it reports what it reports when full."""


@contextmanager
def small_disk(town: Town) -> Iterator[Sequence[str]]:
    """The command of a server whose store will soon be full; afterwards there is room again."""
    if is_sqlite(town.context.engine):
        yield ON_A_SMALL_DISK
        return
    with town.context.engine.begin() as connection:
        connection.execute(text(SMALL_SERVER))
    yield SERVE
    with town.context.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER full_disk ON envelope"))


def test_whoever_was_thanked_is_counted_and_the_others_can_send_it_again(
    town: Town, tmp_path: Path, now: datetime
) -> None:
    with small_disk(town) as command, running(town.context.settings, tmp_path, command) as live:
        people = respondents(live.port, town)
        people.start()
        people.wait()
        page = httpx.get(f"{live.address}/pulse/{town.codes[0]}")
        ready = httpx.get(f"{live.address}/readyz")
        log = live.log()

    refused = [status for status in people.statuses.values() if status != 200]
    assert people.acknowledged
    assert refused
    assert set(refused) == {503}
    assert page.status_code == 200
    if is_sqlite(town.context.engine):  # the other's trigger stands for its disk, for envelopes
        assert ready.status_code == 503
        assert ready.json()["store"] == "failing"
    assert all(b'value="4" checked' in page for page in people.pages)
    assert '"event": "store.trouble"' in log
    assert '"reason": "store.disk"' in log or '"reason": "store.full"' in log
    assert rounds.get(town.context.engine, town.period).status == "open"
    check_every_answer_counts_once(town, people.acknowledged, now)
