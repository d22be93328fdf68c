"""Editing the tree, and reading one that was typed as an outline."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.organisation import edits
from monitor.organisation.outline import read_outline
from monitor.organisation.register import current_tree, edit_tree, import_tree, preview_tree
from monitor.organisation.tree import Tree, Unit
from monitor.store import audit

FaultsOf = Callable[[Callable[[], object]], list[tuple[str, int]]]
TREE = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("wmo", "stad", "Wmo"),
        Unit("oost", "wmo", "Wmo Oost"),
        Unit("jeugd", "stad", "Jeugd"),
        Unit("oud", "jeugd", "Oud team", closed=True),
    )
)


def refusal(edit: Callable[[], object]) -> str:
    """The key of the sentence with which `edit` is refused."""
    with pytest.raises(InputRefused) as refused:
        edit()
    return refused.value.key


def test_each_change_changes_one_thing() -> None:
    assert edits.renamed(TREE, "oost", "  Wmo   Noord ").get("oost").name == "Wmo Noord"
    assert edits.moved(TREE, "oost", "jeugd").get("oost").parent == "jeugd"
    assert edits.moved(TREE, "wmo", "jeugd").ancestors("oost") == ("wmo", "jeugd", "stad")
    assert edits.closed(TREE, "oost").get("oost").closed
    assert not edits.reopened(TREE, "oud").get("oud").closed
    grown = edits.added(TREE, "Wmo West", "wmo")
    assert grown.get("wmo-west") == Unit("wmo-west", "wmo", "Wmo West")
    assert edits.added(Tree(()), "Gemeente Één", None).root == "gemeente-een"


@pytest.mark.parametrize(
    ("edit", "key"),
    [
        (lambda: edits.renamed(TREE, "oost", " "), "unit.name"),
        (lambda: edits.renamed(TREE, "oost", "x" * 121), "unit.name"),
        (lambda: edits.renamed(TREE, "weg", "Naam"), "unit.unknown"),
        (lambda: edits.renamed(TREE, "oud", "Naam"), "unit.unknown"),
        (lambda: edits.moved(TREE, "stad", "wmo"), "unit.top_stays"),
        (lambda: edits.moved(TREE, "wmo", "oost"), "unit.beneath_itself"),
        (lambda: edits.moved(TREE, "wmo", "wmo"), "unit.beneath_itself"),
        (lambda: edits.moved(TREE, "oost", "oud"), "unit.unknown"),
        (lambda: edits.closed(TREE, "stad"), "unit.top_stays"),
        (lambda: edits.closed(TREE, "wmo"), "unit.has_units"),
        (lambda: edits.added(TREE, "Tweede top", None), "unit.unknown"),
        (lambda: edits.added(TREE, "Team", "oud"), "unit.unknown"),
        (lambda: edits.reopened(TREE, "wmo"), "unit.unknown"),
    ],
)
def test_an_edit_that_would_break_the_tree_is_refused(edit: Callable[[], object], key: str) -> None:
    assert refusal(edit) == key


def test_a_unit_beneath_a_closed_one_is_not_opened() -> None:
    deep = Tree((*TREE.units, Unit("diep", "oud", "Dieper", closed=True)))

    assert refusal(lambda: edits.reopened(deep, "diep")) == "unit.parent_closed"


@pytest.mark.slow
@given(st.text(max_size=200), st.sets(st.sampled_from(["stad", "stad-2", "onderdeel"])))
def test_a_new_key_is_new_and_short(name: str, taken: set[str]) -> None:
    key = edits.new_key(name, taken)

    assert key not in taken
    assert 0 < len(key) <= 64
    assert key.isascii()


def test_an_edit_is_stored_and_logged_once(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TREE, "test", now)

    for _ in range(2):
        edit_tree(
            context.engine,
            lambda t: edits.closed(t, "oost") if not t.get("oost").closed else t,
            "close oost",
            "b@stad.example",
            now,
        )

    assert current_tree(context.engine).get("oost").closed
    entries = [e for e in audit.entries(context.engine) if e.action == "organisation.edit"]
    assert [(entry.actor, entry.detail) for entry in entries] == [("b@stad.example", "close oost")]


def test_a_refused_edit_changes_nothing(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TREE, "test", now)
    before = current_tree(context.engine)

    key = refusal(lambda: edit_tree(context.engine, lambda t: edits.closed(t, "wmo"), "", "b", now))

    assert key == "unit.has_units"
    assert current_tree(context.engine) == before


def test_a_preview_shows_what_the_import_does(context: AppContext, now: datetime) -> None:
    import_tree(context.engine, TREE, "test", now)
    tree = Tree((Unit("stad", None, "Stadt"), Unit("oud", "stad", "Oud team")))

    preview = preview_tree(context.engine, tree)

    assert preview == import_tree(context.engine, tree, "test", now)
    assert (preview.renamed, preview.closed, preview.reopened) == (1, 3, 1)


def test_an_outline_is_a_tree() -> None:
    typed = "Stad\n\n  - Wmo\n\t\tWmo Oost\n  * Jeugd\n    Team 1\n  Team 1\n"

    tree = read_outline(typed, "list")

    assert [(u.key, u.parent, u.name) for u in tree.units] == [
        ("stad", None, "Stad"),
        ("wmo", "stad", "Wmo"),
        ("wmo-oost", "wmo", "Wmo Oost"),
        ("jeugd", "stad", "Jeugd"),
        ("team-1", "jeugd", "Team 1"),
        ("team-1-2", "stad", "Team 1"),
    ]


def test_faults_of_an_outline_are_named_with_their_line(faults_of: FaultsOf) -> None:
    assert faults_of(lambda: read_outline("Stad\nWmo\n " + "x" * 121, "list")) == [
        ("outline.second_top", 2),
        ("outline.name", 3),
    ]
    assert faults_of(lambda: read_outline(" \n-\n", "list")) == [("outline.empty", 0)]


def test_a_long_outline_is_read() -> None:
    assert (
        len(read_outline("Stad\n" + "\n".join(f" Team {n}" for n in range(4000)), "list")) == 4001
    )


@pytest.mark.parametrize("name", ["Jeugd", "JEUGD", "Jeugd\u200b", "Jeugd\u00a0", "J\u0435ugd"])
def test_two_units_side_by_side_never_read_alike(name: str) -> None:
    tree = Tree(
        (
            Unit("stad", None, "Stad"),
            Unit("jeugd", "stad", "Jeugd"),
            Unit("wmo", "stad", "Wmo"),
            Unit("wmo-jeugd", "wmo", "Jeugd"),
        )
    )
    for edit in (
        lambda: edits.added(tree, name, "stad"),
        lambda: edits.renamed(tree, "wmo", name),
        lambda: edits.moved(tree, "wmo-jeugd", "stad"),
    ):
        with pytest.raises(InputRefused) as refused:
            edit()
        assert refused.value.key == "unit.alike"
    assert edits.renamed(tree, "jeugd", "Jeugd 2").get("jeugd").name == "Jeugd 2"
    assert edits.added(edits.closed(tree, "jeugd"), "Jeugd", "stad").get("jeugd-2").name == "Jeugd"


def test_an_outline_with_the_same_name_twice_is_refused(faults_of: FaultsOf) -> None:
    assert faults_of(lambda: read_outline("Stad\n Wmo\n  Team 1\n wmo\n  Team 1", "list")) == [
        ("outline.alike", 4)
    ]
