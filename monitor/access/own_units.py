"""Of which units somebody is the own leidinggevende: nobody who leads stands in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from sqlalchemy import Engine, true

from monitor.access.roles import Permission, Person, UnitTree, units_for
from monitor.store.access_tables import recovery_code, second_factor, sso_person
from monitor.store.engine import reading
from monitor.store.signed_rows import whole
from monitor.store.tables import account, account_role


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
    theirs = frozenset(grant.unit for grant in person.grants if grant.unit is not None)
    if led <= theirs:
        return led
    leading = _leading(engine)
    if leading is None:
        return led & theirs
    return frozenset(
        unit for unit in led if _nearest((unit, *tree.ancestors(unit)), leading) in theirs
    )


def _leading(engine: Engine) -> frozenset[str] | None:
    """The units that somebody leads; None when a role may be missing.

    Whoever can write in the store may delete a role, and whoever leads above would take its place.
    """
    with reading(engine) as connection:
        tables = (account_role, account, second_factor, recovery_code, sso_person)
        rows = whole(connection, *((table, true()) for table in tables))
    return None if rows is None else frozenset(row.unit for row in rows[0] if row.unit)


def _nearest(upwards: Iterable[str], leading: frozenset[str]) -> str | None:
    """The first of these units that somebody leads."""
    return next((unit for unit in upwards if unit in leading), None)
