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

LONGEST_KEPT_QUEUE = 20
"""The same on devices where somebody signed in before."""

_pool = ThreadPool("hashing", THREADS)
_kept_pool = ThreadPool("hashing_kept", 1)


class TooManyWaiting(Refusal):
    """So many people are signing in that one more would wait too long."""


async def run_hashing(
    work: Callable[[*Arguments], Result], *arguments: *Arguments, reserved: bool = False
) -> Result:
    """Run `work`, which hashes a passphrase, in a thread.

    Parameters
    ----------
    reserved
        Whether to use the place that is reserved for devices on which somebody signed in before.

    Raises
    ------
    TooManyWaiting
        When the queue is full.
    """
    pool, longest = (_kept_pool, LONGEST_KEPT_QUEUE) if reserved else (_pool, LONGEST_QUEUE)
    if pool.waiting() >= longest:
        raise TooManyWaiting("signin.busy")
    return await pool.run(work, *arguments)


async def until_next_step(started: float) -> None:
    """Wait until a whole number of steps after `started` (a time of ``anyio.current_time``)."""
    await anyio.sleep(STEP - (anyio.current_time() - started) % STEP)
