"""An attack by linear algebra: about which people are the figures of a month?

The attacker knows the tree, the rules, who answered and who skipped what, but not the answers.
To him every figure is a linear equation. The unknowns say for each person, question and answer
value whether that was the answer. If a combination of equations eliminates all people but a few,
it is a figure about those few.
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
"""The people in each unit's figures of the theme with these questions."""
VALUES = (2, 3, 4, 5)
"""The answer values with an unknown; the one of answer 1 follows from these."""
CLASSES = {"unfavourable": 0, "neutral": 1, "favourable": 2}


@dataclass(frozen=True)
class Equations:
    """``left · unknowns = right``, except for rounding, with ``block`` unknowns per person."""

    left: NDArray[np.float64]
    right: NDArray[np.float64]
    block: int

    @property
    def blocks(self) -> NDArray[np.float64]:
        """The left side as an array of figures × people × unknowns."""
        return self.left.reshape(len(self.left), self.left.shape[1] // self.block, self.block)


def atoms(town: Town, places: tuple[int, ...]) -> dict[int, list[People]]:
    """The rule of carrying up as a second implementation, from the top down in sets of people."""
    of_unit: dict[int, list[People]] = defaultdict(list)
    children = [[c for c, p in enumerate(town.parents) if p == u] for u in range(len(town.parents))]

    def enough(people: People) -> bool:
        return all(
            sum(town.sheets[p].answers[q] > 0 for p in people) >= town.minimum for q in places
        )

    def left_over(unit: int) -> People:
        own = frozenset(p for p, sheet in enumerate(town.sheets) if sheet.unit == unit)
        rest = frozenset[int]().union(*(left_over(child) for child in children[unit]))
        if enough(own):
            of_unit[unit].append(own)
        else:
            rest |= own
        if children[unit] and enough(rest):
            of_unit[unit].append(rest)
            return frozenset()
        return rest

    left_over(0)
    return of_unit


def beneath(town: Town, unit: int) -> list[int]:
    """The unit and everything beneath it."""
    units = {unit}
    for child, parent in enumerate(town.parents):
        if parent in units:
            units.add(child)
    return sorted(units)


def carried_up(town: Town, places: tuple[int, ...]) -> dict[int, People]:
    """The people in each unit's figures under our rule."""
    of_unit = atoms(town, places)
    whole = {
        unit: frozenset[int]().union(*(a for b in beneath(town, unit) for a in of_unit.get(b, [])))
        for unit in range(len(town.parents))
    }
    return {unit: people for unit, people in whole.items() if people}


def bare_threshold(town: Town, places: tuple[int, ...]) -> dict[int, People]:
    """The people in each unit's figures if every unit with enough answers is shown, as is usual."""
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
    """A release as is usual: whole-point scores of every unit with enough answers."""
    rows: list[Row] = []
    for theme, places in enumerate(town.shape.themes):
        for unit, people in bare_threshold(town, places).items():
            means = [np.mean(_points(town, people, question)) for question in places]
            keys = [town.questions.questions[place].key for place in places]
            for kind, key, mean in [
                *zip(["question"] * len(keys), keys, means, strict=True),
                ("theme", f"t{theme}", np.mean(means)),
            ]:
                score = str(int(np.floor(mean + 0.5)))
                rows.append({"unit": town.names[unit], "kind": kind, "key": key, "value": score})
    return rows


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
        questions = [keys[key]] if key in keys else list(places)
        weights, base = _weights(answer_class)
        people = cover[named[row["unit"]]]
        left.append(_line(town, people, questions, places, weights)[None])
        right.append(float(row["value"].strip("<>=")) - base)
    return Equations(np.concatenate(left), np.array(right), len(places) * len(VALUES))


def truth(town: Town, theme: int) -> NDArray[np.float64]:
    """The true values of the unknowns of `equations`."""
    places = town.shape.themes[theme]
    return np.array([float(s.answers[q] == v) for s in town.sheets for q in places for v in VALUES])


def narrower(system: Equations, below: int) -> tuple[int, ...] | None:
    """A group of fewer than `below` people that some combination of figures is about, and about
    nobody else; None when there is none.

    No combination distinguishes people with equal columns, so such a combination exists exactly
    when one exists for whole groups of people with equal columns.
    """
    blocks = system.blocks
    alike: dict[bytes, list[int]] = defaultdict(list)
    for person in np.flatnonzero(blocks.any(axis=(0, 2))).tolist():
        alike[blocks[:, person].round(12).tobytes()].append(person)
    groups = sorted(alike.values(), key=len)
    if not groups or len(groups[0]) >= below:
        return None
    kept = system.blocks[:, [group[0] for group in groups]]
    onto = _projection(kept.reshape(len(kept), -1)).reshape(
        len(groups), system.block, len(groups), system.block
    )
    squares = np.square(onto).sum(axis=(1, 3)).tolist()
    for chosen in _fewer([len(group) for group in groups], below):
        # No eigenvalue is larger than the root of the sum of squares: most need not be computed.
        if sum(squares[a][b] for a in chosen for b in chosen) < 1 - 1e-6:
            continue
        part = onto[np.ix_(chosen, range(system.block), chosen, range(system.block))]
        size = len(chosen) * system.block
        # A unit vector that the projection leaves as it is lies in the space of combinations.
        if np.linalg.eigvalsh(part.reshape(size, size))[-1] > 1 - 1e-7:
            return tuple(sorted(person for place in chosen for person in groups[place]))
    return None


def combination(system: Equations, people: Sequence[int]) -> NDArray[np.float64]:
    """Weights of the figures that eliminate everybody except `people`."""
    others = np.delete(system.blocks, list(people), axis=1).reshape(len(system.left), -1)
    sizes, turned = np.linalg.eigh(others @ others.T)
    free = turned[:, sizes < 1e-9 * sizes[-1]].T
    about = np.abs(free @ system.left).max(axis=1)
    return np.asarray(free[int(about.argmax())])


def _projection(left: NDArray[np.float64]) -> NDArray[np.float64]:
    """The orthogonal projection onto all combinations of the rows."""
    # There are far fewer figures than unknowns: what they span is found first.
    spanning, small = np.linalg.qr(left.T)
    _, sizes, turned = np.linalg.svd(small.T, full_matrices=False)
    basis = turned[sizes > 1e-9 * max(sizes.max(), 1e-30)] @ spanning.T
    return np.asarray(basis.T @ basis)


def _fewer(sizes: Sequence[int], below: int, start: int = 0) -> Iterator[list[int]]:
    """Every choice of places whose sizes (sorted) add up to less than `below`."""
    for place in range(start, len(sizes)):
        if sizes[place] >= below:
            return
        yield [place]
        for more in _fewer(sizes, below - sizes[place], place + 1):
            yield [place, *more]


def _weights(answer_class: str) -> tuple[list[float], float]:
    """What each of ``VALUES`` adds to a figure, and the figure when everybody answers 1."""
    if not answer_class:
        return [float(POINTS[v]) for v in VALUES], 0.0
    base = 100.0 * (CLASSES[answer_class] == 0)
    return [100.0 * (CLASS_OF[v] == CLASSES[answer_class]) - base for v in VALUES], base


def _line(
    town: Town,
    people: People,
    questions: Sequence[int],
    places: Sequence[int],
    weights: Sequence[float],
) -> NDArray[np.float64]:
    line = np.zeros((len(town.sheets), len(places), len(VALUES)))
    for question in questions:
        answered = [p for p in people if town.sheets[p].answers[question]]
        line[answered, places.index(question)] = np.array(weights) / len(answered) / len(questions)
    return line.ravel()


def _points(town: Town, people: People, question: int) -> list[int]:
    answers = [town.sheets[p].answers[question] for p in people]
    return [POINTS[answer] for answer in answers if answer]
