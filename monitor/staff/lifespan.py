"""What happens once when a process starts, and what goes on while it runs."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from threading import Event
from typing import Any

from monitor import calendar, clock, logs, wiring
from monitor.delivery import background
from monitor.klaagmuur import daily
from monitor.pulse import closing
from monitor.settings import Settings
from monitor.staff import pages, shell
from monitor.staff.threads import aside, in_turn
from monitor.steadiness import Steadiness

HEAVY = ("pandas", "pyarrow", "altair")
"""Loaded before anybody comes: the first dashboard would wait a second for them."""
SIGN_ON = ("monitor.access.single_sign_on",)
"""Loaded where there is a provider to sign in with; elsewhere its 15 MB are not spent."""
COLLECT_EVERY = 10.0
TICK_EVERY = 60.0
POST_EVERY = 10.0
"""Seconds."""

_clock = Steadiness()


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Open the store, warm up, sweep dead keys; then collect garbage and keep the calendar."""
    logs.guard()
    house = await asyncio.to_thread(wiring.current)
    await asyncio.to_thread(_warm, house.settings)
    await _note_failure(in_turn(closing.sweep, house, clock.now()), "start.sweep_failed")
    # What is loaded now stays loaded: the collector need not look at it ever again.
    gc.collect()
    gc.freeze()
    stop = Event()
    running = [
        asyncio.create_task(every(COLLECT_EVERY, _collect)),
        asyncio.create_task(every(TICK_EVERY, tick)),
        asyncio.create_task(_note_failure(tick_klaagmuur(), "background.failed")),
        asyncio.create_task(every(TICK_EVERY, tick_klaagmuur)),
        asyncio.create_task(every(POST_EVERY, partial(send_mail, stop))),
    ]
    try:
        yield
    finally:
        stop.set()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        gc.unfreeze()


def _warm(settings: Settings) -> None:
    for name in (*HEAVY, *(SIGN_ON if settings.single_sign_on else ())):
        importlib.import_module(name)
    pages.warm()
    shell.static_files()


async def every(seconds: float, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Do the work again and again, for ever; a failure is noted and the next time is tried."""
    while True:
        await asyncio.sleep(seconds)
        await _note_failure(work(), "background.failed")


async def _collect() -> None:
    gc.collect()


async def tick() -> None:
    """Let the calendar do what is due, and take over what was chosen in another process."""
    await aside(wiring.refresh)
    if _clock.trusts(clock.now(), clock.running()):
        await in_turn(calendar.tick, wiring.current(), clock.now())


async def send_mail(stop: Event) -> None:
    """Send the letters that wait; in a thread of its own, for a mail server may be slow."""
    await asyncio.to_thread(background.send_waiting, wiring.current(), stop)


async def tick_klaagmuur() -> None:
    """Let what has had its time go, and the mail of the morning."""
    if _clock.trusts(clock.now(), clock.running()):
        await in_turn(daily.tick, wiring.current(), clock.now())


async def _note_failure(work: Coroutine[Any, Any, object], event: str) -> None:
    """Do the work; a failure is noted and does not stop what comes after it."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever it is, the house stays open
        logs.note(event, level=logging.ERROR, error=type(error).__qualname__)
