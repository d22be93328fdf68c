"""Counting and sealing against a slow, obvious reference, and the properties that matter."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count.counting import POINTS, CountingScheme, count
from monitor.pulse.count.sealing import CategoryCounts, ScoreCell, Sealed, seal

THEMES = ((0, 1), (2, 3))


@st.composite
def shapes(draw: st.DrawFn) -> CountingScheme:
    size = draw(st.integers(1, 12))
    parents = [-1] + [draw(st.integers(0, unit - 1)) for unit in range(1, size)]
    return CountingScheme(tuple(parents), THEMES)


@st.composite
def boxes(draw: st.DrawFn, most: int = 9) -> tuple[CountingScheme, list[AnswerSheet]]:
    shape = draw(shapes())
    sheets: list[AnswerSheet] = []
    for unit in range(len(shape.parents)):
        for _ in range(draw(st.integers(0, most))):
            sheets.append(AnswerSheet(unit, tuple(draw(st.integers(0, 5)) for _ in range(4))))
    return shape, sheets


def reference(shape: CountingScheme, sheets: list[AnswerSheet], minimum: int) -> set[ScoreCell]:
    """The rule of carrying up, told in sets of sheets instead of sums."""
    atoms: set[ScoreCell] = set()
    inner = set(shape.parents)

    def given_to(question: int, group: list[AnswerSheet]) -> list[int]:
        return [POINTS[s.answers[question]] for s in group if s.answers[question]]

    for theme, places in enumerate(shape.themes):

        def enough(group: list[AnswerSheet], places: tuple[int, ...] = places) -> bool:
            return all(len(given_to(q, group)) >= minimum for q in places)

        def keep(
            unit: int,
            pool: bool,
            group: list[AnswerSheet],
            theme: int = theme,
            places: tuple[int, ...] = places,
        ) -> None:
            given = [given_to(q, group) for q in places]
            n = tuple(len(values) for values in given)
            points = tuple(min(max(sum(v), 10 * len(v)), 90 * len(v)) for v in given)
            atoms.add(ScoreCell(unit, pool, theme, n, points))

        leftovers: dict[int, list[AnswerSheet]] = defaultdict(list)
        for unit in reversed(range(len(shape.parents))):
            own = [sheet for sheet in sheets if sheet.unit == unit]
            if enough(own):
                keep(unit, False, own)
            elif unit in inner:
                leftovers[unit] += own
            else:
                leftovers[shape.parents[unit]] += own
            if unit in inner:
                if enough(leftovers[unit]):
                    keep(unit, True, leftovers[unit])
                else:
                    leftovers[shape.parents[unit]] += leftovers[unit]
    return atoms


@settings(max_examples=200, deadline=None)
@given(boxes(), st.integers(5, 7))
def test_sealing_is_the_rule_of_carrying_up(
    box: tuple[CountingScheme, list[AnswerSheet]], minimum: int
) -> None:
    shape, sheets = box

    assert set(seal(count(sheets, shape), shape, minimum).atoms) == reference(
        shape, sheets, minimum
    )


@settings(max_examples=100, deadline=None)
@given(boxes(), st.randoms())
def test_the_order_of_the_envelopes_does_not_matter(
    box: tuple[CountingScheme, list[AnswerSheet]], lot: object
) -> None:
    shape, sheets = box
    shuffled = list(sheets)
    lot.shuffle(shuffled)  # type: ignore[attr-defined]

    assert seal(count(shuffled, shape), shape, 5) == seal(count(sheets, shape), shape, 5)


@settings(max_examples=60, deadline=None)
@given(boxes(most=30))
def test_distributions_are_sums_of_whole_atoms_of_twenty_without_ones_and_twos(
    box: tuple[CountingScheme, list[AnswerSheet]],
) -> None:
    shape, sheets = box
    sealed = seal(count(sheets, shape), shape, 5)

    for made in sealed.class_atoms:
        assert sum(made.counts) >= 20
        assert not {1, 2} & set(made.counts)
    for question in range(4):
        theme = next(t for t, places in enumerate(THEMES) if question in places)
        sizes = [a.n[THEMES[theme].index(question)] for a in sealed.atoms if a.theme == theme]
        for made in sealed.class_atoms:
            if made.question == question:
                assert sum(made.counts) in _subset_sums(sizes)


def _subset_sums(sizes: list[int]) -> set[int]:
    sums = {0}
    for size in sizes:
        sums |= {total + size for total in sums}
    return sums


@pytest.mark.parametrize(("answer", "points"), [(1, 10 * 5), (5, 90 * 5)])
def test_unanimity_at_an_end_is_not_kept(answer: int, points: int) -> None:
    shape = CountingScheme((-1,), ((0,),))
    unanimous = [AnswerSheet(0, (answer,))] * 5
    nearly = [*unanimous[1:], AnswerSheet(0, (3,))]

    kept = seal(count(unanimous, shape), shape, 5)

    assert kept.atoms == (ScoreCell(0, False, 0, (5,), (points,)),)
    assert kept == seal(count(nearly, shape), shape, 5)


def test_leftovers_of_two_teams_become_the_pool_of_their_department() -> None:
    shape = CountingScheme((-1, 0, 1, 1), ((0,),))
    sheets = [AnswerSheet(2, (4,))] * 3 + [AnswerSheet(3, (2,))] * 2

    sealed = seal(count(sheets, shape), shape, 5)

    assert sealed.atoms == (ScoreCell(1, True, 0, (5,), (3 * 75 + 2 * 25,)),)


def test_a_rest_at_the_top_is_dropped() -> None:
    shape = CountingScheme((-1, 0, 0), ((0,),))
    sheets = [AnswerSheet(1, (4,))] * 6 + [AnswerSheet(2, (2,))] * 4

    assert seal(count(sheets, shape), shape, 5).atoms == (ScoreCell(1, False, 0, (6,), (6 * 75,)),)


def test_one_question_with_too_few_answers_withholds_its_whole_theme_only() -> None:
    shape = CountingScheme((-1,), ((0, 1), (2,)))
    sheets = [AnswerSheet(0, (4, 4, 4))] * 4 + [AnswerSheet(0, (4, 0, 4))]

    sealed = seal(count(sheets, shape), shape, 5)

    assert [atom.theme for atom in sealed.atoms] == [1]


def test_the_spread_is_one_number_of_two_digits_pooled_within_units() -> None:
    lot = np.random.default_rng(7)
    shape = CountingScheme((-1, 0, 0, 0, 0, 0), ((0, 1),))
    sheets = [
        AnswerSheet(unit, tuple(int(a) for a in lot.integers(1, 6, 2)))
        for unit in range(1, 6)
        for _ in range(12 + unit)
    ]
    scores = {
        unit: [sum(POINTS[a] for a in s.answers) / 2 for s in sheets if s.unit == unit]
        for unit in range(1, 6)
    }
    within = sum(np.var(values) * len(values) for values in scores.values())
    expected = within / sum(len(values) - 1 for values in scores.values())

    (kept,) = seal(count(sheets, shape), shape, 5).variances

    assert kept is not None
    assert kept == float(f"{expected:.2g}")


@pytest.mark.parametrize("teams", [[12, 12, 12, 12], [11, 11, 11, 11, 11]])
def test_the_spread_needs_five_atoms_and_sixty_people(teams: list[int]) -> None:
    shape = CountingScheme((-1, *[0] * len(teams)), ((0,),))
    sheets = [AnswerSheet(unit + 1, (1 + i % 5,)) for unit, n in enumerate(teams) for i in range(n)]

    assert seal(count(sheets, shape), shape, 5).variances == (None,)


def test_an_empty_box_seals_to_nothing() -> None:
    shape = CountingScheme((-1, 0), THEMES)

    assert seal(count([], shape), shape, 5) == Sealed((), (), (None, None))


def test_classes_are_unfavourable_neutral_and_favourable() -> None:
    shape = CountingScheme((-1,), ((0,),))
    sheets = [AnswerSheet(0, (a,)) for a in (1, 1, 2, 3, 3, 3, 4, 5, 5, 5) for _ in range(2)]

    assert seal(count(sheets, shape), shape, 5).class_atoms == (
        CategoryCounts(0, False, 0, (6, 6, 8)),
    )


@pytest.mark.parametrize("answer", [2, 3, 4])
def test_people_of_one_mind_are_in_no_distribution(answer: int) -> None:
    alone = CountingScheme((-1,), ((0,),))
    beside = CountingScheme((-1, 0, 0), ((0,),))
    others = [AnswerSheet(2, (a,)) for a in (1, 2, 3, 3, 4, 5) for _ in range(4)]

    assert seal(count([AnswerSheet(0, (answer,))] * 20, alone), alone, 5).class_atoms == ()
    told = seal(count([AnswerSheet(1, (answer,))] * 5 + others, beside), beside, 5).class_atoms
    assert told == (CategoryCounts(2, False, 0, (8, 8, 8)),)


def test_no_class_of_a_distribution_holds_everybody() -> None:
    shape = CountingScheme((-1,), ((0,),))
    sheets = [AnswerSheet(0, (1 + i % 2,)) for i in range(20)]

    assert seal(count(sheets, shape), shape, 5).class_atoms == ()


def test_a_minimum_lowered_in_the_store_does_not_count() -> None:
    shape = CountingScheme((-1,), ((0,),))

    assert seal(count([AnswerSheet(0, (3,))] * 4, shape), shape, 1).atoms == ()


def test_teams_that_agree_within_themselves_leave_no_telling_spread() -> None:
    shape = CountingScheme((-1, *[0] * 5), ((0,),))
    sheets = [AnswerSheet(unit, (1 + unit % 5,)) for unit in range(1, 6) for _ in range(12)]

    assert seal(count(sheets, shape), shape, 5).variances == (100.0,)
