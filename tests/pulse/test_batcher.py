"""Whoever waits is helped together, and nobody fails because of somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from monitor.errors import StoreBusy
from monitor.pulse.ballot import batcher
from monitor.pulse.ballot.batcher import MOST, Batcher


class Desk:
    """Doubles numbers; it can be held up, be in trouble, and it stumbles over 13."""

    def __init__(self) -> None:
        self.seen: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.trouble = False
        self.lots = Batcher("desk", self.work)

    async def work(self, numbers: Sequence[int]) -> Sequence[int]:
        self.seen.append(list(numbers))
        await self.open.wait()
        if self.trouble:
            raise StoreBusy("store.busy")
        if 13 in numbers:
            raise ValueError
        return [2 * number for number in numbers]

    async def come(self, *numbers: int) -> list[int | BaseException]:
        coming = (self.lots.done(number) for number in numbers)
        return await asyncio.gather(*coming, return_exceptions=True)


def test_with_one_visitor_a_lot_is_one() -> None:
    async def act() -> None:
        desk = Desk()
        assert [await desk.lots.done(1), await desk.lots.done(2)] == [2, 4]
        assert desk.seen == [[1], [2]]

    asyncio.run(act())


def test_who_comes_while_a_lot_is_being_done_is_in_the_next() -> None:
    async def act() -> None:
        desk = Desk()
        desk.open.clear()
        first = asyncio.create_task(desk.lots.done(0))
        while not desk.seen:
            await asyncio.sleep(0)
        rest = asyncio.create_task(desk.come(*range(20, MOST + 24)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        desk.open.set()

        assert await first == 0
        assert await rest == [2 * number for number in range(20, MOST + 24)]
        assert [len(lot) for lot in desk.seen] == [1, MOST, 4]

    asyncio.run(act())


def test_a_stumble_concerns_only_who_caused_it() -> None:
    async def act() -> None:
        desk = Desk()
        *others, unlucky = await desk.come(1, 2, 13)

        assert others == [2, 4]
        assert isinstance(unlucky, ValueError)
        assert desk.seen == [[1, 2, 13], [1], [2], [13]]

    asyncio.run(act())


def test_a_store_in_trouble_is_not_asked_again_for_each() -> None:
    async def act() -> None:
        desk = Desk()
        desk.trouble = True
        assert all(isinstance(each, StoreBusy) for each in await desk.come(1, 2, 3))
        assert desk.seen == [[1, 2, 3]]

        desk.trouble = False
        assert await desk.lots.done(4) == 8

    asyncio.run(act())


def test_who_waited_for_most_of_a_trouble_is_told_so_and_who_just_came_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moment = [0.0]
    monkeypatch.setattr(batcher, "_now", lambda: moment[0])

    async def act() -> None:
        desk = Desk()
        desk.trouble = True
        desk.open.clear()
        coming = []
        for number, at in ((1, 0.0), (2, 0.1), (3, 4.9)):
            moment[0] = at
            coming.append(asyncio.create_task(desk.come(number)))
            for _ in range(5):  # until everybody stands where they will wait
                await asyncio.sleep(0)
        moment[0] = 5.0
        desk.open.set()

        for task in coming:
            (told,) = await task
            assert isinstance(told, StoreBusy)
        assert desk.seen == [[1], [3]]

    asyncio.run(act())


def test_who_left_while_waiting_is_not_helped() -> None:
    async def act() -> None:
        desk = Desk()
        desk.open.clear()
        first, second, third = (asyncio.create_task(desk.lots.done(each)) for each in (1, 2, 3))
        while not desk.seen:
            await asyncio.sleep(0)
        late = asyncio.create_task(desk.lots.done(4))
        left = asyncio.create_task(desk.lots.done(5))
        await asyncio.sleep(0)
        left.cancel()
        desk.open.set()

        assert [await first, await second, await third, await late] == [2, 4, 6, 8]
        with pytest.raises(asyncio.CancelledError):
            await left
        assert desk.seen == [[1, 2, 3], [4]]

    asyncio.run(act())
