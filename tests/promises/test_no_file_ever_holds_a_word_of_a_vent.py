"""No file ever holds a word of a vent, through sealing, reading, reply and expiry."""

from __future__ import annotations

import base64
import os
import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import insert

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import expiry, reading, thread
from monitor.klaagmuur.refusals import ReceiptRefused
from monitor.store import backup
from monitor.store.engine import is_sqlite, writing
from monitor.store.tables import account
from tests.fork_server import ForkServer
from tests.promises import canary, theft
from tests.promises.theft import Disk


def test_no_file_ever_holds_a_word_of_it(
    context: AppContext,
    noor: canary.Listener,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    disk: Disk,
    forks: ForkServer,
    request: pytest.FixtureRequest,
) -> None:
    if not is_sqlite(context.engine):
        # The log of PostgreSQL is a file too, and may hold everything that is sent to it.
        request.getfixturevalue("postgresql").log_statements(context.settings.database_url)
    searched = canary.all_files(context, disk, tmp_path)  # before anybody wrote

    def search() -> list[tuple[str, str]]:
        files = canary.all_files(context, disk, tmp_path)
        return canary.found_in(theft.new_in(files, searched))

    backups = tmp_path / "backups"
    backups.mkdir()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with (
        forks.running(context.settings, tmp_path) as live,
        httpx.Client(base_url=live.address, timeout=30, verify=False) as client,
    ):
        code = canary.send(client)
        backup.write(context.engine, backups / "sent.db")
        assert canary.WORDS[0] in canary.talk(client, code)
        letter = canary.only_letter(context, noor)
        reading.reply(context, letter, canary.REPLY, clock.now())
        assert "lantaarnvlinderaar" in canary.talk(client, code, canary.ANSWER)
        assert len(canary.only_letter(context, noor).notes) == 2
        backup.write(context.engine, backups / "answered.db")
        open_now = canary.found_in(canary.open_files(live.pid))
        during = search()
        live.stop()
        assert canary.found_in({"log": live.log().encode()}) == []
    after = search()
    assert expiry.sweep(context, clock.now() + timedelta(60)) == 1
    expired = search()

    assert open_now == during == after == expired == []
    assert reading.inbox(context, noor.reader, noor.key).letters == ()
    with pytest.raises(ReceiptRefused):
        thread.open_thread(context, code)
    files = canary.all_files(context, disk, tmp_path)
    assert code.replace("-", "").encode() not in b"".join(files.values())
    assert {live.output, backups / "sent.db", context.settings.secret_file} <= set(map(Path, files))


def test_the_control_a_plain_table_tells_it(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "plain.db") as raw:
        raw.execute("CREATE TABLE vent (text TEXT)")
        raw.execute("INSERT INTO vent VALUES (?)", (canary.TEXT,))
    raw.close()
    files = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    assert {word for _, word in canary.found_in(files)} == set(canary.WORDS)


@pytest.mark.parametrize("spelling", range(3))
def test_the_control_an_encoded_text_is_recognised(spelling: int) -> None:
    encoded = (
        base64.b64encode(canary.TEXT.encode()),
        canary.TEXT.encode().hex().encode(),
        canary.TEXT.encode("utf-16-le"),
    )[spelling]

    assert canary.found_in({"file": encoded}, canary.WORDS)


def test_the_control_a_row_with_a_readable_text_would_be_found(
    context: AppContext, disk: Disk
) -> None:
    with writing(context.engine) as connection:
        connection.execute(
            insert(account).values(id="canary", email=f"{canary.WORDS[0]}@waterrijk.example")
        )

    assert canary.found_in(canary.all_files(context, disk))


def test_the_control_a_removed_file_that_is_still_open_is_found() -> None:
    with tempfile.TemporaryFile() as spooled:
        spooled.write(canary.TEXT.encode())
        spooled.flush()

        matches = canary.found_in(canary.open_files(os.getpid()), canary.WORDS)

    assert {word for _, word in matches} == set(canary.WORDS)
