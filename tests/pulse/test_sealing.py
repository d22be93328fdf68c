"""Counting and sealing, against a slow and obvious reference, and their properties."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count.counting import POINTS, CountingScheme, Tally, count
from monitor.pulse.count.sealing import (
    CategoryCounts,
    Group,
    ScoreCell,
    SealBroken,
    Sealed,
    _check,
    _pooled_variance,
    seal,
)

THEMES = ((0, 1), (2, 3))


@st.composite
def schemes(draw: st.DrawFn) -> CountingScheme:
    size = draw(st.integers(1, 12))
    parents = [-1] + [draw(st.integers(0, unit - 1)) for unit in range(1, size)]
    return CountingScheme(tuple(parents), THEMES)


@st.composite
def boxes(draw: st.DrawFn, most: int = 9) -> tuple[CountingScheme, list[AnswerSheet]]:
    scheme = draw(schemes())
    sheets: list[AnswerSheet] = []
    for unit in range(len(scheme.parents)):
        for _ in range(draw(st.integers(0, most))):
            sheets.append(AnswerSheet(unit, tuple(draw(st.integers(0, 5)) for _ in range(4))))
    return scheme, sheets


def reference(scheme: CountingScheme, sheets: list[AnswerSheet], minimum: int) -> set[ScoreCell]:
    """The rule of carrying up, on lists of sheets instead of sums."""
    atoms: set[ScoreCell] = set()
    inner = set(scheme.parents)

    def points_of(question: int, group: list[AnswerSheet]) -> list[int]:
        return [POINTS[s.answers[question]] for s in group if s.answers[question]]

    for theme, questions in enumerate(scheme.themes):

        def enough(group: list[AnswerSheet], questions: tuple[int, ...] = questions) -> bool:
            return all(len(points_of(q, group)) >= minimum for q in questions)

        def keep(
            unit: int,
            pool: bool,
            group: list[AnswerSheet],
            theme: int = theme,
            questions: tuple[int, ...] = questions,
        ) -> None:
            values = [points_of(q, group) for q in questions]
            n = tuple(len(v) for v in values)
            points = tuple(min(max(sum(v), 10 * len(v)), 90 * len(v)) for v in values)
            atoms.add(ScoreCell(unit, pool, theme, n, points))

        leftovers: dict[int, list[AnswerSheet]] = defaultdict(list)
        for unit in reversed(range(len(scheme.parents))):
            own = [sheet for sheet in sheets if sheet.unit == unit]
            if enough(own):
                keep(unit, False, own)
            elif unit in inner:
                leftovers[unit] += own
            else:
                leftovers[scheme.parents[unit]] += own
            if unit in inner:
                if enough(leftovers[unit]):
                    keep(unit, True, leftovers[unit])
                else:
                    leftovers[scheme.parents[unit]] += leftovers[unit]
    return atoms


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(boxes(), st.integers(5, 7))
def test_sealing_is_the_rule_of_carrying_up(
    box: tuple[CountingScheme, list[AnswerSheet]], minimum: int
) -> None:
    scheme, sheets = box

    assert set(seal(count(sheets, scheme), scheme, minimum).atoms) == reference(
        scheme, sheets, minimum
    )


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(boxes(), st.randoms())
def test_the_order_of_the_envelopes_does_not_matter(
    box: tuple[CountingScheme, list[AnswerSheet]], generator: object
) -> None:
    scheme, sheets = box
    shuffled = list(sheets)
    generator.shuffle(shuffled)  # type: ignore[attr-defined]

    assert seal(count(shuffled, scheme), scheme, 5) == seal(count(sheets, scheme), scheme, 5)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(boxes(most=30))
def test_distributions_are_sums_of_whole_atoms_of_twenty_without_ones_and_twos(
    box: tuple[CountingScheme, list[AnswerSheet]],
) -> None:
    scheme, sheets = box
    sealed = seal(count(sheets, scheme), scheme, 5)

    for distribution in sealed.category_counts:
        assert sum(distribution.counts) >= 20
        assert not {1, 2} & set(distribution.counts)
    for question in range(4):
        theme = next(t for t, questions in enumerate(THEMES) if question in questions)
        sizes = [a.n[THEMES[theme].index(question)] for a in sealed.atoms if a.theme == theme]
        for distribution in sealed.category_counts:
            if distribution.question == question:
                assert sum(distribution.counts) in _subset_sums(sizes)


def _subset_sums(sizes: list[int]) -> set[int]:
    sums = {0}
    for size in sizes:
        sums |= {total + size for total in sums}
    return sums


@pytest.mark.parametrize(("answer", "points"), [(1, 10 * 5), (5, 90 * 5)])
def test_unanimity_at_an_end_is_not_revealed(answer: int, points: int) -> None:
    scheme = CountingScheme((-1,), ((0,),))
    unanimous = [AnswerSheet(0, (answer,))] * 5
    nearly = [*unanimous[1:], AnswerSheet(0, (3,))]

    kept = seal(count(unanimous, scheme), scheme, 5)

    assert kept.atoms == (ScoreCell(0, False, 0, (5,), (points,)),)
    assert kept == seal(count(nearly, scheme), scheme, 5)


def test_leftovers_of_two_teams_become_the_pool_of_their_department() -> None:
    scheme = CountingScheme((-1, 0, 1, 1), ((0,),))
    sheets = [AnswerSheet(2, (4,))] * 3 + [AnswerSheet(3, (2,))] * 2

    sealed = seal(count(sheets, scheme), scheme, 5)

    assert sealed.atoms == (ScoreCell(1, True, 0, (5,), (3 * 75 + 2 * 25,)),)


def test_a_rest_at_the_top_is_dropped() -> None:
    scheme = CountingScheme((-1, 0, 0), ((0,),))
    sheets = [AnswerSheet(1, (4,))] * 6 + [AnswerSheet(2, (2,))] * 4

    assert seal(count(sheets, scheme), scheme, 5).atoms == (
        ScoreCell(1, False, 0, (6,), (6 * 75,)),
    )


def test_one_question_with_too_few_answers_suppresses_its_whole_theme_only() -> None:
    scheme = CountingScheme((-1,), ((0, 1), (2,)))
    sheets = [AnswerSheet(0, (4, 4, 4))] * 4 + [AnswerSheet(0, (4, 0, 4))]

    sealed = seal(count(sheets, scheme), scheme, 5)

    assert [atom.theme for atom in sealed.atoms] == [1]


def test_the_variance_is_one_number_of_two_digits_pooled_within_units() -> None:
    generator = np.random.default_rng(7)
    scheme = CountingScheme((-1, 0, 0, 0, 0, 0), ((0, 1),))
    sheets = [
        AnswerSheet(unit, tuple(int(a) for a in generator.integers(1, 6, 2)))
        for unit in range(1, 6)
        for _ in range(12 + unit)
    ]
    scores = {
        unit: [sum(POINTS[a] for a in s.answers) / 2 for s in sheets if s.unit == unit]
        for unit in range(1, 6)
    }
    within = sum(np.var(values) * len(values) for values in scores.values())
    expected = within / sum(len(values) - 1 for values in scores.values())

    (kept,) = seal(count(sheets, scheme), scheme, 5).within_variances

    assert kept is not None
    assert kept == float(f"{expected:.2g}")


@pytest.mark.parametrize("teams", [[12, 12, 12, 12], [11, 11, 11, 11, 11]])
def test_the_variance_needs_five_atoms_and_sixty_people(teams: list[int]) -> None:
    scheme = CountingScheme((-1, *[0] * len(teams)), ((0,),))
    sheets = [AnswerSheet(unit + 1, (1 + i % 5,)) for unit, n in enumerate(teams) for i in range(n)]

    assert seal(count(sheets, scheme), scheme, 5).within_variances == (None,)


def test_an_empty_box_seals_to_nothing() -> None:
    scheme = CountingScheme((-1, 0), THEMES)

    assert seal(count([], scheme), scheme, 5) == Sealed((), (), (None, None))


def test_classes_are_unfavourable_neutral_and_favourable() -> None:
    scheme = CountingScheme((-1,), ((0,),))
    sheets = [AnswerSheet(0, (a,)) for a in (1, 1, 2, 3, 3, 3, 4, 5, 5, 5) for _ in range(2)]

    assert seal(count(sheets, scheme), scheme, 5).category_counts == (
        CategoryCounts(0, False, 0, (6, 6, 8)),
    )


@pytest.mark.parametrize("answer", [2, 3, 4])
def test_unanimous_people_are_in_no_distribution(answer: int) -> None:
    alone = CountingScheme((-1,), ((0,),))
    beside = CountingScheme((-1, 0, 0), ((0,),))
    others = [AnswerSheet(2, (a,)) for a in (1, 2, 3, 3, 4, 5) for _ in range(4)]

    assert seal(count([AnswerSheet(0, (answer,))] * 20, alone), alone, 5).category_counts == ()
    sealed = seal(count([AnswerSheet(1, (answer,))] * 5 + others, beside), beside, 5)
    assert sealed.category_counts == (CategoryCounts(2, False, 0, (8, 8, 8)),)


@pytest.mark.parametrize(("answer", "neighbour"), [(2, 1), (3, 4), (4, 5)])
def test_unanimous_people_do_not_fill_up_the_distribution_of_others(
    answer: int, neighbour: int
) -> None:
    scheme = CountingScheme((-1, 0, 0), ((0,),))
    others = [AnswerSheet(2, (a,)) for a in (1, 3, 5) for _ in range(5)]

    def counts_with(*answers: int) -> tuple[CategoryCounts, ...]:
        sheets = [AnswerSheet(1, (a,)) for a in answers] + others
        return seal(count(sheets, scheme), scheme, 5).category_counts

    assert counts_with(*[answer] * 8) == ()
    (all_but_one,) = counts_with(*[answer] * 7, neighbour)
    assert (all_but_one.unit, all_but_one.pool, sum(all_but_one.counts)) == (0, True, 23)


@pytest.mark.parametrize("answer", [1, 5])
def test_at_an_end_unanimous_people_are_in_the_distribution_of_others(answer: int) -> None:
    scheme = CountingScheme((-1, 0, 0), ((0,),))
    others = [AnswerSheet(2, (a,)) for a in (1, 3, 5) for _ in range(5)]

    (kept,) = seal(
        count([AnswerSheet(1, (answer,))] * 8 + others, scheme), scheme, 5
    ).category_counts

    assert sorted(kept.counts) == [5, 5, 13]


def test_no_class_of_a_distribution_holds_everybody() -> None:
    scheme = CountingScheme((-1,), ((0,),))
    sheets = [AnswerSheet(0, (1 + i % 2,)) for i in range(20)]

    assert seal(count(sheets, scheme), scheme, 5).category_counts == ()


def test_a_minimum_lowered_in_the_store_does_not_count() -> None:
    scheme = CountingScheme((-1,), ((0,),))

    assert seal(count([AnswerSheet(0, (3,))] * 4, scheme), scheme, 1).atoms == ()


def test_what_breaks_the_promise_of_sealing_is_never_kept() -> None:
    people = np.array([[5], [4], [5]])
    for groups in ([Group(0, False, (0,)), Group(0, True, (0, 2))], [Group(1, False, (1,))]):
        with pytest.raises(SealBroken):
            _check(groups, people, 5)
    _check([Group(0, False, (0,)), Group(0, True, (1, 2))], people, 5)


def test_teams_that_agree_within_themselves_have_no_revealing_variance() -> None:
    scheme = CountingScheme((-1, *[0] * 5), ((0,),))
    sheets = [AnswerSheet(unit, (1 + unit % 5,)) for unit in range(1, 6) for _ in range(12)]

    assert seal(count(sheets, scheme), scheme, 5).within_variances == (100.0,)


def test_a_unit_of_two_tells_how_much_people_in_it_differ() -> None:
    tally = Tally(
        *(np.zeros((6, 1), np.int64) for _ in range(3)),
        classes=np.zeros((6, 1, 3), np.int64),
        people=np.array([[0], [2], [2], [2], [2], [60]]),
        sums=np.array([[0.0], [100], [100], [100], [100], [3000]]),
        squares=np.array([[0.0], [10000], [10000], [10000], [10000], [150000 + 59 * 100]]),
    )
    groups = [Group(unit, False, (unit,)) for unit in range(1, 6)]

    # Each of the twos differs by 100 points; in the large unit the variance is 100.
    assert _pooled_variance(tally, 0, groups) == float(f"{(4 * 5000 + 5900) / 63:.2g}")
