"""An attack by enumeration: which answers are compatible with a release?

A world is what every group of people may have answered to one question, as counts of the answers
1 to 5 per group. Within a group the release does not distinguish people (a test of its own proves
this), so the counts are all there is to find out. The attacker keeps the worlds that would have
given the same release, and looks at what they have in common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import cache
from itertools import product

from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count.counting import CLASS_OF, POINTS
from tests.promises.towns import Town, export

Answers = tuple[int, int, int, int, int]
"""The number of people in a group who answered 1, 2, 3, 4 and 5."""
World = tuple[Answers, ...]
CLASSES = tuple(CLASS_OF[1:])


def answers(people: int, among: Sequence[int] = (1, 2, 3, 4, 5)) -> Iterator[Answers]:
    """Everything that `people` people may have answered."""
    for counts in _parts(people, len(among)):
        filled = dict(zip(among, counts, strict=True))
        yield tuple(filled.get(answer, 0) for answer in range(1, 6))  # type: ignore[misc]


def worlds(groups: Sequence[int], among: Sequence[int] = (1, 2, 3, 4, 5)) -> Iterator[World]:
    """Everything that groups of these sizes may have answered."""
    return product(*(list(answers(people, among)) for people in groups))


def in_world(town: Town, units: Sequence[int], world: World) -> Town:
    """The town in which each unit answered its only question as in this world."""
    return town.answering(
        AnswerSheet(unit, (answer,))
        for unit, counts in zip(units, world, strict=True)
        for answer, people in enumerate(counts, 1)
        for _ in range(people)
    )


def release_of(town: Town) -> Hashable:
    """The complete release, made by the program's own code."""
    return tuple(tuple(row.values()) for row in export([town]))


@cache
def sum_of(counts: Answers) -> int:
    """The sum of the points of a group."""
    return sum(POINTS[answer] * people for answer, people in enumerate(counts, 1))


@cache
def classes_of(counts: Answers) -> tuple[int, ...]:
    """The number of answers in each class."""
    totals = [0, 0, 0]
    for answer_class, people in zip(CLASSES, counts, strict=True):
        totals[answer_class] += people
    return tuple(totals)


def what_remains(
    possible: Iterable[World], release: Callable[[World], Hashable]
) -> dict[Hashable, list[World]]:
    """The worlds that remain possible after each release."""
    remaining: dict[Hashable, list[World]] = defaultdict(list)
    for world in possible:
        remaining[release(world)].append(world)
    return remaining


def fewest_answers(remaining: Iterable[Sequence[World]]) -> int:
    """The fewest different answers that remain possible for anybody after the worst release."""
    return min(
        len(frozenset[int]().union(*{different_answers(world[group]) for world in together}))
        for together in remaining
        for group in range(len(together[0]))
    )


@cache
def different_answers(counts: Answers) -> frozenset[int]:
    """The answers that somebody in a group gave."""
    return frozenset(answer for answer, people in enumerate(counts, 1) if people)


def _parts(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _parts(total - first, parts - 1):
            yield (first, *rest)
