"""The tree of units of a month, as arrays: a row per unit, parents before children."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.count.counting import Counts

SHARED_TREES = 4
"""Trees of which what follows from them is remembered for the next month."""


def depths(parents: Sequence[int]) -> Counts:
    """Depth of each unit, the root 0; parents come before children."""
    depth: list[int] = []
    for parent in parents:
        depth.append(0 if parent < 0 else depth[parent] + 1)
    return np.array(depth, np.int64)


def roll_up(values: NDArray[np.int64], parents: Sequence[int], depth: Counts) -> None:
    """Add to every row of `values` the rows of all units beneath it, in place."""
    parent_rows = np.asarray(parents)
    for level in range(int(depth.max(initial=0)), 0, -1):
        rows = np.flatnonzero(depth == level)
        np.add.at(values, parent_rows[rows], values[rows])


def cells_of(parents: Sequence[int], invited: Counts) -> NDArray[np.bool_]:
    """Units from which answers could come: those invited, or every leaf where that is unknown."""
    if invited.any():
        return invited > 0
    inner = np.zeros(len(parents), np.bool_)
    inner[[parent for parent in parents if parent >= 0]] = True
    return ~inner


# What follows from a tree alone is shared by the months that have the same one.


@lru_cache(SHARED_TREES)
def rows_of(units: tuple[str, ...]) -> dict[str, int]:
    """Row of each unit."""
    return {unit: row for row, unit in enumerate(units)}


@lru_cache(SHARED_TREES)
def parent_rows(parents: tuple[int, ...]) -> Counts:
    """The parents as an array."""
    return np.asarray(parents)


@lru_cache(SHARED_TREES)
def unit_hashes(units: tuple[str, ...]) -> Counts:
    """A number per unit, within this process unique for practical purposes."""
    return np.array([hash(("cell", unit)) for unit in units], np.int64)


@lru_cache(SHARED_TREES)
def shared_depths(parents: tuple[int, ...]) -> Counts:
    """The :func:`depths` of a tree."""
    return depths(parents)
