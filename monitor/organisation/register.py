"""The units of the organisation in the store: closed at times, never deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    func,
    insert,
    select,
    true,
    update,
)

from monitor.errors import StoreFailing
from monitor.organisation.import_checks import refuse_unmeant
from monitor.organisation.members import in_numbers
from monitor.organisation.tree import Tree, Unit
from monitor.store import audit, signed_rows
from monitor.store.engine import reading, writing
from monitor.store.locks import lock_table
from monitor.store.tables import member, unit

TreeCheck = Callable[[Connection, Tree, Tree], None]
"""Refuses a change from the stored tree to another, or does nothing."""


@dataclass(frozen=True, slots=True)
class TreeChange:
    """The result of an import of the tree, in numbers of units."""

    total: int  # open units now
    added: int
    renamed: int
    moved: int
    closed: int
    reopened: int
    left_behind: int  # members whose unit is now closed


def current_tree(engine: Engine) -> Tree:
    """The tree of today, closed units included and marked; empty before the first import."""
    with reading(engine) as connection:
        return stored_tree(connection)


def import_tree(
    engine: Engine,
    tree: Tree,
    actor: str,
    now: datetime,
    *,
    close_missing: bool = True,
    check: TreeCheck | None = None,
) -> TreeChange:
    """Make `tree` the organisation of today.

    Units are matched by key: those in `tree` are added, renamed, moved or opened again, and those
    it lacks are closed. Nothing is deleted, and the rounds held so far keep the tree they had. A
    unit that is called by its key, as in a file without names, keeps the name it had. `check` may
    refuse the change from one tree to the other.

    Raises
    ------
    InputRefused
        When keys lost their leading zeros, or units would close without `close_missing`; nothing
        has changed.
    """
    with writing(engine) as connection:
        lock_table(connection, unit)
        before = stored_tree(connection)
        refuse_unmeant(before, tree, close_missing=close_missing)
        after = _keeping_names(tree, before).with_closed(before)
        if check is not None:
            check(connection, before, after)
        _write(connection, before, after)
        left_behind = connection.scalar(
            select(func.count()).select_from(member.join(unit)).where(unit.c.closed)
        )
        change = _change(before, after, left_behind or 0)
        if after != before:  # else a thousand imports of the same would push others out of view
            audit.note(connection, actor, "organisation.import", in_numbers(asdict(change)), now)
    return change


def preview_tree(engine: Engine, tree: Tree, check: TreeCheck | None = None) -> TreeChange:
    """The result :func:`import_tree` would have, or its refusal; nothing changes."""
    with reading(engine) as connection:
        before = stored_tree(connection)
        refuse_unmeant(before, tree, close_missing=True)
        after = _keeping_names(tree, before).with_closed(before)
        if check is not None:
            check(connection, before, after)
        closed = {unit.key for unit in after.units if unit.closed}
        units_of_members = connection.execute(select(member.c.unit)).scalars()
        return _change(before, after, sum(key in closed for key in units_of_members))


def edit_tree(
    engine: Engine,
    edit: Callable[[Tree], Tree],
    what: str,
    actor: str,
    now: datetime,
) -> Tree:
    """Edit the tree of today; returns the changed tree.

    Parameters
    ----------
    edit
        Returns the changed tree for the present one (see `monitor.organisation.edits`). It is
        called within the transaction, so that two people at once do not undo one another.
    what
        The change and the unit, for the audit log.

    Raises
    ------
    InputRefused
        When `edit` raises it; nothing has changed.
    """
    with writing(engine) as connection:
        return edit_stored(connection, edit, what, actor, now)


def edit_stored(
    connection: Connection,
    edit: Callable[[Tree], Tree],
    what: str,
    actor: str,
    now: datetime,
) -> Tree:
    """As :func:`edit_tree`, inside a transaction of the caller."""
    lock_table(connection, unit)
    before = stored_tree(connection)
    after = edit(before)
    if after != before:
        _write(connection, before, after)
        audit.note(connection, actor, "organisation.edit", what, now)
    return after


def stored_tree(connection: Connection) -> Tree:
    """As :func:`current_tree`, inside a transaction of the caller."""
    """The tree, as this program left it.

    Raises
    ------
    StoreFailing
        When somebody else changed a unit, or took one away: a tree is right as a whole or not.
    """
    stored = signed_rows.whole(connection, (unit, true()))
    if stored is None:
        raise StoreFailing("store.rows_closed", kind=signed_rows.Kind.TREE.value)
    rows = sorted(stored[0], key=lambda row: int(row.position))
    return Tree(tuple(Unit(row.key, row.parent, row.name, row.closed) for row in rows))


def _keeping_names(tree: Tree, before: Tree) -> Tree:
    """The tree, its units that are called by their key named as in `before`."""
    return Tree(
        tuple(
            replace(unit, name=before.get(unit.key).name)
            if unit.name == unit.key and unit.key in before
            else unit
            for unit in tree.units
        )
    )


def _write(connection: Connection, before: Tree, after: Tree) -> None:
    rows = _rows(after)
    new = [row for key, row in rows.items() if key not in before]
    if new:  # in tree order, so that each finds its parent
        connection.execute(insert(unit), new)
    stored = _rows(before)
    changed = [
        {f"new_{column}": value for column, value in row.items()}
        for key, row in rows.items()
        if key in before and row != stored[key]
    ]
    if changed:
        connection.execute(
            update(unit)
            .where(unit.c.key == bindparam("new_key"))
            .values(
                parent=bindparam("new_parent"),
                name=bindparam("new_name"),
                position=bindparam("new_position"),
                closed=bindparam("new_closed"),
            ),
            changed,
        )


def _rows(tree: Tree) -> dict[str, dict[str, Any]]:
    """The units as rows of the table, by key, in tree order."""
    return {unit.key: asdict(unit) | {"position": at} for at, unit in enumerate(tree.units)}


def _change(before: Tree, after: Tree, left_behind: int) -> TreeChange:
    both = [(before.get(unit.key), unit) for unit in after.units if unit.key in before]
    return TreeChange(
        total=len(after.open_units),
        added=len(after) - len(both),
        renamed=sum(old.name != new.name for old, new in both),
        moved=sum(old.parent != new.parent for old, new in both if not new.closed),
        closed=sum(new.closed and not old.closed for old, new in both),
        reopened=sum(old.closed and not new.closed for old, new in both),
        left_behind=left_behind,
    )
