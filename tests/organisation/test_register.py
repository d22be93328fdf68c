"""Imports into the store: no unit is ever deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, event, insert, select, update

from monitor.context import AppContext
from monitor.organisation.members import (
    MembersChange,
    by_unit,
    by_unit_if_genuine,
    import_members,
    members,
    people_per_unit,
    preview_members,
)
from monitor.organisation.register import TreeChange, current_tree, import_tree
from monitor.organisation.tree import Tree, Unit, build
from monitor.organisation.unit_files import Member
from monitor.store.audit import entries
from monitor.store.engine import reading, writing
from monitor.store.tables import member, unit

TOWN = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("wmo", "stad", "Wmo"),
        Unit("noord", "wmo", "Wmo Noord"),
        Unit("zuid", "wmo", "Wmo Zuid"),
        Unit("jeugd", "stad", "Jeugd"),
    )
)


def test_a_fresh_store_has_the_empty_tree(context: AppContext) -> None:
    assert current_tree(context.engine) == Tree(())
    assert members(context.engine) == ()


def test_the_imported_tree_is_stored(context: AppContext, now: datetime) -> None:
    change = import_tree(context.engine, TOWN, "cli", now)

    assert current_tree(context.engine) == TOWN
    assert change == TreeChange(
        total=5, added=5, renamed=0, moved=0, closed=0, reopened=0, left_behind=0
    )


def test_the_same_file_again_changes_nothing(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TOWN, "cli", now)

    change = import_tree(context.engine, TOWN, "cli", now)

    assert current_tree(context.engine) == TOWN
    assert change == TreeChange(
        total=5, added=0, renamed=0, moved=0, closed=0, reopened=0, left_behind=0
    )


def test_a_reorganisation_renames_moves_closes_and_adds(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    after = Tree(
        (
            Unit("stad", None, "Stad"),
            Unit("jeugd", "stad", "Jeugd en Gezin"),
            Unit("noord", "jeugd", "Wmo Noord"),
            Unit("oost", "stad", "Oost"),
        )
    )

    change = import_tree(context.engine, after, "cli", now)

    tree = current_tree(context.engine)
    assert tree.open_units == after.units
    assert tree.get("zuid") == Unit("zuid", "wmo", "Wmo Zuid", closed=True)
    assert tree.get("wmo").closed
    assert change == TreeChange(
        total=4, added=1, renamed=1, moved=1, closed=2, reopened=0, left_behind=0
    )


def test_a_unit_that_returns_is_opened_again_with_its_results_link(
    context: AppContext, now: datetime
) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    with writing(context.engine) as connection:
        connection.execute(update(unit).where(unit.c.key == "jeugd").values(link_version=3))
    import_tree(context.engine, Tree(TOWN.units[:4]), "cli", now)
    assert current_tree(context.engine).get("jeugd").closed

    change = import_tree(context.engine, TOWN, "cli", now)

    assert current_tree(context.engine) == TOWN
    assert change.reopened == 1
    with reading(context.engine) as connection:
        version = select(unit.c.link_version).where(unit.c.key == "jeugd")
        assert connection.execute(version).scalar() == 3


def test_another_top_may_replace_the_first_and_be_replaced(
    context: AppContext, now: datetime
) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    region = Tree((Unit("regio", None, "Regio"), Unit("jeugd", "regio", "Jeugd")))

    import_tree(context.engine, region, "cli", now)
    assert current_tree(context.engine).root == "regio"
    assert current_tree(context.engine).beneath("stad") == ("stad", "wmo", "noord", "zuid")

    import_tree(context.engine, TOWN, "cli", now)
    assert current_tree(context.engine).open_units == TOWN.units
    assert current_tree(context.engine).get("regio").closed


def test_a_file_without_names_keeps_the_names(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    nameless = Tree(tuple(Unit(u.key, u.parent, u.key) for u in TOWN.units))

    change = import_tree(context.engine, nameless, "cli", now)

    assert current_tree(context.engine) == TOWN
    assert change.renamed == 0


def test_an_interrupted_import_changes_nothing(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    after = Tree((Unit("stad", None, "Andere naam"), Unit("nieuw", "stad", "Nieuw")))

    def cut_off(_c: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if "audit" in statement:
            raise RuntimeError("power cut")

    event.listen(context.engine, "before_cursor_execute", cut_off)
    with pytest.raises(RuntimeError, match="power cut"):
        import_tree(context.engine, after, "cli", now)
    event.remove(context.engine, "before_cursor_execute", cut_off)

    assert current_tree(context.engine) == TOWN


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(0, 11), min_size=1, max_size=8, unique=True),
            st.lists(st.integers(0, 99), min_size=8, max_size=8),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_series_of_imports_keeps_every_unit(
    context: AppContext, now: datetime, history: list[tuple[list[int], list[int]]]
) -> None:
    with writing(context.engine) as connection:
        connection.execute(update(unit).values(parent=None))
        connection.execute(delete(unit))
    ever: set[str] = set()
    for numbers, parents in history:
        keys = [f"k{number}" for number in numbers]
        imported = build(
            Unit(key, keys[parents[at] % at] if at else None, f"Naam {parents[at]}")
            for at, key in enumerate(keys)
        )
        ever |= set(keys)

        change = import_tree(context.engine, imported, "cli", now)

        tree = current_tree(context.engine)
        assert {unit.key for unit in tree.units} == ever
        assert tree.open_units == imported.units
        assert change.total == len(keys)


@pytest.mark.slow
def test_a_large_tree_is_imported_without_anything_quadratic(
    context: AppContext, now: datetime
) -> None:
    def wide(shift: int) -> Tree:
        units = [Unit("u0", None, "Top")]
        units += [Unit(f"u{n}", f"u{(n - 1) // 9}", f"Team {n + shift}") for n in range(1, 2_000)]
        return build(units)

    for tree in (wide(0), wide(1)):  # new, then every unit renamed
        start = process_time()
        import_tree(context.engine, tree, "cli", now)
        assert process_time() - start < 5  # anything quadratic takes minutes


def test_members_are_replaced_as_a_whole(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    noor, omar = Member("noor@stad.example", "wmo"), Member("omar@stad.example", "zuid")
    import_members(context.engine, [omar, noor], "cli", now)
    assert members(context.engine) == (noor, omar)
    moved, petra = Member("omar@stad.example", "noord"), Member("petra@stad.example", "jeugd")

    change = import_members(context.engine, [petra, moved], "cli", now)

    assert members(context.engine) == (moved, petra)
    assert (change.total, change.added, change.moved, change.removed) == (2, 1, 1, 1)
    exchanged = [replace(moved, unit="jeugd"), replace(petra, unit="noord")]
    assert preview_members(context.engine, exchanged) == MembersChange(2, 0, 2, 0)
    assert members(context.engine) == (moved, petra)


def test_the_same_members_again_change_nothing(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    people = [Member("omar@stad.example", "zuid"), Member("noor@stad.example", "zuid")]
    import_members(context.engine, people, "cli", now)

    change = import_members(context.engine, people[::-1], "cli", now)

    assert change == MembersChange(2, 0, 0, 0)
    assert [entry.action for entry in entries(context.engine)].count("members.import") == 1
    assert by_unit(context.engine) == {"zuid": ("noor@stad.example", "omar@stad.example")}
    assert people_per_unit(context.engine) == {"zuid": 2}


def test_of_a_list_that_somebody_else_changed_nothing_is_told(
    context: AppContext, now: datetime
) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    import_members(context.engine, [Member("noor@stad.example", "wmo")], "cli", now)
    with writing(context.engine, sign=False) as connection:
        connection.execute(insert(member).values(email="mol@stad.example", unit="wmo"))

    assert by_unit_if_genuine(context.engine) is None
    assert people_per_unit(context.engine) is None


def test_members_left_with_a_closed_unit_are_counted(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TOWN, "cli", now)
    people = [Member("noor@stad.example", "jeugd"), Member("omar@stad.example", "zuid")]
    import_members(context.engine, people, "cli", now)

    change = import_tree(context.engine, Tree(TOWN.units[:4]), "cli", now)

    assert change.left_behind == 1


def test_the_audit_log_holds_numbers_and_no_address(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TOWN, "beheer@stad.example", now)
    import_members(context.engine, [Member("noor@stad.example", "wmo")], "cli", now)

    people, units = entries(context.engine)

    assert (units.actor, units.action) == ("beheer@stad.example", "organisation.import")
    assert units.detail.startswith("total 5, added 5")
    assert people.action == "members.import"
    assert "noor" not in people.detail
