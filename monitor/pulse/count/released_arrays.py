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
from monitor.pulse.disclosure.compact_arrays import Distributions
from monitor.pulse.disclosure.release import MonthRelease

COLUMNS = ("invited", "issued", "scores", "n", "partial_coverage", "atom_depth", "cells")
"""The arrays of a `MonthRelease` in the order in which they are written."""


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
    columns: list[NDArray[Any]] = [getattr(release, name) for name in COLUMNS]
    arrays = [*columns, release.distributions.places, release.distributions.shares]
    head = {
        "period": release.period,
        "minimum": release.minimum,
        "within_variances": release.within_variances,
        "tree": len(packed_tree),
        "kinds": [array.dtype.newbyteorder("<").str for array in arrays],
        "shapes": [array.shape for array in arrays],
        "questions": release.distributions.questions,
    }
    parts = [array.astype(array.dtype.newbyteorder("<")).tobytes() for array in arrays]
    return zlib.compress(b"".join([json.dumps(head).encode(), b"\n", packed_tree, *parts]))


def unpack(packed: bytes, trees: KnownTrees) -> tuple[MonthRelease, Tree]:
    """What was packed. Only for bytes that are known to be those of `pack`."""
    content = zlib.decompress(packed)
    head: dict[str, Any] = json.loads(content[: content.index(b"\n")])
    tree_at = content.index(b"\n") + 1
    arrays_at = tree_at + head["tree"]
    month = trees.read(content[tree_at:arrays_at])
    *columns, places, shares = _arrays(content, arrays_at, head["kinds"], head["shapes"])
    release = MonthRelease(
        period=head["period"],
        units=month.units,
        parents=month.parents,
        distributions=Distributions(head["questions"], places, shares),
        within_variances=tuple(head["within_variances"]),
        minimum=head["minimum"],
        **dict(zip(COLUMNS, columns, strict=True)),
    )
    return release, month.tree


def _arrays(
    content: bytes, start: int, kinds: Sequence[str], shapes: Sequence[Sequence[int]]
) -> Iterator[NDArray[Any]]:
    """Arrays of these types and shapes, one after another from `start` on."""
    for kind, shape in zip(kinds, shapes, strict=True):
        count = int(np.prod(shape))
        array = np.frombuffer(content, kind, count, start).reshape(shape)
        start += array.nbytes
        yield array.copy()  # aligned, and without the rest of the content
