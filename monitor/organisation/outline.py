"""A tree as people type it: one unit a line, moved in beneath the unit it belongs to."""

from __future__ import annotations

from monitor.errors import InputRefused
from monitor.inputs.file_faults import refused
from monitor.organisation.edits import clean_name, new_key
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import MOST_UNITS

TAB = 4
"""Spaces that a tab is worth."""
BULLETS = " \t-*\N{BULLET}"


def read_outline(text: str, name: str) -> Tree:
    """The tree that was typed; keys are made from the names.

    A dash or an asterisk before a name is taken for what it is, a bullet.

    Parameters
    ----------
    text
        What was typed.
    name
        What it is called in the refusal.

    Raises
    ------
    InputRefused
        When nothing was typed, or far too much.
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
    units: dict[str, Unit] = {}
    above: list[tuple[int, str]] = []
    faults: list[InputRefused] = []
    for number, line in lines:
        depth = _depth(line)
        while above and above[-1][0] >= depth:
            above.pop()
        if units and not above:
            faults.append(InputRefused("outline.second_top", line=number))
            above = [(depth, next(iter(units)))]
            continue
        try:
            called = clean_name(line.strip(BULLETS))
        except InputRefused as fault:
            faults.append(InputRefused("outline.name", line=number, **fault.words))
            continue
        key = new_key(called, units)
        units[key] = Unit(key, above[-1][1] if above else None, called)
        above.append((depth, key))
    if faults:
        raise refused(name, faults)
    return Tree(tuple(units.values()))


def _depth(line: str) -> int:
    plain = line.expandtabs(TAB)
    return len(plain) - len(plain.lstrip(" "))
