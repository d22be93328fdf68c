"""Whether two months of a unit speak of the same people's places.

A unit's figure is the sum of the atoms beneath it. Which cells (units people answer for) are in
it may change from month to month: by a reorganisation, or because a small team's answers were
carried up further. A change that matters gets a break mark in the trend.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.count.counting import Counts
from monitor.pulse.disclosure.release import WITHHELD, MonthRelease, roll_up

TOLERATED = 0.25
"""Share of the people in question that may enter or leave the figure without a break mark.

Small teams fall under the minimum now and then; were each such month a break, hardly any
department would have a trend."""


def breaks(before: MonthRelease, now: MonthRelease, then: int, theme: int) -> NDArray[np.bool_]:
    """Per unit of `now`: whether its figure covers clearly other parts than `before`.

    `then` and `theme` are the theme's places in the two months. True when the set of cells
    beneath the unit changed (a reorganisation), or when cells with more than a quarter of the
    people invited entered or left; False for units that `before` does not have, or that have no
    figure now.
    """
    if before.parents == now.parents and before.units == now.units:
        known = np.arange(len(now.units))
    else:
        known = np.array([before.place.get(unit, -1) for unit in now.units], np.int64)
    reorganised = _beneath(now) != _beneath(before)[known]
    moved, either = _moved(before, now, known, then, theme)
    comparable: NDArray[np.bool_] = (known >= 0) & (now.scores[:, theme] != WITHHELD)
    clearly: NDArray[np.bool_] = reorganised | (moved > TOLERATED * np.maximum(either, 1))
    return comparable & clearly


def _moved(
    before: MonthRelease, now: MonthRelease, known: Counts, then: int, theme: int
) -> tuple[Counts, Counts]:
    """People in cells that are in a unit's figure in one month only, and in at least one."""
    moved = np.zeros(len(now.units), np.int64)
    either = np.zeros(len(now.units), np.int64)
    weight = own_places(now)
    above = now.above
    rows = np.flatnonzero((known >= 0) & now.cells)
    at = rows.copy()
    while rows.size:
        a = before.cover[known[rows], then] >= before.depths[known[at]]
        b = now.cover[rows, theme] >= now.depths[at]
        usable = known[at] >= 0
        np.add.at(moved, at, weight[rows] * (usable & (a != b)))
        np.add.at(either, at, weight[rows] * (usable & (a | b)))
        inside = above[at] >= 0
        rows, at = rows[inside], above[at][inside]
    return moved, either


def own_places(month: MonthRelease) -> Counts:
    """People invited for each unit itself; 1 for every cell where that is unknown."""
    if not month.invited.any():
        return month.cells.astype(np.int64)
    own = month.invited.copy()
    above = month.above
    beneath = above >= 0
    np.subtract.at(own, above[beneath], month.invited[beneath])
    return own


def _beneath(month: MonthRelease) -> Counts:
    """A number per unit that differs, for practical purposes, for different sets of cells."""
    total = np.where(month.cells, month.marks, 0)[:, None]
    with np.errstate(over="ignore"):
        roll_up(total, month.parents, month.depths)
    return total[:, 0]
