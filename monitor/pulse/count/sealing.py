"""Sealing: what may not be shown is not kept.

A unit is an *atom* of a theme when every question of the theme has answers in it from at least
the minimum number of people. The answers of other units are carried up: pooled with the other
leftovers under the same parent, and further up until a pool qualifies; a rest at the top is
dropped.
Everything ever released is a sum of atoms, so no combination of figures can narrow to fewer
people than an atom holds (threshold rule with suppression by aggregation; Hundepool et al.,
*Statistical Disclosure Control*, 2012, ch. 4, but for the carrying up).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from monitor.pulse.count.counting import POINTS, CountingScheme, Counts, Tally

SMALLEST_MINIMUM = 5
"""Nothing smaller is sealed, whatever the store says of the round: a row can be changed there."""
LOWEST, HIGHEST = 10, 90
"""Ends between which a question's score is kept, so that unanimity at an end is not in it."""
CLASS_MINIMUM = 20
"""The fewest answers behind a distribution over three classes."""
FORBIDDEN_CLASS_SIZES = (1, 2)
SPREAD_ATOMS, SPREAD_PEOPLE = 5, 60
"""The fewest atoms, and people in them, behind the one number kept of the spread."""
LEAST_SPREAD = 100.0
"""A smaller variance is kept as this one: near 0 it would say that everybody in every team
answered as the team did."""


