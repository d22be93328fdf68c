"""Changing the tree by hand: pure functions from a tree to the tree it should become.

Refusals carry no line: there is no file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from dataclasses import replace

from monitor.errors import InputRefused
from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import LONGEST_KEY, LONGEST_NAME, MOST_UNITS

_NOT_IN_KEY = re.compile(r"[^a-z0-9]+")


def renamed(tree: Tree, key: str, name: str) -> Tree:
    """The tree in which the unit has another name.

    Raises
    ------
    InputRefused
        When there is no such open unit, or the name cannot be used.
    """
    unit = _open(tree, key)
    return _with(tree, replace(unit, name=clean_name(name)))


def added(tree: Tree, name: str, parent: str | None) -> Tree:
    """The tree with a new unit at the end of those beneath `parent`; None for the first, the top.

    Raises
    ------
    InputRefused
        When the name cannot be used, the parent is not an open unit, or there are too many units.
    """
    called = clean_name(name)
    if (parent is None) != (not tree.units):
        raise InputRefused("unit.unknown")
    if parent is not None:
        _open(tree, parent)
    if len(tree) >= MOST_UNITS:
        raise InputRefused("unit.too_many", most=MOST_UNITS)
    return Tree((*tree.units, Unit(new_key(called, tree), parent, called)))


def moved(tree: Tree, key: str, parent: str) -> Tree:
    """The tree in which the unit, with all beneath it, lies beneath another.

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
    return _with(tree, replace(unit, parent=parent))


def closed(tree: Tree, key: str) -> Tree:
    """The tree in which the unit no longer takes part; its sealed months stay.

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
    """The tree in which a closed unit takes part again.

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
    return _with(tree, replace(unit, closed=False))


def clean_name(name: str) -> str:
    """The name as it is kept.

    Raises
    ------
    InputRefused
        When it is empty, too long, or holds what does not print.
    """
    told = " ".join(unicodedata.normalize("NFC", name).split())
    if not told or len(told) > LONGEST_NAME or not told.isprintable():
        raise InputRefused("unit.name", most=LONGEST_NAME)
    return told


def new_key(name: str, taken: Container[str]) -> str:
    """A key that looks like the name and is not among those `taken`."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = _NOT_IN_KEY.sub("-", letters).strip("-")[: LONGEST_KEY - 5].strip("-") or "onderdeel"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


def _open(tree: Tree, key: str) -> Unit:
    if key not in tree or tree.get(key).closed:
        raise InputRefused("unit.unknown")
    return tree.get(key)


def _with(tree: Tree, changed: Unit) -> Tree:
    return Tree(tuple(changed if unit.key == changed.key else unit for unit in tree.units))
