"""The organisation's units as a round froze them, and how many people were invited in each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from monitor.organisation.tree import Tree, Unit
from monitor.store.tables import round_unit


@dataclass(frozen=True, slots=True)
class UnitInvitations:
    """A unit of a round: the people invited, and the codes ever issued to it."""

    unit: str
    invited: int
    issued: int


@dataclass(frozen=True, slots=True)
class RoundUnits:
    """The organisation as it was when the round opened, and the invitations per unit of it."""

    tree: Tree
    invitations: tuple[UnitInvitations, ...]


def store_tree(connection: Connection, period: str, tree: Tree) -> None:
    """Freeze the open units of `tree` for the round, with nobody invited yet."""
    rows = [
        {
            "period": period,
            "unit": unit.key,
            "parent": unit.parent,
            "name": unit.name,
            "position": position,
            "invited": 0,
            "issued": 0,
        }
        for position, unit in enumerate(tree.open_units)
    ]
    connection.execute(insert(round_unit), rows)


def load(connection: Connection, period: str) -> RoundUnits:
    """The round's units, in tree order."""
    rows = connection.execute(
        select(round_unit).where(round_unit.c.period == period).order_by(round_unit.c.position)
    ).all()
    tree = Tree(tuple(Unit(row.unit, row.parent, row.name) for row in rows))
    invitations = tuple(UnitInvitations(row.unit, row.invited, row.issued) for row in rows)
    return RoundUnits(tree, invitations)


def frozen_tree(connection: Connection, period: str) -> Tree:
    """The organisation as it was when the round opened."""
    return load(connection, period).tree


def unit_invitations(connection: Connection, period: str) -> tuple[UnitInvitations, ...]:
    """Invited people and issued codes per unit, in tree order."""
    return load(connection, period).invitations
