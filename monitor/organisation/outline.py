"""Reading a tree as people type it: one unit a line, indented beneath the unit it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.errors import InputRefused
from monitor.inputs.file_faults import refused, shown
from monitor.inputs.signs import as_read
from monitor.organisation.edits import clean_name, new_key
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import MOST_UNITS

TAB = 4
"""Width of a tab, in spaces."""
BULLETS = " \t-*\N{BULLET}"


def read_outline(text: str, name: str) -> Tree:
    """The tree in an outline; keys are made from the names.

    A dash or an asterisk before a name is a bullet and is dropped.

    Parameters
    ----------
    text
        The outline.
    name
        What the outline is called in a refusal.

    Raises
    ------
    InputRefused
        When it is empty, or has far too many lines.
    FileRefused
        With every fault and its line.

    Examples
    --------
    >>> read_outline("Stad\\n  Wmo\\n  Jeugd", "list").beneath("stad")
    ('stad', 'wmo', 'jeugd')
    """
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip(BULLETS)]
    if not lines:
        raise InputRefused("outline.empty")
    if len(lines) > MOST_UNITS:
        raise InputRefused("unit.too_many", most=MOST_UNITS)
    outline = _Outline()
    for number, line in lines:
        outline.add(number, line)
    if outline.faults:
        raise refused(name, outline.faults)
    return Tree(tuple(outline.units.values()))


@dataclass
class _Outline:
    """The lines read so far."""

    units: dict[str, Unit] = field(default_factory=dict)
    faults: list[InputRefused] = field(default_factory=list)
    _path: list[tuple[int, str]] = field(default_factory=list)
    """Indent and key of the last unit and of those above it, the top first."""
    _names: set[tuple[str, str]] = field(default_factory=set)
    """Key of the unit above and name, as it is read, of every unit so far."""

    def add(self, number: int, line: str) -> None:
        """Add the unit on a line beneath the last one that is indented less."""
        indent = _indent(line)
        while self._path and self._path[-1][0] >= indent:
            self._path.pop()
        if self.units and not self._path:
            self.faults.append(InputRefused("outline.second_top", line=number))
            self._path = [(indent, next(iter(self.units)))]
            return
        try:
            name = clean_name(line.strip(BULLETS))
        except InputRefused as fault:
            self.faults.append(InputRefused("outline.name", line=number, **fault.words))
            return
        beside = (self._path[-1][1] if self._path else "", as_read(name))
        if beside in self._names:
            self.faults.append(InputRefused("outline.alike", line=number, name=shown(name)))
        self._names.add(beside)
        key = new_key(name, self.units)
        self.units[key] = Unit(key, self._path[-1][1] if self._path else None, name)
        self._path.append((indent, key))


def _indent(line: str) -> int:
    """The number of blanks a line begins with, in spaces."""
    plain = line.expandtabs(TAB)
    return len(plain) - len(plain.lstrip(" "))