class SealBroken(Exception):
    """The sealing produced something smaller than promised; nothing may be stored."""


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """One theme's sums over a group of people in or under `unit` (its place in the tree).

    ``pool`` tells a pool of leftovers under the unit from the unit's own answers. ``n`` and
    ``points`` hold one value per question of the theme; points are 0..100 per answer, clamped
    to 10..90 times n.
    """

    unit: int
    pool: bool
    theme: int
    n: tuple[int, ...]
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CategoryCounts:
    """How many answered a question (its place) unfavourably, neutrally and favourably."""

    unit: int
    pool: bool
    question: int
    counts: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Sealed:
    """All that is kept of a round. ``variances`` has one value per theme, or None."""

    atoms: tuple[ScoreCell, ...]
    class_atoms: tuple[CategoryCounts, ...]
    variances: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Cells (units, by place) whose answers are kept together, in or under ``unit``."""

    unit: int
    pool: bool
    cells: tuple[int, ...]


def seal(tally: Tally, shape: CountingScheme, minimum: int) -> Sealed:
    """Turn the counts into atoms; the rest is not in the result.

    Raises
    ------
    SealBroken
        Never, unless this module has a fault: the promise is checked on what it made.
    """
    minimum = max(minimum, SMALLEST_MINIMUM)
    atoms: list[ScoreCell] = []
    class_atoms: list[CategoryCounts] = []
    variances: list[float | None] = []
    for theme, places in enumerate(shape.themes):
        n = tally.n[:, places]
        own: dict[int, tuple[int, ...]] = {
            unit: (unit,) for unit in np.flatnonzero(n.any(axis=1)).tolist()
        }
        sure = tally.sure[:, places]
        groups = _carry_up(shape.parents, own, {}, partial(_is_enough, sure, minimum))
        _check(groups, sure, minimum)
        atoms.extend(_atom(group, theme, n, tally.points[:, places]) for group in groups)
        variances.append(_pooled_variance(tally, theme, groups))
        for question in places:
            told = [
                group
                for group in groups
                if not _of_one_mind(tally, question, group) and _all_differ(tally, question, group)
            ]
            class_atoms.extend(_class_atoms(tally.classes[:, question], question, told, shape))
    return Sealed(tuple(atoms), tuple(class_atoms), tuple(variances))


def _is_enough(people: Counts, minimum: int, cells: Sequence[int]) -> bool:
    return bool((people[list(cells)].sum(axis=0) >= minimum).all())


def _carry_up(
    parents: Sequence[int],
    own: dict[int, tuple[int, ...]],
    pooled: dict[int, tuple[int, ...]],
    fits: Callable[[Sequence[int]], bool],
) -> tuple[Group, ...]:
    """Group cells so that every group `fits`, each as low in the tree as it can be.

    `own` are cells that belong to a unit itself, `pooled` cells that start in its pool.
    """
    inner = set(parents)
    groups: list[Group] = []
    waiting: list[list[int]] = [list(pooled.get(unit, ())) for unit in range(len(parents))]
    for unit in reversed(range(len(parents))):
        mine = own.get(unit, ())
        if mine and fits(mine):
            groups.append(Group(unit, False, mine))
        else:
            waiting[unit].extend(mine)
        if unit in inner and waiting[unit] and fits(waiting[unit]):
            groups.append(Group(unit, True, tuple(waiting[unit])))
        elif parents[unit] >= 0:
            waiting[parents[unit]].extend(waiting[unit])
    return tuple(groups)


def _atom(group: Group, theme: int, n: Counts, points: Counts) -> ScoreCell:
    people = n[list(group.cells)].sum(axis=0)
    total = points[list(group.cells)].sum(axis=0)
    clamped = np.clip(total, LOWEST * people, HIGHEST * people)
    return ScoreCell(group.unit, group.pool, theme, tuple(people.tolist()), tuple(clamped.tolist()))


def _class_atoms(
    classes: Counts, question: int, groups: Sequence[Group], shape: CountingScheme
) -> Iterable[CategoryCounts]:
    """Distributions are sums of whole atoms: were they not, the difference might be few people.

    No class holds one or two people, and none holds everybody.
    """
    own = {group.unit: group.cells for group in groups if not group.pool}
    pooled = {group.unit: group.cells for group in groups if group.pool}

    def fits(cells: Sequence[int]) -> bool:
        total = classes[list(cells)].sum(axis=0)
        return bool(
            total.sum() >= CLASS_MINIMUM
            and total.max() < total.sum()
            and not np.isin(total, FORBIDDEN_CLASS_SIZES).any()
        )

    for group in _carry_up(shape.parents, own, pooled, fits):
        low, middle, high = classes[list(group.cells)].sum(axis=0).tolist()
        yield CategoryCounts(group.unit, group.pool, question, (low, middle, high))


def _of_one_mind(tally: Tally, question: int, group: Group) -> bool:
    """Whether all gave the same answer, other than the lowest or the highest.

    Beside the sum of such a group, a distribution it is part of may leave no other answers
    possible. At the ends the clamped sum leaves room.
    """
    cells = list(group.cells)
    classes = tally.classes[cells, question].sum(axis=0)
    people = int(classes.sum())
    same = [people * POINTS[answer] for answer in (2, 3, 4)]
    return bool(classes.max() == people and tally.points[cells, question].sum() in same)


def _all_differ(tally: Tally, question: int, group: Group) -> bool:
    """Whether nobody can be in the group twice; else three of a class may be two people."""
    cells = list(group.cells)
    return bool((tally.sure[cells, question] == tally.n[cells, question]).all())


def _pooled_variance(tally: Tally, theme: int, groups: Sequence[Group]) -> float | None:
    """Variance of people's theme scores around their unit's mean, pooled; two digits.

    s² = Σ(Σx² − (Σx)²/n) / Σ(n − 1) over units (Snedecor & Cochran, *Statistical Methods*,
    8th ed., §12.10). None when too few atoms or people contribute.
    """
    cells = [group.unit for group in groups if not group.pool]
    people, sums = tally.people[cells, theme], tally.sums[cells, theme]
    if (people > 1).sum() < SPREAD_ATOMS or people[people > 1].sum() < SPREAD_PEOPLE:
        return None
    some = people > 1
    within = tally.squares[cells, theme][some] - sums[some] ** 2 / people[some]
    variance = within.sum() / (people[some] - 1).sum()
    return max(LEAST_SPREAD, float(f"{variance:.2g}"))


def _check(groups: Sequence[Group], people: Counts, minimum: int) -> None:
    cells = [cell for group in groups for cell in group.cells]
    if len(cells) != len(set(cells)):
        raise SealBroken("a unit's answers are in two atoms")
    if any((people[list(group.cells)].sum(axis=0) < minimum).any() for group in groups):
        raise SealBroken("an atom is smaller than the minimum")
