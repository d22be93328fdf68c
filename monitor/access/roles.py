"""Roles and what each may do: default deny, decided in one place (:func:`may`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from monitor.errors import InputRefused


class Role(StrEnum):
    """What somebody may be to the organisation."""

    LEIDINGGEVENDE = "leidinggevende"
    LUISTERAAR = "luisteraar"
    BEHEERDER = "beheerder"
    TOEZICHT = "toezicht"


class Permission(StrEnum):
    """One thing that can be allowed."""

    SEE_UNIT_RESULTS = "see_unit_results"
    SEE_ORGANISATION_RESULTS = "see_organisation_results"
    MANAGE_ORGANISATION = "manage_organisation"
    MANAGE_ROUNDS = "manage_rounds"
    MANAGE_ACCOUNTS = "manage_accounts"
    READ_AUDIT = "read_audit"
    REPLY_TO_TEAM = "reply_to_team"
    BLANK_TEAM_LINES = "blank_team_lines"
    READ_VENTS = "read_vents"
    KEEP_BACKUP_KEY = "keep_backup_key"
    CONFIRM_ACTS = "confirm_acts"


OF_UNIT = frozenset({Permission.SEE_UNIT_RESULTS, Permission.REPLY_TO_TEAM})
"""Permissions for one's own unit and those beneath it; without a unit they mean nothing."""

ALLOWED: Mapping[Role, frozenset[Permission]] = {
    Role.LEIDINGGEVENDE: OF_UNIT,
    Role.LUISTERAAR: frozenset({Permission.READ_VENTS}),
    Role.BEHEERDER: frozenset(
        {
            Permission.MANAGE_ORGANISATION,
            Permission.MANAGE_ROUNDS,
            Permission.MANAGE_ACCOUNTS,
            Permission.READ_AUDIT,
        }
    ),
    Role.TOEZICHT: frozenset(
        {
            Permission.SEE_ORGANISATION_RESULTS,
            Permission.READ_AUDIT,
            Permission.BLANK_TEAM_LINES,
            Permission.KEEP_BACKUP_KEY,
            Permission.CONFIRM_ACTS,
        }
    ),
}

APART = (
    frozenset({Role.BEHEERDER, Role.LEIDINGGEVENDE}),
    frozenset({Role.BEHEERDER, Role.TOEZICHT}),
    frozenset({Role.BEHEERDER, Role.LUISTERAAR}),
    frozenset({Role.LEIDINGGEVENDE, Role.LUISTERAAR}),
)
"""Roles one person may not hold together: whoever sets up sees no result, reads no vent and never
confirms the own acts, and a luisteraar has no power over those who write."""

WITH_SECOND_FACTOR = frozenset({Role.BEHEERDER, Role.LUISTERAAR})
"""Roles for which a passphrase alone is not enough."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role given to one person; `unit` only for a leidinggevende."""

    role: Role
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in. `account` is the random name of the account."""

    account: str
    email: str
    grants: tuple[Grant, ...]


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


class UnitTree(Protocol):
    """What the rules here need of a tree of units; parents come before their children."""

    @property
    def units(self) -> Sequence[_Keyed]: ...

    def __contains__(self, key: object, /) -> bool: ...

    def beneath(self, key: str, /) -> Iterable[str]: ...


def may(
    person: Person | None,
    permission: Permission,
    unit: str | None = None,
    tree: UnitTree | None = None,
) -> bool:
    """Whether `person` may do this; what is not in :data:`ALLOWED` is refused.

    A permission of a unit (:data:`OF_UNIT`) needs the `unit` and the `tree`; without them the
    answer is no. To know whether somebody sees any unit at all, ask :func:`visible_units`.
    """
    if person is None:
        return False
    grants = [grant for grant in person.grants if permission in ALLOWED[grant.role]]
    if permission not in OF_UNIT:
        return bool(grants)
    if unit is None or tree is None:
        return False
    return unit in _led(grants, tree)


def units_for(person: Person | None, permission: Permission, tree: UnitTree) -> frozenset[str]:
    """All units for which :func:`may` says yes to a permission of a unit (:data:`OF_UNIT`)."""
    if person is None or permission not in OF_UNIT:
        return frozenset()
    return _led([grant for grant in person.grants if permission in ALLOWED[grant.role]], tree)


def visible_units(person: Person | None, tree: UnitTree) -> tuple[str, ...]:
    """Units whose results `person` may see, in tree order.

    A leidinggevende sees the own unit and what is beneath it. A person who may see the results
    of the organisation sees the top unit, which is the organisation as a whole.
    """
    if person is None:
        return ()
    visible = _led(
        [g for g in person.grants if Permission.SEE_UNIT_RESULTS in ALLOWED[g.role]], tree
    )
    if may(person, Permission.SEE_ORGANISATION_RESULTS) and tree.units:
        visible = visible | {tree.units[0].key}
    return tuple(unit.key for unit in tree.units if unit.key in visible)


def check_grants(grants: Collection[Grant]) -> None:
    """Refuse grants that one person may not hold.

    Raises
    ------
    InputRefused
        For a leidinggevende without a unit, another role with one, or roles to be kept apart.
    """
    for grant in grants:
        if grant.role is Role.LEIDINGGEVENDE and not grant.unit:
            raise InputRefused("account.unit_needed", role=grant.role.value)
        if grant.role is not Role.LEIDINGGEVENDE and grant.unit:
            raise InputRefused("account.unit_not_wanted", role=grant.role.value)
    for first, second in held_apart(grant.role for grant in grants):
        raise InputRefused("account.roles_apart", first=first.value, second=second.value)


def held_apart(roles: Iterable[Role]) -> tuple[tuple[Role, Role], ...]:
    """The pairs among `roles` that one person may not hold (:data:`APART`), by name."""
    held = set(roles)
    pairs = (sorted(pair) for pair in APART if pair <= held)
    return tuple((first, second) for first, second in pairs)


def _led(grants: Iterable[Grant], tree: UnitTree) -> frozenset[str]:
    own = {grant.unit for grant in grants if grant.unit is not None and grant.unit in tree}
    return frozenset(key for unit in own for key in tree.beneath(unit))
