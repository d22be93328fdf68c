"""Released figures in as few bytes as they need: a process holds those of every sealed month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.signedinteger[Any]]
"""Whole numbers of any size. Arithmetic on them is done in 64 bits: ``values.astype(np.int64)``."""
Shares = tuple[int, int, int]
"""Per cent per class: unfavourable, neutral, favourable."""


def narrowed(values: Whole) -> Whole:
    """The same numbers in the smallest signed type that holds them all."""
    least, most = int(values.min(initial=0)), int(values.max(initial=0))
    for kind in (np.int8, np.int16, np.int32):
        limits = np.iinfo(kind)
        if limits.min <= least and most <= limits.max:
            return values.astype(kind)
    return values


@dataclass(frozen=True, eq=False)
class Distributions(Mapping[tuple[int, int], Shares]):
    """The distributions of a month, by unit (row) and question (column).

    A dict of them took ten megabytes for ten years of a large organisation, where this takes half
    of one.

    Parameters
    ----------
    questions
        How many questions the month has.
    places
        ``unit * questions + question`` of each distribution, rising.
    shares
        The `Shares` of each, distributions × classes.
    """

    questions: int
    places: Whole
    shares: Whole

    @staticmethod
    def of(classes: NDArray[np.int64], where: NDArray[np.bool_]) -> Distributions:
        """The distributions of those units and questions `where` it holds.

        Parameters
        ----------
        classes
            Answers per unit, question and class.
        where
            Per unit and question; at least one answer wherever it holds.
        """
        counts = classes[where]
        shares = np.floor(100 * counts / counts.sum(axis=1, keepdims=True) + 0.5)
        places = narrowed(np.flatnonzero(where))
        return Distributions(where.shape[1], places, narrowed(shares.astype(np.int64)))

    def __getitem__(self, cell: tuple[int, int]) -> Shares:
        unit, question = cell
        place = unit * self.questions + question
        at = int(np.searchsorted(self.places, place))
        if at == len(self.places) or self.places[at] != place or question >= self.questions:
            raise KeyError(cell)
        low, middle, high = self.shares[at].tolist()
        return low, middle, high

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return (divmod(place, self.questions) for place in self.places.tolist())

    def __len__(self) -> int:
        return len(self.places)
