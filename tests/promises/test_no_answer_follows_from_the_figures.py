"""No answer follows from the figures: in all sets of answers that give the same sealed results,
everybody may have answered at least two different things.

The attacker has the sealed results in the store, which hold more than the release made of them.
What an insider gains by knowing his own answer is stated exactly.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable
from functools import cache

import numpy as np
import pytest

from monitor.pulse.ballot.envelope import AnswerSheet
from tests.promises.towns import Town, questionnaire, sealed
from tests.promises.worlds import (
    Answers,
    World,
    answers,
    classes_of,
    fewest_answers,
    in_world,
    release_of,
    sum_of,
    what_remains,
    worlds,
)
from tests.scale import samples

ONE = questionnaire(1)
ALONE = Town(("team",), (-1,), (24,), (), ONE)
PAIR = Town(("stad", "five", "fifteen"), (-1, 0, 0), (0, 5, 15), (), ONE)
POOL = Town(("stad", "five", "three", "two"), (-1, 0, 0, 0), (0, 5, 3, 2), (), ONE)
REST = Town(("stad", "five", "four"), (-1, 0, 0), (0, 5, 4), (), ONE)
SMALL, LARGE = range(5, 9), range(5, 14)


def sealed_of(world: World) -> Hashable:
    """What is stored of a department of these teams, by rules that are quick to evaluate."""
    total = tuple(map(sum, zip(*map(classes_of, world), strict=True)))
    one_mind = any(map(of_one_mind, world))
    enough = sum(total) >= 20 and max(total) < sum(total) and not {1, 2} & set(total)
    return tuple(map(clamped, world)), total if enough and not one_mind else None


@cache
def of_one_mind(counts: Answers) -> bool:
    """Whether everybody in a group gave the same answer, and no answer at an end."""
    return max(counts[1:4]) == sum(counts)


@cache
def clamped(counts: Answers) -> int:
    """The sum of points of a group as it is stored."""
    people = sum(counts)
    return min(max(sum_of(counts), 10 * people), 90 * people)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("town", "units", "groups"),
    [(ALONE, [0], [6]), (ALONE, [0], [12]), (ALONE, [0], [20]), (PAIR, [1, 2], [5, 15])],
)
def test_the_attacker_knows_the_rules(
    town: Town, units: list[int], groups: list[int], rng: random.Random
) -> None:
    possible = list(worlds(groups))
    some = rng.sample(possible, min(len(possible), samples(400)))

    by_program = what_remains(some, lambda world: sealed(in_world(town, units, world)))
    by_rules = what_remains(some, sealed_of)

    assert sorted(by_program.values()) == sorted(by_rules.values())


@pytest.mark.parametrize("people", LARGE)
def test_after_a_score_everybody_may_have_given_three_answers(people: int) -> None:
    assert fewest_answers(what_remains(worlds([people]), sealed_of).values()) >= 3


@pytest.mark.parametrize("people", LARGE)
def test_a_score_that_is_not_clamped_may_tell_what_everybody_answered(people: int) -> None:
    remaining = what_remains(worlds([people]), lambda world: sum_of(world[0]))

    assert fewest_answers(remaining.values()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("groups", [[20], [24], [5, 15]])
def test_after_scores_and_distribution_everybody_may_have_given_two(groups: list[int]) -> None:
    assert fewest_answers(what_remains(worlds(groups), sealed_of).values()) == 2


@pytest.mark.slow
@pytest.mark.parametrize("groups", [[20], [5, 15]])
def test_a_distribution_that_people_of_one_mind_are_in_may_tell_their_answer(
    groups: list[int],
) -> None:
    def without_that_rule(world: World) -> Hashable:
        total = tuple(map(sum, zip(*map(classes_of, world), strict=True)))
        return tuple(map(clamped, world)), None if {1, 2} & set(total) else total

    assert fewest_answers(what_remains(worlds(groups), without_that_rule).values()) == 1


@pytest.mark.slow
def test_leftovers_in_a_pool_are_one_group_whoever_of_them_said_what() -> None:
    possible = list(worlds([5, 3, 2], among=(1, 3, 5)))
    remaining = what_remains(possible, lambda world: release_of(in_world(POOL, [1, 2, 3], world)))
    of_pool = what_remains(possible, lambda w: (clamped(w[0]), clamped(_added(w[1], w[2]))))

    assert sorted(remaining.values()) == sorted(of_pool.values())
    assert fewest_answers(remaining.values()) >= 2


@pytest.mark.slow
def test_four_people_who_were_dropped_may_have_said_anything() -> None:
    possible = list(worlds([5, 4], among=(1, 3, 5)))
    remaining = what_remains(possible, lambda world: release_of(in_world(REST, [1, 2], world)))

    for together in remaining.values():
        assert {world[1] for world in together} == set(answers(4, among=(1, 3, 5)))


@pytest.mark.slow
@pytest.mark.parametrize("people", LARGE)
def test_an_insider_learns_all_answers_only_as_the_one_who_breaks_unanimity_at_an_end(
    people: int,
) -> None:
    """He does exactly when all others gave the lowest (or all the highest) answer, he gave another
    one, and the clamped sum leaves no room for one of them to have answered one step milder. That
    is possible in teams of at most twelve."""
    solved = _solved_by_insiders(people, clamped)

    ends = ((people - 1, 0, 0, 0, 0), 1), ((0, 0, 0, 0, people - 1), 5)
    assert solved == {
        (others, own)
        for others, end in ends
        for own in range(1, 6)
        if 25 * abs(own - end) + 25 > 10 * people
    }
    assert (people > 12) == (not solved)


@pytest.mark.parametrize("people", SMALL)
def test_without_the_clamp_an_insider_learns_more(people: int) -> None:
    assert _solved_by_insiders(people, sum_of) > _solved_by_insiders(people, clamped)


def test_a_team_that_agrees_leaves_room_in_the_one_number_of_spread() -> None:
    """In each of five teams everybody agrees. If the exact variance were stored, a zero would tell
    a thief of the store that in every team everybody gave the same answer."""
    names = ("stad", *(f"team{place}" for place in range(5)))
    town = Town(names, (-1, *[0] * 5), (0, *[12] * 5), (), questionnaire(2))
    people = [AnswerSheet(unit, (3, 3)) for unit in range(1, 6) for _ in range(12)]
    agreeing = town.answering(people)
    nearly = town.answering([AnswerSheet(1, (2, 3)), AnswerSheet(1, (4, 3)), *people[2:]])

    assert sealed(agreeing) == sealed(nearly)


def _added(first: Answers, second: Answers) -> Answers:
    return tuple(np.add(first, second).tolist())


def _solved_by_insiders(people: int, keep: Callable[[Answers], int]) -> set[tuple[Answers, int]]:
    """Pairs of the others' answers and the insider's own, wherever he can be certain."""
    remaining: dict[tuple[int, int], set[Answers]] = {}
    for counts in answers(people):
        for own in range(1, 6):
            if counts[own - 1]:
                others = list(counts)
                others[own - 1] -= 1
                remaining.setdefault((keep(counts), own), set()).add(tuple(others))
    return {
        (others, own)
        for (_, own), possible in remaining.items()
        for others in possible
        if len({answer for world in possible for answer in range(5) if world[answer]}) == 1
    }
