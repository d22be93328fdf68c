"""Checks that stop an import of the tree from doing what nobody intended."""

from __future__ import annotations

from monitor.errors import FileRefused, InputRefused
from monitor.inputs.file_faults import shown
from monitor.organisation.tree import Tree, Unit


def closing(before: Tree, tree: Tree) -> tuple[Unit, ...]:
    """The open units of `before` that `tree` lacks: an import closes them."""
    return tuple(unit for unit in before.open_units if unit.key not in tree)


def refuse_unmeant(before: Tree, tree: Tree, *, close_missing: bool) -> None:
    """Refuse an import that closes units by mistake.

    Parameters
    ----------
    close_missing
        Whether somebody has said that the units not in `tree` close.

    Raises
    ------
    InputRefused
        When keys seem to have lost their leading zeros, as in a spreadsheet: their units would
        close and come back as others, without their months.
    FileRefused
        When units would close that nobody said may; each is named.
    """
    missing = closing(before, tree)
    bare = {unit.key.lstrip("0"): unit.key for unit in missing if unit.key.startswith("0")}
    for unit in tree.units:
        if unit.key in bare and unit.key not in before:
            raise InputRefused("organisation.zeros", unit=unit.key, before=bare[unit.key])
    if missing and not close_missing:
        faults = tuple(
            InputRefused("organisation.would_close_unit", unit=shown(unit.key), name=unit.name)
            for unit in missing
        )
        raise FileRefused("organisation.would_close", faults, count=len(missing))
