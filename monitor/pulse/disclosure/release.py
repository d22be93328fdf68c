"""Release: the only way from the sealed store to an eye.

Everything here is a function of atom totals. Scores leave in whole points, "at most 10" and
"at least 90" at the ends; numbers of people leave in bands. A month is worked out for all units
at once, in arrays: rows are units in tree order, columns the themes and then the questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.bands import band_floor
from monitor.pulse.count.counting import Counts
from monitor.pulse.count.sealing import HIGHEST, LOWEST

LOW_RESPONSE = 0.4
"""Below this share of the invited, at the lower end of the band, a figure carries a caution."""
WITHHELD = -1


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Atoms in columns, one entry per atom and question, as stored."""

    unit: Counts
    pool: NDArray[np.bool_]
    question: Counts
    n: Counts
    points: Counts


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One class atom, as stored."""

    unit: int
    pool: bool
    question: int
    counts: tuple[int, int, int]


@dataclass(frozen=True)
class SealedMonth:
    """What the store holds of a sealed month.

    ``parents`` are places in ``units`` (-1 for the root), parents before children; ``themes``
    the places of each theme's questions; ``invited`` people and ``issued`` codes per unit, 0
    everywhere when unknown.
    """

    period: str
    units: tuple[str, ...]
    parents: tuple[int, ...]
    invited: tuple[int, ...]
    issued: tuple[int, ...]
    themes: tuple[tuple[int, ...], ...]
    atoms: ScoreRow
    class_atoms: Sequence[CategoryRow]
    variances: tuple[float | None, ...]


@dataclass(frozen=True)
class MonthRelease:
    """The released figures of one month.

    ``scores`` and ``n`` are units × (themes + questions), whole points and people, -1 and 0 where
    withheld. ``left_out`` (units × themes): some answers under the unit may not be in its figure.
    ``distributions``: per unit and question, per cent per class. ``cover``: see `coverage`.
    """

    period: str
    units: tuple[str, ...]
    parents: tuple[int, ...]
    invited: Counts
    issued: Counts
    scores: Counts
    n: Counts
    left_out: NDArray[np.bool_]
    distributions: dict[tuple[int, int], tuple[int, int, int]]
    variances: tuple[float | None, ...]
    cover: NDArray[np.int64]
    cells: NDArray[np.bool_]

    @cached_property
    def place(self) -> dict[str, int]:
        """Row of each unit."""
        return {unit: place for place, unit in enumerate(self.units)}

    @cached_property
    def above(self) -> Counts:
        """``parents`` as an array."""
        return np.asarray(self.parents)

    @cached_property
    def marks(self) -> Counts:
        """A number per unit that is its own, for practical purposes, within this process."""
        return np.array([hash(("cell", unit)) for unit in self.units], np.int64)

    @cached_property
    def depths(self) -> Counts:
        """Depth of each unit in the tree, the root 0."""
        return depths(self.parents)

    @cached_property
    def respondents(self) -> Counts:
        """People per unit as far as released: the most answers to any one question."""
        most: Counts = self.n[:, self.themes :].max(axis=1)
        return most

    @property
    def themes(self) -> int:
        """How many themes there are."""
        return len(self.variances)


def release(month: SealedMonth) -> MonthRelease:
    """Work out every figure of a month."""
    units, questions = len(month.units), sum(map(len, month.themes))
    n = np.zeros((units, questions), np.int64)
    points = np.zeros((units, questions), np.int64)
    where = (month.atoms.unit, month.atoms.question)
    np.add.at(n, where, month.atoms.n)
    np.add.at(points, where, month.atoms.points)
    depth = depths(month.parents)
    roll_up(n, month.parents, depth)
    roll_up(points, month.parents, depth)
    places = np.column_stack([month.invited, month.issued]).astype(np.int64)
    cells = cells_of(month.parents, places[:, 0])
    roll_up(places, month.parents, depth)
    cover = np.stack(
        [_cover(month, places_of, depth) for places_of in month.themes]
        or [np.empty(units, np.int64)],
        axis=1,
    )
    scores, people = _scores(n, points, month.themes)
    return MonthRelease(
        period=month.period,
        units=month.units,
        parents=month.parents,
        invited=places[:, 0],
        issued=places[:, 1],
        scores=scores,
        n=people,
        left_out=_left_out(month.parents, depth, cells, cover),
        distributions=_distributions(month, n, depth),
        variances=month.variances,
        cover=cover,
        cells=cells,
    )


def is_low_response(people: int, invited: int) -> bool:
    """Whether a figure carries the caution: the band's lower end is under 40 % of the invited."""
    return invited > 0 and 0 < band_floor(people) < LOW_RESPONSE * invited


