"""Of which units somebody is the own leidinggevende: nobody who leads stands in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Engine, select

from monitor.access.roles import Permission, Person, UnitTree, units_for
from monitor.store.engine import reading
from monitor.store.tables import account_role


class TreeWithAncestors(UnitTree, Protocol):
    """What is needed of a tree here as well."""

    def ancestors(self, key: str, /) -> Sequence[str]: ...


def own_units(engine: Engine, person: Person | None, tree: TreeWithAncestors) -> frozenset[str]:
    """The units that `person` leads without another leidinggevende in between.

    What staff say of their own leidinggevende is for this one, not for whoever leads above.
    """
    led = units_for(person, Permission.SEE_UNIT_RESULTS, tree)
    if person is None or not led:
        return frozenset()
    with reading(engine) as connection:
        query = select(account_role.c.unit).where(account_role.c.unit.is_not(None)).distinct()
        leading = frozenset(connection.execute(query).scalars())
    theirs = frozenset(grant.unit for grant in person.grants if grant.unit is not None)
    return frozenset(
        unit for unit in led if _nearest((unit, *tree.ancestors(unit)), leading) in theirs
    )


def _nearest(upwards: Iterable[str], leading: frozenset[str]) -> str | None:
    """The first of these units that somebody leads."""
    return next((unit for unit in upwards if unit in leading), None)
