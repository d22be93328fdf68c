"""Nobody can see by polling that a vent arrived, nor from the files of its keys."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import httpx
import pytest

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import reader_status, shredding, thread, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.vents import Draft
from monitor.store import row_shuffle
from tests.fork_server import ForkServer
from tests.postgres import Cluster
from tests.promises import canary
from tests.stores import POSTGRESQL

PAGES = (
    "/klaagmuur",
    "/klaagmuur?taal=en",
    "/klaagmuur/gesprek",
    "/privacy",
    "/pulse",
    "/aanmelden",
    "/healthz",
    "/metrics",
)
RANDOM_HEADERS = ("date", "content-length")  # the compressed length varies with random values
CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}'"
STATISTICS = """
    SELECT relname, n_tup_ins, n_tup_upd, n_tup_del, n_dead_tup, seq_scan, idx_scan
    FROM pg_stat_user_tables ORDER BY relname
"""
CHANGING = re.compile(r'name="(?:eenmalig|formulier)" value="[^"]*"')
"""The random values in every page, with or without a vent."""


def view_pages(client: httpx.Client) -> dict[str, tuple[int, str, tuple[str, ...]]]:
    views = {}
    for path in PAGES:
        answer = client.get(path)
        headers = tuple(
            sorted(f"{k}: {v}" for k, v in answer.headers.items() if k not in RANDOM_HEADERS)
        )
        plain = tuple(h for h in headers if not h.startswith("set-cookie"))
        views[path] = (answer.status_code, CHANGING.sub("", answer.text), plain)
    return views


@pytest.mark.usefixtures("noor")
def test_no_page_changes_when_one_comes_is_answered_or_withdrawn(
    context: AppContext, forks: ForkServer, tmp_path: Path
) -> None:
    with (
        forks.running(context.settings, tmp_path) as live,
        httpx.Client(base_url=live.address, verify=False) as client,
    ):
        before = view_pages(client)
        code = canary.send(client)
        sent = view_pages(client)
        canary.talk(client, code, canary.ANSWER)
        client.post("/klaagmuur/gesprek", data={"code": code, "stap": "intrekken", "zeker": "ja"})
        after = view_pages(client)
        log = live.log()

    for path in PAGES:
        assert before[path] == sent[path] == after[path], path
    assert log.count("\n") <= 3  # lines about the start, and nothing about anybody


@pytest.mark.usefixtures("noor")
def test_the_control_a_page_that_changes_is_noticed(
    context: AppContext, noor: canary.Listener, forks: ForkServer, tmp_path: Path
) -> None:
    today = clock.today()
    with (
        forks.running(context.settings, tmp_path) as live,
        httpx.Client(base_url=live.address, verify=False) as client,
    ):
        before = view_pages(client)
        reader_status.set_absence(context.engine, noor.reader, (today, today), None)
        after = view_pages(client)

    assert {path for path in PAGES if before[path] != after[path]} == set(PAGES[:2])


@pytest.mark.usefixtures("noor")
def test_the_files_of_keys_do_not_tell_when_somebody_wrote(context: AppContext) -> None:
    now = clock.now()
    shredding.restock(context.keys, now)

    def stamps() -> dict[str, tuple[int, ...]]:
        stamps_of = {}
        for name in context.keys.names():
            stat = (context.keys.path / name).stat()
            stamps_of[name] = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_size)
        return stamps_of

    before = stamps()
    for number in range(10):
        vents.send(context, Draft(Vent(text=str(number))), now)

    assert stamps() == before


@pytest.mark.usefixtures("noor")
def test_nor_when_a_key_was_last_read(context: AppContext, tmp_path: Path) -> None:
    if not hasattr(os, "O_NOATIME"):
        pytest.skip("this system notes every reading of a file")
    now = clock.now()
    shredding.restock(context.keys, now)
    files = [context.keys.path / name for name in context.keys.names()]
    long_ago = 1_700_000_000
    control = tmp_path / "control"
    control.write_bytes(b"x")
    for file in (*files, control):
        os.utime(file, (long_ago, file.stat().st_mtime))

    vents.send(context, Draft(Vent(text="a")), now)
    control.read_bytes()

    read = {file.stat().st_atime for file in files}
    assert read == {long_ago}
    if control.stat().st_atime == long_ago:
        pytest.skip("this disk notes no readings at all")


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [POSTGRESQL])
def test_postgresql_can_be_told_not_to_count_and_else_it_tells(
    context: AppContext, postgresql: Cluster
) -> None:
    """Every user of the database server, monitoring included, can read its statistics."""
    name = str(context.engine.url.database)

    def statistics() -> list[tuple[object, ...]]:
        context.engine.dispose()  # a connection reports its statistics at the latest when it ends
        while postgresql.execute(CONNECTIONS.format(name)) != [(0,)]:
            time.sleep(0.01)
        return postgresql.execute(STATISTICS, name)

    before = statistics()
    vents.send(context, Draft(Vent(text="a")), clock.now())
    assert statistics() != before  # the control

    postgresql.configure(context.settings.database_url, "track_counts = off")
    before = statistics()
    code = vents.send(context, Draft(Vent(text="b")), clock.now())
    thread.withdraw(context, code)
    row_shuffle.shuffle_rows(context.engine)
    assert statistics() == before
