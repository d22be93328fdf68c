"""Sealing: what may not be shown is not kept.

A unit is an *atom* of a theme when every question of the theme has answers from at least the
minimum number of people in it. The answers of other units are carried up: pooled with the other
leftovers under the same parent, and further up until a pool is large enough. What is left at the
top is dropped.

Everything ever released is a sum of atoms, so no combination of figures can be narrowed down to
fewer people than an atom holds (threshold rule with suppression by aggregation; Hundepool et al.,
*Statistical Disclosure Control*, 2012, ch. 4, except for the carrying up).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from monitor.pulse.count.counting import POINTS, CountingScheme, Counts, Tally

SMALLEST_MINIMUM = 5
"""Lower bound on the round's own minimum, which somebody could have changed in the store."""
LOWEST, HIGHEST = 10, 90
"""Bounds on a question's stored score, so that it does not reveal unanimity at an end."""
CLASS_MINIMUM = 20
"""The fewest answers behind a distribution over three classes."""
FORBIDDEN_CLASS_SIZES = (1, 2)
VARIANCE_ATOMS, VARIANCE_PEOPLE = 5, 60
"""The fewest atoms, and people in them, behind a theme's variance."""
LEAST_VARIANCE = 100.0
"""A smaller variance is stored as this one: near 0 it would reveal that everybody in every team
answered as the team did."""


class SealBroken(Exception):
    """Sealing produced an atom smaller than the minimum; nothing may be stored."""


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """An atom: one theme's sums over a group of people in or under `unit` (an index).

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
    """How many answered a question (an index) unfavourably, neutrally and favourably."""

    unit: int
    pool: bool
    question: int
    counts: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Sealed:
    """All that is kept of a round. ``within_variances`` has a value, or None, per theme."""

    atoms: tuple[ScoreCell, ...]
    category_counts: tuple[CategoryCounts, ...]
    within_variances: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Cells (indices of units) whose answers are kept together, in or under ``unit``."""

    unit: int
    pool: bool
    cells: tuple[int, ...]


def seal(tally: Tally, scheme: CountingScheme, minimum: int) -> Sealed:
    """Turn the counts into atoms; everything else is dropped.

    Raises
    ------
    SealBroken
        Never, unless this module has a fault: the result is checked against the minimum.
    """
    minimum = max(minimum, SMALLEST_MINIMUM)
    atoms: list[ScoreCell] = []
    category_counts: list[CategoryCounts] = []
    within_variances: list[float | None] = []
    for theme, questions in enumerate(scheme.themes):
        groups = _groups(tally, scheme, questions, minimum)
        n, points = tally.n[:, questions], tally.points[:, questions]
        atoms.extend(_atom(group, theme, n, points) for group in groups)
        within_variances.append(_pooled_variance(tally, theme, groups))
        for question in (q for q in questions if q not in scheme.undistributed):
            category_counts.extend(_category_counts(tally, scheme, question, groups))
    return Sealed(tuple(atoms), tuple(category_counts), tuple(within_variances))


def _groups(
    tally: Tally, scheme: CountingScheme, questions: tuple[int, ...], minimum: int
) -> tuple[Group, ...]:
    """The groups that form the atoms of the theme with these questions."""
    answering = np.flatnonzero(tally.n[:, questions].any(axis=1)).tolist()
    people = tally.distinct_people[:, questions]
    own: dict[int, tuple[int, ...]] = {unit: (unit,) for unit in answering}
    groups = _carry_up(scheme.parents, own, {}, partial(_is_enough, people, minimum))
    _check(groups, people, minimum)
    return groups


def _is_enough(people: Counts, minimum: int, cells: Sequence[int]) -> bool:
    return bool((people[list(cells)].sum(axis=0) >= minimum).all())


def _carry_up(
    parents: Sequence[int],
    own: dict[int, tuple[int, ...]],
    pooled: dict[int, tuple[int, ...]],
    fits: Callable[[Sequence[int]], bool],
) -> tuple[Group, ...]:
    """Group cells so that every group `fits`, each as low in the tree as possible.

    `own` holds the cells of a unit itself, `pooled` the cells that start in its pool.
    """
    inner = set(parents)
    groups: list[Group] = []
    pools: list[list[int]] = [list(pooled.get(unit, ())) for unit in range(len(parents))]
    for unit in reversed(range(len(parents))):
        cells = own.get(unit, ())
        if cells and fits(cells):
            groups.append(Group(unit, False, cells))
        else:
            pools[unit].extend(cells)
        if unit in inner and pools[unit] and fits(pools[unit]):
            groups.append(Group(unit, True, tuple(pools[unit])))
        elif parents[unit] >= 0:
            pools[parents[unit]].extend(pools[unit])
    return tuple(groups)