def shown(score: int) -> str:
    """A score as released: whole points, ``<=10`` and ``>=90`` at the ends."""
    if score <= LOWEST:
        return f"<={LOWEST}"
    return f">={HIGHEST}" if score >= HIGHEST else str(score)


def depths(parents: Sequence[int]) -> Counts:
    """Depth of each unit, the root 0; parents come before children."""
    depth: list[int] = []
    for parent in parents:
        depth.append(0 if parent < 0 else depth[parent] + 1)
    return np.array(depth, np.int64)


def roll_up(values: NDArray[np.int64], parents: Sequence[int], depth: Counts) -> None:
    """Add to every row of `values` the rows of all units beneath it, in place."""
    above = np.asarray(parents)
    for level in range(int(depth.max(initial=0)), 0, -1):
        rows = np.flatnonzero(depth == level)
        np.add.at(values, above[rows], values[rows])


def cells_of(parents: Sequence[int], invited: Counts) -> NDArray[np.bool_]:
    """Units from which answers could come: those invited, or every leaf where that is unknown."""
    if invited.any():
        return invited > 0
    inner = np.zeros(len(parents), np.bool_)
    inner[[parent for parent in parents if parent >= 0]] = True
    return ~inner


def _scores(n: Counts, points: Counts, themes: Iterable[tuple[int, ...]]) -> tuple[Counts, Counts]:
    with np.errstate(invalid="ignore", divide="ignore"):
        exact = points / n
    theme_scores, theme_n = [], []
    for places in themes:
        theme_scores.append(exact[:, places].mean(axis=1))
        theme_n.append(n[:, places].min(axis=1))
    columns = np.column_stack([*theme_scores, exact])
    whole = np.where(np.isnan(columns), WITHHELD, np.floor(columns + 0.5)).astype(np.int64)
    return whole, np.column_stack([*theme_n, n])


def _cover(month: SealedMonth, places: tuple[int, ...], depth: Counts) -> Counts:
    """Per unit: the depth of the atom its own answers are in, or would be in; -1 for none."""
    above = np.asarray(month.parents)
    first = month.atoms.question == places[0]
    own = np.zeros(len(month.units), np.bool_)
    pool = np.zeros(len(month.units), np.bool_)
    own[month.atoms.unit[first & ~month.atoms.pool]] = True
    pool[month.atoms.unit[first & month.atoms.pool]] = True
    inherited = np.where(pool, depth, -1)
    for level in range(1, int(depth.max(initial=0)) + 1):
        rows = np.flatnonzero((depth == level) & ~pool)
        inherited[rows] = inherited[above[rows]]
    return np.where(own, depth, inherited)


def _left_out(
    parents: Sequence[int], depth: Counts, cells: NDArray[np.bool_], cover: Counts
) -> NDArray[np.bool_]:
    """Which units have a cell beneath them whose atom lies above them, or nowhere."""
    missing = np.zeros(cover.shape, np.bool_)
    above = np.asarray(parents)
    rows = np.flatnonzero(cells)
    at = rows.copy()
    while rows.size:
        np.logical_or.at(missing, at, cover[rows] < depth[at][:, None])
        rows, at = rows[above[at] >= 0], above[at][above[at] >= 0]
    return missing


def _distributions(
    month: SealedMonth, n: Counts, depth: Counts
) -> dict[tuple[int, int], tuple[int, int, int]]:
    """Per cent per class, where class atoms cover all of a unit's released answers."""
    if not month.class_atoms:
        return {}
    counts = np.zeros((len(month.units), n.shape[1] * 3), np.int64)
    for row in month.class_atoms:
        counts[row.unit, row.question * 3 : row.question * 3 + 3] += row.counts
    roll_up(counts, month.parents, depth)
    classes = counts.reshape(len(month.units), -1, 3)
    covered = (classes.sum(axis=2) == n) & (n > 0)
    return {
        (int(unit), int(question)): _per_cent(classes[unit, question])
        for unit, question in zip(*np.nonzero(covered), strict=True)
    }


def _per_cent(counts: Counts) -> tuple[int, int, int]:
    low, middle, high = (int(share) for share in np.floor(100 * counts / counts.sum() + 0.5))
    return low, middle, high
