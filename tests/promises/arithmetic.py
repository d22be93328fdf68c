"""The attacker's arithmetic: which people do the figures of a month speak of?

He knows the tree, the rule, who answered and who skipped what; he does not know the answers. To
him every figure is a linear equation in unknowns: for each person, question and answer value,
whether that was the answer. Whoever can combine equations so that all people but a few fall out
has a figure about those few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.count.counting import CLASS_OF, POINTS
from tests.promises.towns import Row, Town

People = frozenset[int]
"""Places in ``Town.sheets``."""
Covers = Callable[[Town, tuple[int, ...]], dict[int, People]]
"""Whose answers are in each unit's figures of the theme with these questions."""
VALUES = (2, 3, 4, 5)
"""Whether the answer was 1 follows from the others: he knows who answered."""
CLASSES = {"unfavourable": 0, "neutral": 1, "favourable": 2}


@dataclass(frozen=True)
class Equations:
    """``left · unknowns = right``, but for rounding; ``block`` unknowns per person."""

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    block: int

    @property
    def blocks(self) -> NDArray[np.float64]:
        """The left side as figures × people × unknowns."""
        return self.left.reshape(len(self.left), self.left.shape[1] // self.block, self.block)


def atoms(town: Town, places: tuple[int, ...]) -> dict[int, list[People]]:
    """The rule of carrying up, told again from the top down, in sets of people."""
    made: dict[int, list[People]] = defaultdict(list)
    children = [[c for c, p in enumerate(town.parents) if p == u] for u in range(len(town.parents))]

    def enough(people: People) -> bool:
        return all(
            sum(town.sheets[p].answers[q] > 0 for p in people) >= town.minimum for q in places
        )

    def left_over(unit: int) -> People:
        own = frozenset(p for p, sheet in enumerate(town.sheets) if sheet.unit == unit)
        rest = frozenset[int]().union(*(left_over(child) for child in children[unit]))
        if enough(own):
            made[unit].append(own)
        else:
            rest |= own
        if children[unit] and enough(rest):
            made[unit].append(rest)
            return frozenset()
        return rest

    left_over(0)
    return made


def beneath(town: Town, unit: int) -> list[int]:
    """The unit and everything under it."""
    found = {unit}
    for child, parent in enumerate(town.parents):
        if parent in found:
            found.add(child)
    return sorted(found)


def carried_up(town: Town, places: tuple[int, ...]) -> dict[int, People]:
    """Whom each unit's figures speak of, under our rule."""
    made = atoms(town, places)
    whole = {
        unit: frozenset[int]().union(*(a for b in beneath(town, unit) for a in made.get(b, [])))
        for unit in range(len(town.parents))
    }
    return {unit: people for unit, people in whole.items() if people}


def bare_threshold(town: Town, places: tuple[int, ...]) -> dict[int, People]:
    """Whom they speak of where any unit is shown that has enough answers: what peers do."""
    whole = {
        unit: frozenset(p for p, s in enumerate(town.sheets) if s.unit in set(beneath(town, unit)))
        for unit in range(len(town.parents))
    }
    return {
        unit: people
        for unit, people in whole.items()
        if all(sum(town.sheets[p].answers[q] > 0 for p in people) >= town.minimum for q in places)
    }


def bare_release(town: Town) -> list[Row]:
    """The month as peers release it: whole-point scores of every unit with enough answers."""
    made: list[Row] = []
    for theme, places in enumerate(town.shape.themes):
        for unit, people in bare_threshold(town, places).items():
            means = [np.mean(_points(town, people, question)) for question in places]
            keys = [town.questions.questions[place].key for place in places]
            for kind, key, mean in [
                *zip(["question"] * len(keys), keys, means, strict=True),
                ("theme", f"t{theme}", np.mean(means)),
            ]:
                score = str(int(np.floor(mean + 0.5)))
                made.append({"unit": town.names[unit], "kind": kind, "key": key, "value": score})
    return made


def equations(town: Town, theme: int, rows: Iterable[Row], covers: Covers) -> Equations:
    """Every figure of a theme as an equation."""
    places = town.shape.themes[theme]
    cover = covers(town, places)
    named = {name: unit for unit, name in enumerate(town.names)}
    keys = {town.questions.questions[place].key: place for place in places}
    width = len(town.sheets) * len(places) * len(VALUES)
    left: list[NDArray[np.float64]] = [np.empty((0, width))]
    right: list[float] = []
    for row in rows:
        key, _, answer_class = row["key"].partition(":")
        if row["value"] == "" or not (key in keys or key == f"t{theme}"):
            continue
        asked = [keys[key]] if key in keys else list(places)
        weights, base = _weights(answer_class)
        people = cover[named[row["unit"]]]
        left.append(_line(town, people, asked, places, weights)[None])
        right.append(float(row["value"].strip("<>=")) - base)
    return Equations(np.concatenate(left), np.array(right), len(places) * len(VALUES))


def truth(town: Town, theme: int) -> NDArray[np.float64]:
    """What the attacker is after: the unknowns of `equations`."""
    places = town.shape.themes[theme]
    return np.array([float(s.answers[q] == v) for s in town.sheets for q in places for v in VALUES])


def narrower(found: Equations, below: int) -> tuple[int, ...] | None:
    """A group of fewer than `below` people about whom some combination of figures
    speaks, and of nobody else; None when there is none.

    People whose columns are the same cannot be told apart by any combination, so such a
    combination exists exactly when one exists for whole groups of look-alikes.
    """
    blocks = found.blocks
    alike: dict[bytes, list[int]] = defaultdict(list)
    for person in np.flatnonzero(blocks.any(axis=(0, 2))).tolist():
        alike[blocks[:, person].round(12).tobytes()].append(person)
    groups = sorted(alike.values(), key=len)
    if not groups or len(groups[0]) >= below:
        return None
    kept = found.blocks[:, [group[0] for group in groups]]
    onto = _projection(kept.reshape(len(kept), -1)).reshape(
        len(groups), found.block, len(groups), found.block
    )
    for chosen in _fewer([len(group) for group in groups], below):
        part = onto[np.ix_(chosen, range(found.block), chosen, range(found.block))]
        size = len(chosen) * found.block
        # A unit vector that the projection leaves as it is lies in the space of combinations.
        if np.linalg.eigvalsh(part.reshape(size, size))[-1] > 1 - 1e-7:
            return tuple(sorted(person for place in chosen for person in groups[place]))
    return None


def combination(found: Equations, people: Sequence[int]) -> NDArray[np.float64]:
    """Weights on the figures under which everybody but `people` falls out."""
    others = np.delete(found.blocks, list(people), axis=1).reshape(len(found.left), -1)
    sizes, turned = np.linalg.eigh(others @ others.T)
    free = turned[:, sizes < 1e-9 * sizes[-1]].T
    about = np.abs(free @ found.left).max(axis=1)
    return np.asarray(free[int(about.argmax())])


def _projection(left: NDArray[np.float64]) -> NDArray[np.float64]:
    """The orthogonal projection onto all combinations of the rows."""
    _, sizes, turned = np.linalg.svd(left, full_matrices=False)
    basis = turned[sizes > 1e-9 * max(sizes.max(), 1e-30)]
    return np.asarray(basis.T @ basis)


def _fewer(sizes: Sequence[int], below: int, start: int = 0) -> Iterator[list[int]]:
    """Every choice of places whose sizes, given in rising order, add up to less than `below`."""
    for place in range(start, len(sizes)):
        if sizes[place] >= below:
            return
        yield [place]
        for more in _fewer(sizes, below - sizes[place], place + 1):
            yield [place, *more]


def _weights(answer_class: str) -> tuple[list[float], float]:
    """What each of ``VALUES`` adds to a figure, and what the figure is when all answer 1."""
    if not answer_class:
        return [float(POINTS[v]) for v in VALUES], 0.0
    base = 100.0 * (CLASSES[answer_class] == 0)
    return [100.0 * (CLASS_OF[v] == CLASSES[answer_class]) - base for v in VALUES], base


def _line(
    town: Town,
    people: People,
    asked: Sequence[int],
    places: Sequence[int],
    weights: Sequence[float],
) -> NDArray[np.float64]:
    line = np.zeros((len(town.sheets), len(places), len(VALUES)))
    for question in asked:
        given = [p for p in people if town.sheets[p].answers[question]]
        line[given, places.index(question)] = np.array(weights) / len(given) / len(asked)
    return line.ravel()


def _points(town: Town, people: People, question: int) -> list[int]:
    given = [town.sheets[p].answers[question] for p in people]
    return [POINTS[answer] for answer in given if answer]