def _atom(group: Group, theme: int, n: Counts, points: Counts) -> ScoreCell:
    people = n[list(group.cells)].sum(axis=0)
    total = points[list(group.cells)].sum(axis=0)
    clamped = np.clip(total, LOWEST * people, HIGHEST * people)
    return ScoreCell(group.unit, group.pool, theme, tuple(people.tolist()), tuple(clamped.tolist()))


def _category_counts(
    tally: Tally, scheme: CountingScheme, question: int, groups: Sequence[Group]
) -> Iterable[CategoryCounts]:
    """Distributions over the three classes, each a sum of whole atoms.

    If they were not sums of atoms, the difference with a score could be about very few people. No
    class holds one or two people, and none holds everybody.
    """
    classes = tally.classes[:, question]
    usable = [
        group
        for group in groups
        if not _is_unanimous(tally, question, group) and _all_distinct(tally, question, group)
    ]
    own = {group.unit: group.cells for group in usable if not group.pool}
    pooled = {group.unit: group.cells for group in usable if group.pool}
    fits = partial(_may_be_distributed, classes)
    for group in _carry_up(scheme.parents, own, pooled, fits):
        low, middle, high = classes[list(group.cells)].sum(axis=0).tolist()
        yield CategoryCounts(group.unit, group.pool, question, (low, middle, high))


def _may_be_distributed(classes: Counts, cells: Sequence[int]) -> bool:
    total = classes[list(cells)].sum(axis=0)
    return bool(
        total.sum() >= CLASS_MINIMUM
        and total.max() < total.sum()
        and not np.isin(total, FORBIDDEN_CLASS_SIZES).any()
    )


def _is_unanimous(tally: Tally, question: int, group: Group) -> bool:
    """Whether everybody gave the same answer, other than the lowest or the highest.

    Together with the group's score, a distribution that includes the group could leave only one
    possible set of answers. At the ends the clamped score leaves more than one.
    """
    cells = list(group.cells)
    classes = tally.classes[cells, question].sum(axis=0)
    people = int(classes.sum())
    unanimous = [people * POINTS[answer] for answer in (2, 3, 4)]
    return bool(classes.max() == people and tally.points[cells, question].sum() in unanimous)


def _all_distinct(tally: Tally, question: int, group: Group) -> bool:
    """Whether nobody can be in the group twice; otherwise a class of three may be two people."""
    cells = list(group.cells)
    return bool((tally.distinct_people[cells, question] == tally.n[cells, question]).all())


def _pooled_variance(tally: Tally, theme: int, groups: Sequence[Group]) -> float | None:
    """Variance of people's theme scores within units, pooled over units, in two digits.

    s² = Σ(Σx² − (Σx)²/n) / Σ(n − 1) over units (Snedecor & Cochran, *Statistical Methods*,
    8th ed., §12.10). None when too few atoms or people contribute.
    """
    cells = [group.unit for group in groups if not group.pool]
    cells = [unit for unit in cells if tally.people[unit, theme] > 1]
    people, sums = tally.people[cells, theme], tally.sums[cells, theme]
    if len(cells) < VARIANCE_ATOMS or people.sum() < VARIANCE_PEOPLE:
        return None
    within = tally.squares[cells, theme] - sums**2 / people
    variance = within.sum() / (people - 1).sum()
    return max(LEAST_VARIANCE, float(f"{variance:.2g}"))


def _check(groups: Sequence[Group], people: Counts, minimum: int) -> None:
    cells = [cell for group in groups for cell in group.cells]
    if len(cells) != len(set(cells)):
        raise SealBroken("a unit's answers are in two atoms")
    if any((people[list(group.cells)].sum(axis=0) < minimum).any() for group in groups):
        raise SealBroken("an atom is smaller than the minimum")
