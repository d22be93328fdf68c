"""The units whose direct leidinggevende somebody is: no other leidinggevende stands in between."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Protocol

from sqlalchemy import Connection, Engine, true

from monitor.access.roles import Permission, Person, UnitTree, units_for
from monitor.store.access_tables import recovery_code, second_factor, sso_person
from monitor.store.engine import reading
from monitor.store.signed_rows import whole
from monitor.store.tables import account, account_role


class TreeWithAncestors(UnitTree, Protocol):
    """A tree of units that also knows which units lie above one."""

    def ancestors(self, key: str, /) -> Sequence[str]: ...


def own_units(engine: Engine, person: Person | None, tree: TreeWithAncestors) -> frozenset[str]:
    """The units that `person` leads without another leidinggevende in between.

    What staff say of their own leidinggevende is for this one, not for whoever leads above.
    """
    led = units_for(person, Permission.SEE_UNIT_RESULTS, tree)
    if person is None or not led:
        return frozenset()
    led_directly = frozenset(grant.unit for grant in person.grants if grant.unit is not None)
    if led <= led_directly:
        return led
    with reading(engine) as connection:
        led_by_somebody = leading(connection)
    if led_by_somebody is None:
        return led & led_directly
    return frozenset(unit for unit in led if nearest(unit, tree, led_by_somebody) in led_directly)


def leading(connection: Connection) -> frozenset[str] | None:
    """The units that somebody leads; None when a role may be missing.

    Whoever can write in the store may delete a role, and whoever leads above would take its place.
    """
    tables = (account_role, account, second_factor, recovery_code, sso_person)
    rows = whole(connection, *((table, true()) for table in tables))
    return None if rows is None else frozenset(row.unit for row in rows[0] if row.unit)


def nearest(unit: str, tree: TreeWithAncestors, led: Container[str]) -> str | None:
    """The unit itself or the first one above it that is among those `led`."""
    upwards: Iterable[str] = (unit, *tree.ancestors(unit))
    return next((each for each in upwards if each in led), None)
