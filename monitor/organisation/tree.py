"""The tree of units: departments, teams, and whatever levels an organisation has between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from monitor.inputs.file_faults import Link, faults_between, refused


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the organisation.

    ``key`` stays when everything else changes; ``parent`` is the key of the unit above, None at
    the top. A closed unit takes part in no new round; its sealed months remain.
    """

    key: str
    parent: str | None
    name: str
    closed: bool = False


class _Place(NamedTuple):
    start: int
    end: int
    depth: int
    children: tuple[str, ...]


@dataclass(frozen=True)
class Tree:
    """The units in tree order: each parent right before the units beneath it.

    Units passed in another order are put in tree order; siblings keep their order. A store in
    which nothing was imported yet has the empty tree.

    Raises
    ------
    ValueError
        When the units are not one tree; `build` names every fault and its line instead.

    Examples
    --------
    >>> tree = Tree((Unit("stad", None, "Stad"), Unit("wmo", "stad", "Wmo")))
    >>> tree.beneath("stad")
    ('stad', 'wmo')
    """

    units: tuple[Unit, ...]
    _places: Mapping[str, _Place] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordered = _in_tree_order(self.units)
        object.__setattr__(self, "units", ordered)
        object.__setattr__(self, "_places", _places(ordered))

    def __len__(self) -> int:
        return len(self.units)

    def __contains__(self, key: object) -> bool:
        return key in self._places

    @property
    def root(self) -> str:
        """The key of the unit at the top.

        Raises
        ------
        KeyError
            When the tree is empty.
        """
        if not self.units:
            raise KeyError("root")
        return self.units[0].key

    @property
    def open_units(self) -> tuple[Unit, ...]:
        """The units that are not closed, in tree order."""
        return tuple(unit for unit in self.units if not unit.closed)

    @property
    def parent_places(self) -> tuple[int, ...]:
        """For each unit the place of its parent in ``units``; -1 for the root."""
        return tuple(
            -1 if unit.parent is None else self._places[unit.parent].start for unit in self.units
        )

    def get(self, key: str) -> Unit:
        """The unit with that key; KeyError when there is none."""
        return self.units[self._places[key].start]

    def children(self, key: str) -> tuple[str, ...]:
        """The keys of the units right beneath; KeyError when there is no such unit."""
        return self._places[key].children

    def beneath(self, key: str) -> tuple[str, ...]:
        """The key itself and all keys beneath it, in tree order; KeyError when unknown."""
        place = self._places[key]
        return tuple(unit.key for unit in self.units[place.start : place.end])

    def is_beneath(self, key: str, top: str) -> bool:
        """Whether `key` is `top` or lies beneath it; KeyError when either is unknown."""
        place = self._places[top]
        return place.start <= self._places[key].start < place.end

    def ancestors(self, key: str) -> tuple[str, ...]:
        """The keys of the units above, nearest first; KeyError when unknown."""
        above: list[str] = []
        parent = self.get(key).parent
        while parent is not None:
            above.append(parent)
            parent = self.get(parent).parent
        return tuple(above)

    def depth(self, key: str) -> int:
        """Steps to the root (0 for the root itself); KeyError when unknown."""
        return self._places[key].depth

    def with_closed(self, before: Tree) -> Tree:
        """This tree, plus the units of `before` that it lacks, closed.

        A closed unit stays beneath the unit it was last under, so that its sealed months stay
        visible to the same people. A former top is placed beneath the new one.
        """
        closed = tuple(
            replace(unit, closed=True, parent=unit.parent or self.root)
            for unit in before.units
            if unit.key not in self
        )
        return Tree(self.units + closed)


def _in_tree_order(units: tuple[Unit, ...]) -> tuple[Unit, ...]:
    children: dict[str | None, list[Unit]] = {}
    for unit in units:
        children.setdefault(unit.parent, []).append(unit)
    waiting = children.get(None, [])[:1]
    ordered: list[Unit] = []
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        waiting.extend(reversed(children.get(unit.key, [])))
        if len(ordered) > len(units):
            break  # a key that occurs twice would otherwise be visited without end
    if len(ordered) != len(units) or len({unit.key for unit in units}) != len(units):
        raise ValueError("these units are not one tree")
    return tuple(ordered)


def _places(ordered: tuple[Unit, ...]) -> dict[str, _Place]:
    depth: dict[str, int] = {}
    size: dict[str, int] = {}
    children: dict[str, list[str]] = {}
    for unit in ordered:
        depth[unit.key] = 0 if unit.parent is None else depth[unit.parent] + 1
        size[unit.key] = 1
        children[unit.key] = []
        if unit.parent is not None:
            children[unit.parent].append(unit.key)
    for unit in reversed(ordered):
        if unit.parent is not None:
            size[unit.parent] += size[unit.key]
    return {
        unit.key: _Place(at, at + size[unit.key], depth[unit.key], tuple(children[unit.key]))
        for at, unit in enumerate(ordered)
    }


def build(units: Iterable[Unit], lines: Sequence[int] = (), name: str = "") -> Tree:
    """The tree of `units`, checked.

    Parameters
    ----------
    units
        In any order; siblings keep their order.
    lines
        The line of each unit in its file; by default 1, 2, 3, ...
    name
        The file's name, for the refusal.

    Raises
    ------
    FileRefused
        With every double, orphan, cycle, missing or second top.
    """
    units = tuple(units)
    line_numbers = lines or range(1, len(units) + 1)
    faults = faults_between(
        [Link(line, unit.key, unit.parent) for line, unit in zip(line_numbers, units, strict=True)]
    )
    if faults:
        raise refused(name, faults)
    return Tree(units)
