"""Work of one kind that waits is done together: one trip to another thread, one transaction.

While a lot is being done, what comes in waits, and is the next one. Nobody waits for others to
come: with one visitor a lot is one. With a town hall at the door, going to a thread, asking the
store and waiting for its disk are paid once for all who came meanwhile, and that is most of what
a visit costs.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from anyio.lowlevel import RunVar

from monitor.errors import StoreBusy

MOST = 64
"""In one lot: so many are in the store within a few dozen milliseconds."""

Given = TypeVar("Given")
Result = TypeVar("Result")


@dataclass(slots=True)
class _Queue(Generic[Given, Result]):
    """Who waits, in one event loop."""

    waiting: deque[tuple[Given, asyncio.Future[Result]]] = field(default_factory=deque)
    at_work: asyncio.Task[None] | None = None


class Lots(Generic[Given, Result]):
    """A desk where everybody who waits is helped at once.

    Parameters
    ----------
    name
        Of the desk, for debugging.
    work
        Does a whole lot, in another thread, and gives the results in the same order. When the
        store is in trouble (`StoreBusy`), so is everybody in the lot; after any other failure
        each is tried alone, so that nobody fails because of somebody else.
    """

    def __init__(
        self, name: str, work: Callable[[Sequence[Given]], Awaitable[Sequence[Result]]]
    ) -> None:
        self._work = work
        self._queue: RunVar[_Queue[Given, Result]] = RunVar(name)

    async def done(self, given: Given) -> Result:
        """The result for `given`, once its lot is done."""
        queue = self._here()
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        queue.waiting.append((given, result))
        if queue.at_work is None:
            queue.at_work = asyncio.create_task(self._help(queue))
        return await result

    def _here(self) -> _Queue[Given, Result]:
        try:
            return self._queue.get()
        except LookupError:
            queue: _Queue[Given, Result] = _Queue()
            self._queue.set(queue)
            return queue

    async def _help(self, queue: _Queue[Given, Result]) -> None:
        try:
            while queue.waiting:
                many = min(MOST, len(queue.waiting))
                await self._do([queue.waiting.popleft() for _ in range(many)])
        finally:
            queue.at_work = None

    async def _do(self, lot: Sequence[tuple[Given, asyncio.Future[Result]]]) -> None:
        there = [(given, result) for given, result in lot if not result.done()]
        if not there:
            return
        try:
            made = await self._work([given for given, _ in there])
            told = list(zip((result for _, result in there), made, strict=True))
        except Exception as error:  # noqa: BLE001 - it is raised again, for whom it concerns
            if len(there) > 1 and not isinstance(error, StoreBusy):
                for one in there:
                    await self._do([one])
                return
            for _, result in there:
                if not result.done():
                    result.set_exception(error)
            return
        for result, value in told:
            if not result.done():
                result.set_result(value)
