"""Checking and storing passphrases without holding up anybody else.

A passphrase costs a tenth of a second of one core and 64 MiB, on purpose. At most two are worked
on at a time, and a queue that is too long is refused rather than joined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import anyio

from monitor.errors import Refusal
from monitor.web.http.threads import ThreadPool

THREADS = 2
LONGEST_QUEUE = 40
"""Sign-ins that may wait for their turn: two or three seconds' worth."""
STEP = 0.5
"""Seconds. A refusal leaves at a whole step, so that its exact duration tells nothing."""

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

_pool = ThreadPool("hashing", THREADS)


class TooManyWaiting(Refusal):
    """So many people are signing in that one more would wait too long."""


async def run_hashing(work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
    """Run `work`, which hashes a passphrase, in a thread.

    Raises
    ------
    TooManyWaiting
        When the queue is full.
    """
    if _pool.waiting() >= LONGEST_QUEUE:
        raise TooManyWaiting("signin.busy")
    return await _pool.run(work, *arguments)


async def until_next_step(started: float) -> None:
    """Wait until a whole number of steps after `started` (a time of ``anyio.current_time``)."""
    await anyio.sleep(STEP - (anyio.current_time() - started) % STEP)
