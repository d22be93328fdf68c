"""The organisation as the store knows it: units that stay, and members that come and go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import (
    Connection,
    Engine,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from monitor.organisation.tree import Tree, Unit
from monitor.organisation.unit_files import Member
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import member, unit

__all__ = [
    "Member",
    "MembersChange",
    "TreeChange",
    "by_unit",
    "current_tree",
    "import_members",
    "import_tree",
    "link_versions",
    "members",
]


@dataclass(frozen=True, slots=True)
class TreeChange:
    """What an import of the tree did, in numbers of units."""

    total: int  # open units now
    added: int
    renamed: int
    moved: int
    closed: int
    reopened: int
    left_behind: int  # members who now stand with a closed unit


@dataclass(frozen=True, slots=True)
class MembersChange:
    """What an import of members did, in numbers of people."""

    total: int
    added: int
    moved: int
    removed: int


def current_tree(engine: Engine) -> Tree:
    """The tree of today, closed units included and marked; empty before the first import."""
    with reading(engine) as connection:
        return _tree(connection)


def import_tree(engine: Engine, tree: Tree, actor: str, now: datetime) -> TreeChange:
    """Make `tree` the organisation of today.

    Units are known by their key: others with that key are renamed, moved or opened again, and
    units that `tree` lacks are closed. Nothing is deleted, and months already asked about keep
    the tree they had. A unit that is called by its key, as in a file without names, keeps the
    name it had.
    """
    with writing(engine) as connection:
        _alone(connection, unit)
        known = _tree(connection)
        after = _keeping_names(tree, known).with_closed(known)
        _write(connection, known, after)
        left_behind = connection.scalar(
            select(func.count()).select_from(member.join(unit)).where(unit.c.closed)
        )
        change = _change(known, after, left_behind or 0)
        audit.note(connection, actor, "organisation.import", _detail(asdict(change)), now)
    return change


def preview_tree(engine: Engine, tree: Tree) -> TreeChange:
    """What :func:`import_tree` would do; nothing changes."""
    with reading(engine) as connection:
        known = _tree(connection)
        after = _keeping_names(tree, known).with_closed(known)
        closing = {one.key for one in after.units if one.closed}
        listed = connection.execute(select(member.c.unit)).scalars()
        return _change(known, after, sum(key in closing for key in listed))


def edit_tree(
    engine: Engine,
    edit: Callable[[Tree], Tree],
    what: str,
    actor: str,
    now: datetime,
) -> Tree:
    """Change the tree of today by hand; the tree it has become.

    Parameters
    ----------
    edit
        From the tree as it is to the tree it should be (see `monitor.organisation.edits`). It is
        asked within the transaction, so that two people at once do not undo one another.
    what
        What is noted: the change and the unit.

    Raises
    ------
    InputRefused
        What `edit` raises; nothing has changed.
    """
    with writing(engine) as connection:
        _alone(connection, unit)
        known = _tree(connection)
        after = edit(known)
        if after != known:
            _write(connection, known, after)
            audit.note(connection, actor, "organisation.edit", what, now)
    return after


def link_versions(engine: Engine) -> dict[str, int]:
    """Per unit, closed ones included, the version of the link to its results."""
    with reading(engine) as connection:
        rows = connection.execute(select(unit.c.key, unit.c.link_version))
        return {row.key: row.link_version for row in rows}


def members(engine: Engine) -> tuple[Member, ...]:
    """Everybody the app may mail, by unit in tree order and then by address."""
    listed = select(member.c.email, member.c.unit).join(unit)
    with reading(engine) as connection:
        rows = connection.execute(listed.order_by(unit.c.position, member.c.email))
        return tuple(Member(row.email, row.unit) for row in rows)


def by_unit(engine: Engine) -> dict[str, tuple[str, ...]]:
    """The addresses of all members, per unit."""
    found: dict[str, tuple[str, ...]] = {}
    for person in members(engine):
        found[person.unit] = (*found.get(person.unit, ()), person.email)
    return found


def import_members(
    engine: Engine, people: Sequence[Member], actor: str, now: datetime
) -> MembersChange:
    """Make `people` the whole list of members; who is not in it is deleted."""
    with writing(engine) as connection:
        _alone(connection, member)
        change = _members_change(connection, people)
        listed = {person.email: person.unit for person in people}
        connection.execute(delete(member))
        if listed:
            rows = [{"email": email, "unit": key} for email, key in sorted(listed.items())]
            connection.execute(insert(member), rows)
        audit.note(connection, actor, "members.import", _detail(asdict(change)), now)
    return change


def preview_members(engine: Engine, people: Sequence[Member]) -> MembersChange:
    """What :func:`import_members` would do; nothing changes."""
    with reading(engine) as connection:
        return _members_change(connection, people)


def _members_change(connection: Connection, people: Sequence[Member]) -> MembersChange:
    known = {row.email: row.unit for row in connection.execute(select(member))}
    listed = {person.email: person.unit for person in people}
    return MembersChange(
        total=len(listed),
        added=len(listed.keys() - known.keys()),
        moved=sum(listed[email] != known[email] for email in listed.keys() & known.keys()),
        removed=len(known.keys() - listed.keys()),
    )


def _alone(connection: Connection, table: Table) -> None:
    """Let a second import wait for this one; SQLite has one writer at a time as it is."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))


def _tree(connection: Connection) -> Tree:
    rows = connection.execute(select(unit).order_by(unit.c.position))
    return Tree(tuple(Unit(row.key, row.parent, row.name, row.closed) for row in rows))


def _keeping_names(tree: Tree, known: Tree) -> Tree:
    return Tree(
        tuple(
            replace(one, name=known.get(one.key).name)
            if one.name == one.key and one.key in known
            else one
            for one in tree.units
        )
    )


def _write(connection: Connection, known: Tree, after: Tree) -> None:
    rows = [asdict(one) | {"position": at} for at, one in enumerate(after.units)]
    new = [row for row in rows if row["key"] not in known]
    if new:  # in tree order, so that each finds its parent
        connection.execute(insert(unit), new)
    before = {one.key: asdict(one) | {"position": at} for at, one in enumerate(known.units)}
    changed = [
        {f"new_{column}": value for column, value in row.items()}
        for row in rows
        if row["key"] in known and row != before[row["key"]]
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


def _change(known: Tree, after: Tree, left_behind: int) -> TreeChange:
    both = [(known.get(one.key), one) for one in after.units if one.key in known]
    return TreeChange(
        total=len(after.open_units),
        added=len(after) - len(both),
        renamed=sum(old.name != new.name for old, new in both),
        moved=sum(old.parent != new.parent for old, new in both if not new.closed),
        closed=sum(new.closed and not old.closed for old, new in both),
        reopened=sum(old.closed and not new.closed for old, new in both),
        left_behind=left_behind,
    )


def _detail(numbers: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items())
