"""Release: the only way from a sealed month to figures that anybody sees.

Everything here is a function of sums of atoms. A month is computed for all units at once, in
arrays: rows are units in tree order, columns the themes and then the questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.count.counting import Counts
from monitor.pulse.count.sealing import SMALLEST_MINIMUM, CategoryCounts
from monitor.pulse.disclosure import unit_tree
from monitor.pulse.disclosure.compact_arrays import Distributions, Whole, narrowed
from monitor.pulse.disclosure.unit_tree import cells_of, depths, roll_up

SUPPRESSED = -1
"""In place of a score that may not be shown."""


@dataclass(frozen=True, slots=True)
class ScoreColumns:
    """The stored scores in columns, one entry per atom and question."""

    unit: Counts
    pool: NDArray[np.bool_]
    question: Counts
    n: Counts
    points: Counts


@dataclass(frozen=True)
class SealedMonth:
    """What the store holds of a sealed month.

    ``parents`` are indices in ``units`` (-1 for the root), parents before children; ``themes``
    the indices of each theme's questions; ``invited`` people and ``issued`` codes per unit, 0
    everywhere when unknown.
    """

    period: str
    units: tuple[str, ...]
    parents: tuple[int, ...]
    invited: tuple[int, ...]
    issued: tuple[int, ...]
    themes: tuple[tuple[int, ...], ...]
    atoms: ScoreColumns
    category_counts: Sequence[CategoryCounts]
    within_variances: tuple[float | None, ...]
    minimum: int = SMALLEST_MINIMUM


@dataclass(frozen=True)
class MonthRelease:
    """The released figures of one month, in as few bytes as they need.

    ``scores`` and ``n`` are units × (themes + questions), whole points and people; suppressed
    scores are -1 and their ``n`` 0. ``partial_coverage`` (units × themes): some answers under the
    unit may not be in its figure. ``distributions``: per unit and question, per cent per class.
    ``atom_depth`` (units × themes): the depth of the atom that holds, or would hold, the unit's
    own answers, -1 for none. ``cells``: the units from which answers could come.
    """

    period: str
    units: tuple[str, ...]
    parents: tuple[int, ...]
    invited: Whole
    issued: Whole
    scores: Whole
    n: Whole
    partial_coverage: NDArray[np.bool_]
    distributions: Distributions
    within_variances: tuple[float | None, ...]
    atom_depth: Whole
    cells: NDArray[np.bool_]
    minimum: int = SMALLEST_MINIMUM

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each unit."""
        return unit_tree.rows_of(self.units)

    @cached_property
    def parent_rows(self) -> Counts:
        """``parents`` as an array."""
        return unit_tree.parent_rows(self.parents)

    @cached_property
    def unit_hashes(self) -> Counts:
        """A number per unit, within this process unique for practical purposes."""
        return unit_tree.unit_hashes(self.units)

    @cached_property
    def depths(self) -> Counts:
        """Depth of each unit in the tree, the root 0."""
        return unit_tree.shared_depths(self.parents)

    @cached_property
    def respondents(self) -> Whole:
        """People per unit: the most answers to any one question. No page shows this number."""
        most: Whole = self.n[:, self.themes :].max(axis=1)
        return most

    @property
    def themes(self) -> int:
        """How many themes there are."""
        return len(self.within_variances)


def release(month: SealedMonth) -> MonthRelease:
    """Compute every figure of a month."""
    n, points = _atom_sums(month)
    invitations = np.column_stack([month.invited, month.issued]).astype(np.int64)
    cells = cells_of(month.parents, invitations[:, 0])
    depth = depths(month.parents)
    for values in (n, points, invitations):
        roll_up(values, month.parents, depth)
    atom_depth = np.stack(
        [_atom_depth(month, questions, depth) for questions in month.themes]
        or [np.empty(len(month.units), np.int64)],
        axis=1,
    )
    scores, people = _scores(n, points, month.themes)
    return MonthRelease(
        period=month.period,
        units=month.units,
        parents=month.parents,
        invited=narrowed(invitations[:, 0]),
        issued=narrowed(invitations[:, 1]),
        scores=narrowed(scores),
        n=narrowed(people),
        partial_coverage=_partial_coverage(month.parents, depth, cells, atom_depth),
        distributions=_distributions(month, n, depth),
        within_variances=month.within_variances,
        atom_depth=narrowed(atom_depth),
        cells=cells,
        minimum=month.minimum,
    )


def _atom_sums(month: SealedMonth) -> tuple[Counts, Counts]:
    """Answers and points per unit and question, of each unit's own atoms."""
    size = (len(month.units), sum(map(len, month.themes)))
    n, points = np.zeros(size, np.int64), np.zeros(size, np.int64)
    cells = (month.atoms.unit, month.atoms.question)
    np.add.at(n, cells, month.atoms.n)
    np.add.at(points, cells, month.atoms.points)
    return n, points


def _scores(n: Counts, points: Counts, themes: Iterable[tuple[int, ...]]) -> tuple[Counts, Counts]:
    with np.errstate(invalid="ignore", divide="ignore"):
        exact = points / n
    theme_scores, theme_n = [], []
    for questions in themes:
        theme_scores.append(exact[:, questions].mean(axis=1))
        theme_n.append(n[:, questions].min(axis=1))
    columns = np.column_stack([*theme_scores, exact])
    whole = np.where(np.isnan(columns), SUPPRESSED, np.floor(columns + 0.5)).astype(np.int64)
    return whole, np.column_stack([*theme_n, n])


def _atom_depth(month: SealedMonth, questions: tuple[int, ...], depth: Counts) -> Counts:
    """See ``MonthRelease.atom_depth``, for the theme with these questions."""
    parent_rows = np.asarray(month.parents)
    first = month.atoms.question == questions[0]
    own = np.zeros(len(month.units), np.bool_)
    pool = np.zeros(len(month.units), np.bool_)
    own[month.atoms.unit[first & ~month.atoms.pool]] = True
    pool[month.atoms.unit[first & month.atoms.pool]] = True
    pool_depth = np.where(pool, depth, -1)
    for level in range(1, int(depth.max(initial=0)) + 1):
        rows = np.flatnonzero((depth == level) & ~pool)
        pool_depth[rows] = pool_depth[parent_rows[rows]]
    return np.where(own, depth, pool_depth)


def _partial_coverage(
    parents: Sequence[int], depth: Counts, cells: NDArray[np.bool_], atom_depth: Counts
) -> NDArray[np.bool_]:
    """Which units have a cell beneath them whose atom lies above them, or nowhere."""
    partial = np.zeros(atom_depth.shape, np.bool_)
    parent_rows = np.asarray(parents)
    cell = np.flatnonzero(cells)
    unit = cell.copy()  # the cell itself, and then, step by step, the units above it
    while cell.size:
        np.logical_or.at(partial, unit, atom_depth[cell] < depth[unit][:, None])
        has_parent = parent_rows[unit] >= 0
        cell, unit = cell[has_parent], parent_rows[unit][has_parent]
    return partial


def _distributions(month: SealedMonth, n: Counts, depth: Counts) -> Distributions:
    """Per cent per class, where category counts cover all of a unit's released answers."""
    flat = np.zeros((len(month.units), n.shape[1] * 3), np.int64)
    for row in month.category_counts:
        flat[row.unit, row.question * 3 : row.question * 3 + 3] += row.counts
    roll_up(flat, month.parents, depth)
    classes = flat.reshape(len(month.units), -1, 3)
    covered = (classes.sum(axis=2) == n) & (n > 0)
    return Distributions.of(classes, covered)
