"""What a process does once when it starts, and in the background while it runs."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from threading import Event
from typing import Any

from monitor import clock, logs, scheduler
from monitor.config.settings import Settings
from monitor.context import AppContext, current_context, refresh_context
from monitor.klaagmuur import daily
from monitor.mail import notices
from monitor.operations import alerts, heartbeat, pings, server_parts
from monitor.operations.pings import Work
from monitor.pulse.ballot import adoption
from monitor.pulse.count import closing
from monitor.pulse.invitations import background
from monitor.scheduler import process_clock
from monitor.store import nights
from monitor.web.http import dashboard_index, pages
from monitor.web.http.threads import run_reader, run_writer

HEAVY = ("pandas", "pyarrow", "altair")
"""Loaded at start: the first dashboard would wait a second for them."""
SIGN_ON = ("monitor.access.single_sign_on",)
"""Loaded where there is a provider to sign in with; elsewhere its 15 MB are saved."""
COLLECT_EVERY = 10.0
TICK_EVERY = 60.0
POST_EVERY = 10.0
"""Seconds."""

_clock = process_clock.guard


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    """Open the store, load modules, destroy leftover keys; then run the background work."""
    logs.guard()
    context = await asyncio.to_thread(current_context)
    await asyncio.to_thread(_warm, context.settings)
    await _note_failure(_sweep(context), "start.sweep_failed")
    await _note_failure(run_writer(adoption.ensure_open, context), "start.adoption_failed")
    await _note_failure(note_server_parts(), "start.server_parts_failed")
    # What is loaded now stays loaded: the garbage collector need not visit it again.
    gc.collect()
    gc.freeze()
    stop = Event()
    running = [
        asyncio.create_task(every(COLLECT_EVERY, _collect)),
        asyncio.create_task(every(TICK_EVERY, tick)),
        asyncio.create_task(_note_failure(tick_klaagmuur(), "background.failed")),
        asyncio.create_task(every(TICK_EVERY, tick_klaagmuur)),
        asyncio.create_task(every(POST_EVERY, partial(send_mail, stop))),
        asyncio.create_task(every(POST_EVERY, partial(send_notices, stop))),
    ]
    try:
        yield
    finally:
        stop.set()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        gc.unfreeze()


async def _sweep(context: AppContext) -> None:
    now = clock.now()
    if not await _is_far_ahead(context, now):
        await run_writer(closing.sweep, context, now)


def _warm(settings: Settings) -> None:
    for name in (*HEAVY, *(SIGN_ON if settings.single_sign_on else ())):
        importlib.import_module(name)
    pages.warm()
    dashboard_index.static_files()


async def every(seconds: float, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
    """Repeat the work for ever; a failure is logged and does not stop the next time."""
    while True:
        await asyncio.sleep(seconds)
        await _note_failure(work(), "background.failed")


async def _collect() -> None:
    gc.collect()


async def tick() -> None:
    """Do what the calendar says is due, and take over what was set in another process."""
    await run_reader(refresh_context)
    context, now = current_context(), clock.now()
    url = context.settings.ping_url
    try:
        if _clock.trusts(now, clock.running()) and not await _is_far_ahead(context, now):
            result = await run_writer(scheduler.tick, context, now)
            heartbeat.beat(now)
            pings.ping_in_background(url, Work.TICK)
            if result.night:
                # Its failure is no failure of the night's work, and keeps no alert back.
                await _note_failure(note_server_parts(), "background.failed")
                pings.ping_in_background(url, Work.NIGHT)
        await run_writer(alerts.watch, context, now)
    except Exception:
        pings.ping_in_background(url, Work.TICK, ok=False)
        raise


async def note_server_parts() -> None:
    """Tell toezicht when something else is set on the server than at the last start."""
    await run_writer(server_parts.note, current_context(), clock.now())


async def _is_far_ahead(context: AppContext, now: datetime) -> bool:
    return await run_reader(nights.is_far_ahead, context.engine, clock.local_day(now))


async def send_mail(stop: Event) -> None:
    """Send the letters that wait; in a thread of the shared pool, for a mail server may be slow."""
    await asyncio.to_thread(background.send_waiting, current_context(), stop)


async def send_notices(stop: Event) -> None:
    """Send the notices that wait; apart from the letters, which may take hours."""
    await asyncio.to_thread(notices.send_waiting, current_context(), stop)


async def tick_klaagmuur() -> None:
    """Do what is due on the klaagmuur: expiry, stocking keys, the morning's mail."""
    context, now = current_context(), clock.now()
    if _clock.trusts(now, clock.running()) and not await _is_far_ahead(context, now):
        await run_writer(daily.tick, context, now)


async def _note_failure(work: Coroutine[Any, Any, object], event: str) -> None:
    """Do the work; a failure is logged and does not stop what comes after it."""
    try:
        await work
    except Exception as error:  # noqa: BLE001 - whatever it is, the server goes on
        logs.note(event, level=logging.ERROR, error=type(error).__qualname__)
