"""Finding the unit that a cell of a file means: by its key, or by a name that only one has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown
from monitor.inputs.headings import in_words
from monitor.inputs.signs import as_read
from monitor.organisation.tree import Tree, Unit

MOST_NAMED = 5
"""Keys named when a name is of several units."""


@dataclass(frozen=True)
class UnitFinder:
    """The units of a tree, by key and by name, as people read them."""

    tree: Tree
    keys: Mapping[str, tuple[Unit, ...]]
    names: Mapping[str, tuple[Unit, ...]]

    @staticmethod
    def of(tree: Tree) -> UnitFinder:
        """The finder of `tree`; a closed unit is found by its key only."""
        keys: dict[str, tuple[Unit, ...]] = defaultdict(tuple)
        names: dict[str, tuple[Unit, ...]] = defaultdict(tuple)
        for unit in tree.units:
            keys[as_read(unit.key)] += (unit,)
            if not unit.closed:
                names[as_read(unit.name)] += (unit,)
        return UnitFinder(tree, keys, names)

    def find(self, line: int, cell: str) -> str | InputRefused:
        """The key of the open unit that `cell` on a line of a file means, or why it means none."""
        if not cell:
            return InputRefused("file.blank", line=line, column=in_words("unit"))
        text = as_read(cell)
        exact = (self.tree.get(cell),) if cell in self.tree else ()
        units = exact or self.keys.get(text, ()) or self.names.get(text, ())
        if len(units) > 1:
            keys = ", ".join(shown(unit.key) for unit in units[:MOST_NAMED])
            return InputRefused("file.unit_ambiguous", line=line, unit=shown(cell), keys=keys)
        if not units:
            return InputRefused("file.unit_unknown", line=line, unit=shown(cell))
        if units[0].closed:
            return InputRefused("file.unit_closed", line=line, unit=shown(cell))
        return units[0].key
