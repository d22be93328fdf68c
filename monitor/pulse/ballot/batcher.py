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


@dataclass(frozen=True, slots=True)
class _Visitor(Generic[Given, Result]):
    given: Given = field(repr=False)
    result: asyncio.Future[Result]
    since: float


@dataclass(slots=True)
class _Queue(Generic[Given, Result]):
    """Who waits, in one event loop."""

    waiting: deque[_Visitor[Given, Result]] = field(default_factory=deque)
    at_work: asyncio.Task[None] | None = None


class Batcher(Generic[Given, Result]):
    """A desk where everybody who waits is helped at once.

    Parameters
    ----------
    name
        Of the desk, for debugging.
    work
        Does a whole lot, in another thread, and gives the results in the same order. When the
        store is in trouble (`StoreBusy`), so is everybody in the lot, and who waited for half of
        the time it took; after any other failure each is tried alone, so that nobody fails
        because of somebody else.
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
        queue.waiting.append(_Visitor(given, result, _now()))
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
                began = _now()
                trouble = await self._do([queue.waiting.popleft() for _ in range(many)])
                if trouble is not None:
                    # They waited for the same lock; to wait for it once more would be too long.
                    halfway = (began + _now()) / 2
                    while queue.waiting and queue.waiting[0].since <= halfway:
                        _tell(queue.waiting.popleft().result, trouble)
        finally:
            queue.at_work = None

    async def _do(self, lot: Sequence[_Visitor[Given, Result]]) -> StoreBusy | None:
        """Help a lot; what was wrong with the store, if anything."""
        there = [visitor for visitor in lot if not visitor.result.done()]
        if not there:
            return None
        try:
            made = await self._work([visitor.given for visitor in there])
            told = list(zip(there, made, strict=True))
        except Exception as error:  # noqa: BLE001 - it is raised again, for whom it concerns
            trouble = error if isinstance(error, StoreBusy) else None
            if len(there) > 1 and trouble is None:
                for visitor in there:
                    await self._do([visitor])
                return None
            for visitor in there:
                _tell(visitor.result, error)
            return trouble
        for visitor, value in told:
            if not visitor.result.done():
                visitor.result.set_result(value)
        return None


def _tell(result: asyncio.Future[Result], error: Exception) -> None:
    if not result.done():
        result.set_exception(error)


def _now() -> float:
    return asyncio.get_running_loop().time()
