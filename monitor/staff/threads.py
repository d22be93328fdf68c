"""Work on the store, off the event loop.

The dashboard draws on the process's shared pool of threads, and a busy dashboard can use all of
it. Staff pages have a limiter of their own, so that nobody's answer waits for a chart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

TOKENS = 16
"""Writes take turns in any case; more threads would only wait."""

Result = TypeVar("Result")
Given = TypeVarTuple("Given")

_limiter: RunVar[CapacityLimiter] = RunVar("staff_door_limiter")


async def aside(work: Callable[[*Given], Result], *given: *Given) -> Result:
    """Run `work` in a thread of the staff door and wait for its result."""
    try:
        limiter = _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(TOKENS)
        _limiter.set(limiter)
    return await run_sync(work, *given, limiter=limiter)
