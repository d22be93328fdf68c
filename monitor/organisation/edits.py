"""Edits of the tree: pure functions from a tree to the changed tree.

Their refusals have no line, as there is no file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import replace

from monitor.errors import InputRefused
from monitor.inputs.file_faults import shown
from monitor.inputs.lines import clean_line
from monitor.inputs.signs import as_read
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.tree_cells import LONGEST_KEY, LONGEST_NAME
from monitor.organisation.unit_files import MOST_UNITS

_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")


def renamed(tree: Tree, key: str, name: str) -> Tree:
    """The tree with another name for the unit.

    Raises
    ------
    InputRefused
        When there is no such open unit, the name cannot be used, or a unit beside it has a name
        that reads the same.
    """
    unit, new_name = _open(tree, key), clean_name(name)
    if unit.parent is not None:
        _refuse_alike(tree, new_name, unit.parent, key)
    return _with(tree, replace(unit, name=new_name))


def added(tree: Tree, name: str, parent: str | None) -> Tree:
    """The tree with a new unit, last of those beneath `parent`; None adds the top of an empty tree.

    Raises
    ------
    InputRefused
        When the name cannot be used, the parent is not an open unit, or there are too many units.
    """
    unit_name = clean_name(name)
    if (parent is None) != (not tree.units):
        raise InputRefused("unit.unknown")
    if parent is not None:
        _open(tree, parent)
        _refuse_alike(tree, unit_name, parent)
    if len(tree) >= MOST_UNITS:
        raise InputRefused("unit.too_many", most=MOST_UNITS)
    return Tree((*tree.units, Unit(new_key(unit_name, tree), parent, unit_name)))


def moved(tree: Tree, key: str, parent: str) -> Tree:
    """The tree with the unit, and all beneath it, moved beneath `parent`.

    Raises
    ------
    InputRefused
        When either is not an open unit, the unit is the top, or the new parent lies beneath it.
    """
    unit = _open(tree, key)
    _open(tree, parent)
    if unit.parent is None:
        raise InputRefused("unit.top_stays")
    if tree.is_beneath(parent, key):
        raise InputRefused("unit.beneath_itself")
    if parent != unit.parent:
        _refuse_alike(tree, unit.name, parent)
    return _with(tree, replace(unit, parent=parent))


def closed(tree: Tree, key: str) -> Tree:
    """The tree with the unit closed: it takes part no longer, and its sealed months stay.

    Raises
    ------
    InputRefused
        When it is not an open unit, the top, or has open units beneath it.
    """
    unit = _open(tree, key)
    if unit.parent is None:
        raise InputRefused("unit.top_stays")
    if any(not tree.get(child).closed for child in tree.children(key)):
        raise InputRefused("unit.has_units")
    return _with(tree, replace(unit, closed=True))


def reopened(tree: Tree, key: str) -> Tree:
    """The tree with a closed unit opened again.

    Raises
    ------
    InputRefused
        When it is not a closed unit, or the unit above it is closed.
    """
    if key not in tree or not tree.get(key).closed:
        raise InputRefused("unit.unknown")
    unit = tree.get(key)
    if unit.parent is not None and tree.get(unit.parent).closed:
        raise InputRefused("unit.parent_closed")
    if unit.parent is not None:
        _refuse_alike(tree, unit.name, unit.parent)
    return _with(tree, replace(unit, closed=False))


def clean_name(name: str) -> str:
    """A unit's name as it is stored.

    Raises
    ------
    InputRefused
        When it is empty, too long, or holds a character that does not print.
    """
    line = clean_line(name, LONGEST_NAME)
    if line is None:
        raise InputRefused("unit.name", most=LONGEST_NAME)
    return line


def new_key(name: str, in_use: Container[str]) -> str:
    """A key made from the name that is not among those `in_use`."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = _NOT_IN_KEY.sub("-", letters).strip("-")[: LONGEST_KEY - 5].strip("-") or "onderdeel"
    key, number = stem, 2
    while key in in_use:
        key, number = f"{stem}-{number}", number + 1
    return key


def _refuse_alike(tree: Tree, name: str, parent: str, except_key: str = "") -> None:
    """Refuse a name that reads the same as that of another open unit right beneath `parent`."""
    for child in map(tree.get, tree.children(parent)):
        if not child.closed and child.key != except_key and as_read(child.name) == as_read(name):
            raise InputRefused("unit.alike", name=shown(child.name))


def _open(tree: Tree, key: str) -> Unit:
    if key not in tree or tree.get(key).closed:
        raise InputRefused("unit.unknown")
    return tree.get(key)


def _with(tree: Tree, changed: Unit) -> Tree:
    return Tree(tuple(changed if unit.key == changed.key else unit for unit in tree.units))
