"""Batching in one event loop: requests that wait are answered together.

While one batch is being worked on, new requests wait and form the next batch. Nobody waits for
others to come: a request that comes alone is a batch of one. Under load the cost of a thread
switch, a query and a wait for the disk is paid once per batch.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from anyio.lowlevel import RunVar

from monitor.errors import StoreBusy

MAX_BATCH = 64
"""The store takes in a batch of this size within a few dozen milliseconds."""

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Request(Generic[Item, Result]):
    item: Item = field(repr=False)
    result: asyncio.Future[Result]
    since: float


@dataclass(slots=True)
class _Queue(Generic[Item, Result]):
    """The requests that wait in one event loop, and the task that works on them."""

    waiting: deque[_Request[Item, Result]] = field(default_factory=deque)
    worker: asyncio.Task[None] | None = None


class Batcher(Generic[Item, Result]):
    """Turns work on many items into a function of one item.

    Parameters
    ----------
    name
        Of the queue, for debugging.
    work
        Does a whole batch, in another thread, and returns the results in the same order. When it
        raises `StoreBusy`, so does every request of the batch, and every request that has waited
        for at least half of the time it took. After any other exception each item is tried alone,
        so that no request fails because of another.
    """

    def __init__(
        self, name: str, work: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]
    ) -> None:
        self._work = work
        self._queue: RunVar[_Queue[Item, Result]] = RunVar(name)

    async def process(self, item: Item) -> Result:
        """The result for `item`, once its batch is done."""
        queue = self._queue_of_this_loop()
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        queue.waiting.append(_Request(item, result, _now()))
        if queue.worker is None:
            queue.worker = asyncio.create_task(self._drain(queue))
        return await result

    def _queue_of_this_loop(self) -> _Queue[Item, Result]:
        try:
            return self._queue.get()
        except LookupError:
            queue: _Queue[Item, Result] = _Queue()
            self._queue.set(queue)
            return queue

    async def _drain(self, queue: _Queue[Item, Result]) -> None:
        try:
            while queue.waiting:
                size = min(MAX_BATCH, len(queue.waiting))
                began = _now()
                busy = await self._run([queue.waiting.popleft() for _ in range(size)])
                if busy is not None:
                    # These waited for the same lock; waiting for it again would take too long.
                    midpoint = (began + _now()) / 2
                    while queue.waiting and queue.waiting[0].since <= midpoint:
                        _fail(queue.waiting.popleft(), busy)
        finally:
            queue.worker = None

    async def _run(self, batch: Sequence[_Request[Item, Result]]) -> StoreBusy | None:
        """Answer a batch; returns the exception when the store was busy."""
        pending = [request for request in batch if not request.result.done()]
        if not pending:
            return None
        try:
            values = await self._work([request.item for request in pending])
            answers = list(zip(pending, values, strict=True))
        except StoreBusy as busy:
            for request in pending:
                _fail(request, busy)
            return busy
        except Exception as error:  # noqa: BLE001 - it is raised again, in the request it concerns
            if len(pending) == 1:
                _fail(pending[0], error)
                return None
            for request in pending:
                await self._run([request])
            return None
        for request, value in answers:
            if not request.result.done():
                request.result.set_result(value)
        return None


def _fail(request: _Request[Item, Result], error: Exception) -> None:
    if not request.result.done():
        request.result.set_exception(error)


def _now() -> float:
    return asyncio.get_running_loop().time()
