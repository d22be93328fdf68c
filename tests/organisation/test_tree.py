"""The tree against a slow, obvious walk, for any tree."""

from __future__ import annotations

import random
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import FileRefused
from monitor.organisation.tree import Tree, Unit, build

TOWN = Tree(
    (
        Unit("waterrijk", None, "Gemeente Waterrijk"),
        Unit("wmo", "waterrijk", "Wmo"),
        Unit("noord", "wmo", "Wmo Noord"),
        Unit("zuid", "wmo", "Wmo Zuid"),
        Unit("jeugd", "waterrijk", "Jeugd"),
    )
)


@st.composite
def any_units(draw: st.DrawFn) -> list[Unit]:
    """Units of one tree, shuffled."""
    parents = draw(st.lists(st.integers(0, 10_000), max_size=40))
    units = [Unit("u0", None, "top")]
    for at, number in enumerate(parents, 1):
        units.append(Unit(f"u{at}", f"u{number % at}", "", draw(st.booleans())))
    return draw(st.permutations(units))


def walked(units: list[Unit], key: str) -> list[str]:
    """The key and all beneath it, by the definition."""
    keys = [key]
    for unit in units:
        if unit.parent == key:
            keys.extend(walked(units, unit.key))
    return keys


@given(any_units())
@settings(max_examples=60, deadline=None)
def test_any_tree_answers_as_a_slow_walk_does(units: list[Unit]) -> None:
    tree = build(units)

    assert tree.root == "u0"
    assert set(tree.units) == set(units)
    assert [unit.key for unit in tree.units] == walked(units, "u0")
    assert tree.open_units == tuple(unit for unit in tree.units if not unit.closed)
    for unit in units:
        assert tree.beneath(unit.key) == tuple(walked(units, unit.key))
        assert tree.children(unit.key) == tuple(u.key for u in units if u.parent == unit.key)
        assert tree.depth(unit.key) == len(tree.ancestors(unit.key))
        for above in units:
            expected = above.key == unit.key or above.key in tree.ancestors(unit.key)
            assert tree.is_beneath(unit.key, above.key) is expected


@given(any_units())
@settings(max_examples=30, deadline=None)
def test_tree_order_is_kept_when_a_tree_is_made_again(units: list[Unit]) -> None:
    tree = Tree(tuple(units))

    assert Tree(tree.units) == tree
    for place, unit in zip(tree.parent_places, tree.units, strict=True):
        assert (None if place == -1 else tree.units[place].key) == unit.parent


def test_ancestors_come_nearest_first() -> None:
    assert TOWN.ancestors("noord") == ("wmo", "waterrijk")
    assert TOWN.ancestors("waterrijk") == ()


def test_an_unknown_key_is_a_key_error_everywhere() -> None:
    assert "oost" not in TOWN
    for ask in (TOWN.get, TOWN.children, TOWN.beneath, TOWN.ancestors, TOWN.depth):
        with pytest.raises(KeyError):
            ask("oost")


def test_the_empty_tree_has_no_root() -> None:
    empty = Tree(())

    assert len(empty) == 0
    assert empty.open_units == ()
    with pytest.raises(KeyError):
        _ = empty.root


@pytest.mark.parametrize(
    "units",
    [
        (Unit("a", "a", ""),),
        (Unit("a", None, ""), Unit("b", None, "")),
        (Unit("a", None, ""), Unit("a", "a", "")),
        (Unit("a", None, ""), Unit("b", "c", "")),
        (Unit("a", None, ""), Unit("b", "c", ""), Unit("c", "b", "")),
    ],
)
def test_units_that_are_no_tree_are_refused(units: tuple[Unit, ...]) -> None:
    with pytest.raises(ValueError, match="not one tree"):
        Tree(units)


@pytest.mark.slow
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from([None, *"abcdefg"])), max_size=8)
)
@settings(max_examples=300, deadline=None)
def test_build_refuses_exactly_the_units_that_are_no_tree(
    links: list[tuple[str, str | None]],
) -> None:
    units = [Unit(key, parent, key) for key, parent in links]
    try:
        tree = Tree(tuple(units))
    except ValueError:
        tree = Tree(())

    if tree.units:
        assert build(units) == tree
    else:
        with pytest.raises(FileRefused) as refusal:
            build(units)
        assert refusal.value.faults


def test_each_cycle_is_named_once_without_the_units_beneath_it() -> None:
    units = [
        Unit("top", None, ""),
        Unit("a", "b", ""),
        Unit("b", "c", ""),
        Unit("c", "a", ""),
        Unit("leaf", "a", ""),
        Unit("self", "self", ""),
    ]

    with pytest.raises(FileRefused) as refusal:
        build(units, [2, 3, 4, 5, 6, 7])

    faults = [(fault.key, fault.words["line"]) for fault in refusal.value.faults]
    assert faults == [("organisation.cycle", 3), ("organisation.own_parent", 7)]
    assert refusal.value.faults[0].words["units"] == "a → b → c → a"


def test_units_a_new_tree_lacks_stay_closed_where_they_were() -> None:
    now = Tree((Unit("waterrijk", None, "Waterrijk"), Unit("jeugd", "waterrijk", "Jeugd")))

    after = now.with_closed(TOWN)

    assert [u.key for u in after.open_units] == ["waterrijk", "jeugd"]
    assert after.beneath("wmo") == ("wmo", "noord", "zuid")
    assert after.get("noord") == Unit("noord", "wmo", "Wmo Noord", closed=True)


def test_a_former_top_is_placed_beneath_the_new_one() -> None:
    now = Tree((Unit("regio", None, "Regio"), Unit("jeugd", "regio", "Jeugd")))

    after = now.with_closed(TOWN)

    assert after.root == "regio"
    assert after.get("waterrijk") == Unit("waterrijk", "regio", "Gemeente Waterrijk", closed=True)
    assert after.ancestors("noord") == ("wmo", "waterrijk", "regio")


@pytest.mark.slow
@given(st.lists(any_units(), min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_series_of_reorganisations_gives_a_tree(
    histories: list[list[Unit]], rng: random.Random
) -> None:
    before = Tree(())
    for units in histories:
        keys = {unit.key: f"k{rng.randrange(60)}-{unit.key[-1]}" for unit in units}
        if len(set(keys.values())) < len(units):
            keys = {unit.key: unit.key for unit in units}
        fresh = build(
            Unit(keys[unit.key], unit.parent and keys[unit.parent], unit.name) for unit in units
        )
        after = fresh.with_closed(before)

        assert {u.key for u in before.units} <= {u.key for u in after.units}
        assert set(after.open_units) == set(fresh.units)
        before = after


def test_a_very_deep_tree_is_made_quickly() -> None:
    units = [Unit("u0", None, "")] + [Unit(f"u{n}", f"u{n - 1}", "") for n in range(1, 5_000)]
    start = process_time()

    tree = build(reversed(units))

    assert process_time() - start < 1
    assert tree.depth("u4999") == 4_999
    assert len(tree.beneath("u0")) == 5_000
