"""A month's release and its tree as bytes, and back: JSON and plain arrays, compressed.

Nothing in it can be code: reading makes numbers, texts and arrays of numbers only.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.organisation.tree import Tree, Unit
from monitor.pulse.disclosure.release import MonthRelease

COLUMNS = {
    "invited": "<i4",
    "issued": "<i4",
    "scores": "<i2",
    "n": "<i4",
    "partial_coverage": "|b1",
    "atom_depth": "<i2",
    "cells": "|b1",
}
"""The arrays of a `MonthRelease` in the order in which they are written, with their types."""
DISTRIBUTION = ("<i4", 5)
"""Type and number of the figures per distribution: unit, question and three shares."""


@dataclass(frozen=True, slots=True)
class _ReadTree:
    tree: Tree
    units: tuple[str, ...]
    parents: tuple[int, ...]


@dataclass(slots=True)
class KnownTrees:
    """The trees read so far: months with the same tree share one."""

    _trees: dict[bytes, _ReadTree] = field(default_factory=dict)

    def read(self, packed: bytes) -> _ReadTree:
        """The tree of these bytes."""
        if packed not in self._trees:
            tree, units, parents = json.loads(packed)
            ordered = Tree(tuple(Unit(*unit) for unit in tree))
            self._trees[packed] = _ReadTree(ordered, tuple(units), tuple(parents))
        return self._trees[packed]


def pack(release: MonthRelease, tree: Tree) -> bytes:
    """The bytes of a month."""
    units = [(unit.key, unit.parent, unit.name, unit.closed) for unit in tree.units]
    packed_tree = json.dumps([units, release.units, release.parents]).encode()
    arrays: dict[str, NDArray[Any]] = {name: getattr(release, name) for name in COLUMNS}
    shares = [(*place, *each) for place, each in sorted(release.distributions.items())]
    head = {
        "period": release.period,
        "minimum": release.minimum,
        "within_variances": release.within_variances,
        "tree": len(packed_tree),
        "shapes": [array.shape for array in arrays.values()],
        "distributions": len(shares),
    }
    parts = [array.astype(COLUMNS[name]).tobytes() for name, array in arrays.items()]
    flat = np.array(shares, DISTRIBUTION[0]).tobytes()
    return zlib.compress(b"".join([json.dumps(head).encode(), b"\n", packed_tree, *parts, flat]))


def unpack(packed: bytes, trees: KnownTrees) -> tuple[MonthRelease, Tree]:
    """What was packed. Only for bytes that are known to be those of `pack`."""
    content = zlib.decompress(packed)
    head: dict[str, Any] = json.loads(content[: content.index(b"\n")])
    tree_at = content.index(b"\n") + 1
    arrays_at = tree_at + head["tree"]
    month = trees.read(content[tree_at:arrays_at])
    shapes = [*head["shapes"], (head["distributions"], DISTRIBUTION[1])]
    *arrays, flat = _arrays(content, arrays_at, shapes)
    rows: list[list[int]] = flat.tolist()
    release = MonthRelease(
        period=head["period"],
        units=month.units,
        parents=month.parents,
        distributions={(u, q): (low, middle, high) for u, q, low, middle, high in rows},
        within_variances=tuple(head["within_variances"]),
        minimum=head["minimum"],
        **dict(zip(COLUMNS, arrays, strict=True)),
    )
    return release, month.tree


def _arrays(content: bytes, start: int, shapes: Sequence[Sequence[int]]) -> Iterator[NDArray[Any]]:
    """Arrays of these shapes from `start` on; whole numbers in as few bytes as they were written.

    A month that is worked out has eight bytes for each: in ten years of a large organisation that
    is 35 MB more.
    """
    for kind, shape in zip((*COLUMNS.values(), DISTRIBUTION[0]), shapes, strict=True):
        count = int(np.prod(shape))
        array = np.frombuffer(content, kind, count, start).reshape(shape)
        start += array.nbytes
        yield array.copy()  # aligned, and without the rest of the content
