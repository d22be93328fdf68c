"""The organisation's units as a round froze them, and how many people were invited in each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, insert

from monitor.errors import RoundAltered
from monitor.locale.formats import Month
from monitor.organisation.tree import Tree, Unit
from monitor.store import signed_rows
from monitor.store.tables import round_unit, survey_round


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
    """The round's units, in tree order.

    Raises
    ------
    RoundRefused
        When somebody else changed the round or one of its units, or took one away.
    """
    stored = signed_rows.whole(
        connection,
        (survey_round, survey_round.c.period == period),
        (round_unit, round_unit.c.period == period),
    )
    if stored is None:
        raise RoundAltered(Month(period))
    rows = sorted(stored[1], key=lambda row: int(row.position))
    tree = Tree(tuple(Unit(row.unit, row.parent, row.name) for row in rows))
    invitations = tuple(UnitInvitations(row.unit, row.invited, row.issued) for row in rows)
    return RoundUnits(tree, invitations)


def frozen_tree(connection: Connection, period: str) -> Tree:
    """The organisation as it was when the round opened."""
    return load(connection, period).tree


def unit_invitations(connection: Connection, period: str) -> tuple[UnitInvitations, ...]:
    """Invited people and issued codes per unit, in tree order."""
    return load(connection, period).invitations
