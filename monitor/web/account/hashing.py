"""Checking and storing passphrases without holding up anybody else.

A passphrase costs a tenth of a second of one core and 64 MiB, on purpose. At most two are worked
on at once, and a queue that is too long is refused rather than joined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import anyio
from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

from monitor.errors import Refusal

AT_ONCE = 2
LONGEST_QUEUE = 40
"""Sign-ins that may wait for their turn: two or three seconds' worth."""
STEP = 0.5
"""Seconds. A refusal leaves at a whole step, so that its exact duration tells nothing."""

Result = TypeVar("Result")
Given = TypeVarTuple("Given")

_limiter: RunVar[CapacityLimiter] = RunVar("hashing_limiter")


class TooManyWaiting(Refusal):
    """So many people are signing in that one more would wait too long."""


async def hashing(work: Callable[[*Given], Result], *given: *Given) -> Result:
    """Run `work`, which hashes a passphrase, in a thread of its own.

    Raises
    ------
    TooManyWaiting
        When the queue is full.
    """
    try:
        limiter = _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(AT_ONCE)
        _limiter.set(limiter)
    if limiter.statistics().tasks_waiting >= LONGEST_QUEUE:
        raise TooManyWaiting("signin.busy")
    return await run_sync(work, *given, limiter=limiter)


async def until_next_step(started: float) -> None:
    """Wait until a whole number of steps after `started` (as told by ``anyio.current_time``)."""
    await anyio.sleep(STEP - (anyio.current_time() - started) % STEP)
