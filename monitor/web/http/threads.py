"""Blocking work off the event loop, each kind in a pool of threads of its own.

The dashboard draws on the process's shared pool, and a busy dashboard can use all of it. The
plain pages have pools of their own, so that no answer waits for a chart; and reading has another
pool than writing, so that pages still open while the ballot box is locked for a moment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync

READERS = 8
WRITERS = 16
"""Threads at most. Writers take turns in any case: more of them would only wait."""

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")


class ThreadPool:
    """At most `threads` calls at a time, per event loop; further calls wait for their turn."""

    def __init__(self, name: str, threads: int) -> None:
        self._threads = threads
        self._limiter: RunVar[CapacityLimiter] = RunVar(name)

    async def run(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """Run `work` in a thread of this pool and return its result."""
        return await run_sync(work, *arguments, limiter=self._limiter_here())

    def waiting(self) -> int:
        """How many calls wait for a thread."""
        return self._limiter_here().statistics().tasks_waiting

    def _limiter_here(self) -> CapacityLimiter:
        try:
            return self._limiter.get()
        except LookupError:
            limiter = CapacityLimiter(self._threads)
            self._limiter.set(limiter)
            return limiter


run_reader = ThreadPool("readers", READERS).run
"""Run work that only reads the store."""
run_writer = ThreadPool("writers", WRITERS).run
"""Run work that writes to the store and may have to wait for others that do."""
