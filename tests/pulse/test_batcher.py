"""Requests that wait are answered together, and none fails because of another."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from monitor.errors import StoreBusy
from monitor.pulse.ballot import batcher
from monitor.pulse.ballot.batcher import MAX_BATCH, Batcher


class Doubler:
    """Doubles numbers in batches; it can be held up or be busy, and it fails on 13."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.busy = False
        self.batcher = Batcher("doubler", self.work)

    async def work(self, numbers: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(numbers))
        await self.open.wait()
        if self.busy:
            raise StoreBusy("store.busy")
        if 13 in numbers:
            raise ValueError
        return [2 * number for number in numbers]

    async def process_all(self, *numbers: int) -> list[int | BaseException]:
        requests = (self.batcher.process(number) for number in numbers)
        return await asyncio.gather(*requests, return_exceptions=True)


def test_a_request_that_comes_alone_is_a_batch_of_one() -> None:
    async def act() -> None:
        doubler = Doubler()
        assert [await doubler.batcher.process(1), await doubler.batcher.process(2)] == [2, 4]
        assert doubler.batches == [[1], [2]]

    asyncio.run(act())


def test_requests_that_come_during_a_batch_are_in_the_next() -> None:
    async def act() -> None:
        doubler = Doubler()
        doubler.open.clear()
        first = asyncio.create_task(doubler.batcher.process(0))
        while not doubler.batches:
            await asyncio.sleep(0)
        others = asyncio.create_task(doubler.process_all(*range(20, MAX_BATCH + 24)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        doubler.open.set()

        assert await first == 0
        assert await others == [2 * number for number in range(20, MAX_BATCH + 24)]
        assert [len(batch) for batch in doubler.batches] == [1, MAX_BATCH, 4]

    asyncio.run(act())


def test_a_failure_concerns_only_the_request_that_caused_it() -> None:
    async def act() -> None:
        doubler = Doubler()
        *others, failed = await doubler.process_all(1, 2, 13)

        assert others == [2, 4]
        assert isinstance(failed, ValueError)
        assert doubler.batches == [[1, 2, 13], [1], [2], [13]]

    asyncio.run(act())


def test_a_busy_store_is_not_tried_again_for_each_request() -> None:
    async def act() -> None:
        doubler = Doubler()
        doubler.busy = True
        results = await doubler.process_all(1, 2, 3)
        assert all(isinstance(result, StoreBusy) for result in results)
        assert doubler.batches == [[1, 2, 3]]

        doubler.busy = False
        assert await doubler.batcher.process(4) == 8

    asyncio.run(act())


def test_requests_that_waited_for_half_of_a_busy_batch_fail_with_it_and_later_ones_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = [0.0]
    monkeypatch.setattr(batcher, "_now", lambda: moment[0])

    async def act() -> None:
        doubler = Doubler()
        doubler.busy = True
        doubler.open.clear()
        tasks = []
        for number, at in ((1, 0.0), (2, 0.1), (3, 4.9)):
            moment[0] = at
            tasks.append(asyncio.create_task(doubler.process_all(number)))
            for _ in range(5):  # until every request is in the queue
                await asyncio.sleep(0)
        moment[0] = 5.0
        doubler.open.set()

        for task in tasks:
            (result,) = await task
            assert isinstance(result, StoreBusy)
        assert doubler.batches == [[1], [3]]

    asyncio.run(act())


def test_a_request_that_was_cancelled_while_waiting_is_left_out() -> None:
    async def act() -> None:
        doubler = Doubler()
        doubler.open.clear()
        first, second, third = (
            asyncio.create_task(doubler.batcher.process(number)) for number in (1, 2, 3)
        )
        while not doubler.batches:
            await asyncio.sleep(0)
        late = asyncio.create_task(doubler.batcher.process(4))
        cancelled = asyncio.create_task(doubler.batcher.process(5))
        await asyncio.sleep(0)
        cancelled.cancel()
        doubler.open.set()

        assert [await first, await second, await third, await late] == [2, 4, 6, 8]
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        assert doubler.batches == [[1, 2, 3], [4]]

    asyncio.run(act())
