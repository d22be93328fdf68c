"""Papers asked for by the dozen hold up nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from threading import Event

import anyio
import pytest
from anyio.abc import TaskGroup

from monitor.errors import StoreBusy
from monitor.web.files import papers
from monitor.web.http.threads import READERS, run_reader

DOZENS = 24
BROKEN_SECONDS = 60

Run = Callable[..., Awaitable[object]]


async def ask(run: Run, done: Event, refused: list[bool]) -> None:
    try:
        await run(done.wait)
    except StoreBusy:
        refused.append(True)


async def ask_for_dozens(tasks: TaskGroup, run: Run, done: Event) -> int:
    """Ask for papers, which take until it is `done`; returns how many were refused."""
    refused: list[bool] = []
    for _ in range(DOZENS):
        tasks.start_soon(ask, run, done, refused)
    await anyio.wait_all_tasks_blocked()
    return len(refused)


def test_pages_are_read_while_somebody_waits_for_dozens_of_papers() -> None:
    async def everything() -> None:
        done = Event()
        async with anyio.create_task_group() as tasks:
            refused = await ask_for_dozens(tasks, partial(papers.run_paper, "lea"), done)
            with anyio.fail_after(BROKEN_SECONDS):
                assert await run_reader(str) == ""
            done.set()
        assert refused == DOZENS - papers.MOST_AT_ONCE

    anyio.run(everything)


def test_the_control_set_where_pages_are_read_they_keep_everybody_waiting() -> None:
    assert DOZENS > READERS
    page: list[object] = []

    async def read() -> None:
        page.append(await run_reader(str))

    async def everything() -> None:
        done = Event()
        async with anyio.create_task_group() as tasks:
            await ask_for_dozens(tasks, run_reader, done)
            tasks.start_soon(read)
            await anyio.wait_all_tasks_blocked()
            was_read = bool(page)
            done.set()
        assert not was_read

    anyio.run(everything)
    assert page == [""]


def test_one_account_waits_for_a_few_and_others_get_their_turn() -> None:
    async def everything() -> None:
        done = Event()
        async with anyio.create_task_group() as tasks:
            for account in ["lea"] * papers.MOST_AT_ONCE + ["noor"]:
                tasks.start_soon(papers.run_paper, account, done.wait)
            await anyio.wait_all_tasks_blocked()
            with pytest.raises(StoreBusy):
                await papers.run_paper("lea", str)
            done.set()
        assert await papers.run_paper("lea", str) == ""

    anyio.run(everything)
