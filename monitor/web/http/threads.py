"""Work on the store, off the event loop.

The dashboard draws on the process's shared pool of threads, and a busy dashboard can use all of
it. Staff pages have limiters of their own, so that nobody's answer waits for a chart; and reading
has another than writing, so that pages still open while the box is locked for a moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

READERS = 8
WRITERS = 16
"""Threads at most. Writes take turns in any case: more would only wait."""

Result = TypeVar("Result")
Given = TypeVarTuple("Given")

_reading: RunVar[CapacityLimiter] = RunVar("staff_door_reading")
_writing: RunVar[CapacityLimiter] = RunVar("staff_door_writing")


async def run_reader(work: Callable[[*Given], Result], *given: *Given) -> Result:
    """Run `work`, which only reads, in a thread of the staff door and wait for its result."""
    return await run_sync(work, *given, limiter=_limiter(_reading, READERS))


async def run_writer(work: Callable[[*Given], Result], *given: *Given) -> Result:
    """As `aside`, for work that writes and may have to wait for others that do."""
    return await run_sync(work, *given, limiter=_limiter(_writing, WRITERS))


def _limiter(kept: RunVar[CapacityLimiter], tokens: int) -> CapacityLimiter:
    try:
        return kept.get()
    except LookupError:
        limiter = CapacityLimiter(tokens)
        kept.set(limiter)
        return limiter
