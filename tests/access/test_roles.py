"""Who may do what: every role against every permission, and the units that are seen."""

from __future__ import annotations

import pytest

from monitor.access.roles import (
    OF_UNIT,
    Grant,
    Permission,
    Person,
    Role,
    check_grants,
    may,
    units_for,
    visible_units,
)
from monitor.errors import InputRefused
from monitor.organisation.tree import Tree

EXPECTED = {
    Role.LEIDINGGEVENDE: {Permission.SEE_UNIT_RESULTS, Permission.REPLY_TO_TEAM},
    Role.LUISTERAAR: {Permission.READ_VENTS},
    Role.BEHEERDER: {
        Permission.MANAGE_ORGANISATION,
        Permission.MANAGE_ROUNDS,
        Permission.MANAGE_ACCOUNTS,
        Permission.READ_AUDIT,
    },
    Role.TOEZICHT: {
        Permission.SEE_ORGANISATION_RESULTS,
        Permission.READ_AUDIT,
        Permission.BLANK_TEAM_LINES,
        Permission.CONFIRM_ACTS,
        Permission.KEEP_BACKUP_KEY,
    },
}


def person(*grants: Grant) -> Person:
    return Person("a", "sanne@waterrijk.example", grants)


LEADER = person(Grant(Role.LEIDINGGEVENDE, "werk"))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_allows_what_is_written_down_and_nothing_else(
    role: Role, permission: Permission, tree: Tree
) -> None:
    unit = "werk" if role is Role.LEIDINGGEVENDE else None

    allowed = may(person(Grant(role, unit)), permission, "werk", tree)

    assert allowed is (permission in EXPECTED[role])


@pytest.mark.parametrize("permission", Permission)
def test_who_is_not_signed_in_or_has_no_role_may_do_nothing(
    permission: Permission, tree: Tree
) -> None:
    assert not may(None, permission, "werk", tree)
    assert not may(person(), permission, "werk", tree)


@pytest.mark.parametrize("permission", sorted(OF_UNIT))
def test_a_leidinggevende_is_allowed_in_the_own_unit_and_beneath_and_nowhere_else(
    permission: Permission, tree: Tree
) -> None:
    allowed = [unit.key for unit in tree.units if may(LEADER, permission, unit.key, tree)]

    assert allowed == ["werk", "werk-noord", "werk-zuid"]


@pytest.mark.parametrize("permission", sorted(OF_UNIT))
def test_a_permission_of_a_unit_is_refused_when_no_unit_is_named(
    permission: Permission, tree: Tree
) -> None:
    assert not may(LEADER, permission)
    assert not may(LEADER, permission, tree=tree)
    assert not may(LEADER, permission, "werk")
    assert not may(LEADER, permission, "onbekend", tree)


@pytest.mark.parametrize("permission", Permission)
def test_all_units_at_once_are_the_units_one_by_one(tree: Tree, permission: Permission) -> None:
    units = [unit.key for unit in tree.units]
    grants = [Grant(role, unit) for role in Role for unit in (None, *units)]
    for somebody in (None, *map(person, grants)):
        one_by_one = {unit for unit in units if may(somebody, permission, unit, tree)}
        expected = one_by_one if permission in OF_UNIT else set()
        assert units_for(somebody, permission, tree) == expected


def test_units_are_seen_in_tree_order_without_doubles(tree: Tree) -> None:
    both = person(Grant(Role.LEIDINGGEVENDE, "jeugd"), Grant(Role.LEIDINGGEVENDE, "werk-zuid"))
    nested = person(Grant(Role.LEIDINGGEVENDE, "werk-noord"), Grant(Role.LEIDINGGEVENDE, "werk"))

    assert visible_units(both, tree) == ("werk-zuid", "jeugd", "jeugd-oost")
    assert visible_units(nested, tree) == ("werk", "werk-noord", "werk-zuid")


def test_toezicht_sees_the_organisation_as_a_whole_and_others_without_a_unit_see_no_results(
    tree: Tree,
) -> None:
    assert visible_units(person(Grant(Role.TOEZICHT)), tree) == ("waterrijk",)
    assert visible_units(person(Grant(Role.BEHEERDER)), tree) == ()
    assert visible_units(person(Grant(Role.LUISTERAAR)), tree) == ()
    assert visible_units(None, tree) == ()


def test_a_unit_that_is_not_in_a_months_tree_shows_nothing(tree: Tree) -> None:
    before = Tree(tree.units[:1])

    assert visible_units(LEADER, before) == ()
    assert visible_units(person(Grant(Role.TOEZICHT)), Tree(())) == ()


@pytest.mark.parametrize(
    ("grants", "key"),
    [
        ([Grant(Role.BEHEERDER), Grant(Role.LUISTERAAR)], "account.roles_apart"),
        ([Grant(Role.BEHEERDER), Grant(Role.TOEZICHT)], "account.roles_apart"),
        ([Grant(Role.BEHEERDER), Grant(Role.LEIDINGGEVENDE, "werk")], "account.roles_apart"),
        ([Grant(Role.LEIDINGGEVENDE, "werk"), Grant(Role.LUISTERAAR)], "account.roles_apart"),
        ([Grant(Role.LEIDINGGEVENDE)], "account.unit_needed"),
        *(
            ([Grant(role, "werk")], "account.unit_not_wanted")
            for role in Role
            if role is not Role.LEIDINGGEVENDE
        ),
    ],
)
def test_grants_that_one_person_may_not_hold_are_refused(grants: list[Grant], key: str) -> None:
    with pytest.raises(InputRefused) as refused:
        check_grants(grants)

    assert refused.value.key == key


def test_other_roles_may_be_combined() -> None:
    check_grants([Grant(Role.LEIDINGGEVENDE, "werk"), Grant(Role.TOEZICHT)])
