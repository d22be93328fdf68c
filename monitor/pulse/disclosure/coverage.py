"""Whether two months' figures of a unit cover the same parts of it.

A unit's figure is the sum of the atoms beneath it. Which cells (units people answer for) are in
it may change from month to month: through a reorganisation, or because a small team's answers
were carried up further. A change that matters gets a break mark in the trend.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.count.counting import Counts
from monitor.pulse.disclosure.release import SUPPRESSED, MonthRelease
from monitor.pulse.disclosure.unit_tree import roll_up

TOLERATED = 0.25
"""Share of the people concerned that may enter or leave the figure without a break mark.

Small teams fall under the minimum now and then; were each such month a break, hardly any
department would have a trend."""


def breaks(
    before: MonthRelease, now: MonthRelease, theme_before: int, theme: int
) -> NDArray[np.bool_]:
    """Per unit of `now`: whether its figure covers clearly other parts than it did `before`.

    `theme_before` and `theme` are the theme's columns in the two months. True when the set of
    cells beneath the unit changed (a reorganisation), or when cells with more than a quarter of
    the people invited entered or left the figure; False for units that `before` does not have, or
    that have no figure now.
    """
    if before.parents == now.parents and before.units == now.units:
        row_before = np.arange(len(now.units))
    else:
        row_before = np.array([before.row_of.get(unit, -1) for unit in now.units], np.int64)
    reorganised = _cells_beneath(now) != _cells_beneath(before)[row_before]
    moved, covered = _people_moved(before, now, row_before, theme_before, theme)
    comparable: NDArray[np.bool_] = (row_before >= 0) & (now.scores[:, theme] != SUPPRESSED)
    clearly: NDArray[np.bool_] = reorganised | (moved > TOLERATED * np.maximum(covered, 1))
    return comparable & clearly


def _people_moved(
    before: MonthRelease, now: MonthRelease, row_before: Counts, theme_before: int, theme: int
) -> tuple[Counts, Counts]:
    """People in cells that are in a unit's figure in one month only, and in at least one."""
    moved = np.zeros(len(now.units), np.int64)
    covered = np.zeros(len(now.units), np.int64)
    people = people_invited(now)
    parents = now.parent_rows
    cell = np.flatnonzero((row_before >= 0) & now.cells)
    unit = cell.copy()  # the cell itself, and then, step by step, the units above it
    while cell.size:
        depth_before = before.atom_depth[row_before[cell], theme_before]
        in_before = depth_before >= before.depths[row_before[unit]]
        in_now = now.atom_depth[cell, theme] >= now.depths[unit]
        usable = row_before[unit] >= 0
        np.add.at(moved, unit, people[cell] * (usable & (in_before != in_now)))
        np.add.at(covered, unit, people[cell] * (usable & (in_before | in_now)))
        has_parent = parents[unit] >= 0
        cell, unit = cell[has_parent], parents[unit][has_parent]
    return moved, covered


def people_invited(month: MonthRelease) -> Counts:
    """People invited in each unit itself; 1 for every cell where that is unknown."""
    if not month.invited.any():
        return month.cells.astype(np.int64)
    own = month.invited.astype(np.int64)
    has_parent = month.parent_rows >= 0
    np.subtract.at(own, month.parent_rows[has_parent], month.invited[has_parent])
    return own


def _cells_beneath(month: MonthRelease) -> Counts:
    """A number per unit that differs, for practical purposes, for different sets of cells."""
    total = np.where(month.cells, month.unit_hashes, 0)[:, None]
    with np.errstate(over="ignore"):
        roll_up(total, month.parents, month.depths)
    return total[:, 0]
