"""Release and coverage, against slow and obvious reference implementations."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.bands import band, people_in, response_band, response_bands
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.count.sealing import Sealed, seal
from monitor.pulse.disclosure.coverage import breaks, people_invited
from monitor.pulse.disclosure.release import (
    SUPPRESSED,
    MonthRelease,
    ScoreColumns,
    SealedMonth,
    release,
)
from monitor.pulse.disclosure.rounding import is_low_response, shown
from monitor.pulse.disclosure.unit_tree import cells_of
from tests.pulse.test_sealing import THEMES, boxes


def month_of(
    scheme: CountingScheme,
    sealed: Sealed,
    invited: list[int] | None = None,
    units: list[str] | None = None,
) -> SealedMonth:
    """A sealed month as the store would hold it."""
    flat = [
        (a.unit, a.pool, place, n, points)
        for a in sealed.atoms
        for place, n, points in zip(scheme.themes[a.theme], a.n, a.points, strict=True)
    ]
    columns = list(zip(*flat, strict=True)) if flat else [()] * 5
    size = len(scheme.parents)
    return SealedMonth(
        period="2026-11",
        units=tuple(units or [f"u{u}" for u in range(size)]),
        parents=scheme.parents,
        invited=tuple(invited or [10] * size),
        issued=tuple(invited or [10] * size),
        themes=scheme.themes,
        atoms=ScoreColumns(
            np.array(columns[0], np.int64),
            np.array(columns[1], np.bool_),
            np.array(columns[2], np.int64),
            np.array(columns[3], np.int64),
            np.array(columns[4], np.int64),
        ),
        category_counts=sealed.category_counts,
        within_variances=sealed.within_variances,
    )


def released(scheme: CountingScheme, sheets: list[AnswerSheet], **more: list[int]) -> MonthRelease:
    return release(month_of(scheme, seal(count(sheets, scheme), scheme, 5), more.get("invited")))


def beneath(parents: tuple[int, ...], unit: int) -> set[int]:
    return {u for u in range(len(parents)) if unit in path(parents, u)}


def path(parents: tuple[int, ...], unit: int) -> list[int]:
    """The unit and everything above it, nearest first."""
    steps = [unit]
    while parents[steps[-1]] >= 0:
        steps.append(parents[steps[-1]])
    return steps


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(boxes())
def test_a_units_figure_is_the_sum_of_the_atoms_beneath_it(
    box: tuple[CountingScheme, list[AnswerSheet]],
) -> None:
    scheme, sheets = box
    sealed = seal(count(sheets, scheme), scheme, 5)
    month = release(month_of(scheme, sealed))

    for unit in range(len(scheme.parents)):
        for theme, places in enumerate(THEMES):
            inside = [
                a
                for a in sealed.atoms
                if a.theme == theme and a.unit in beneath(scheme.parents, unit)
            ]
            if not inside:
                assert month.scores[unit, theme] == SUPPRESSED
                continue
            exact = [
                sum(a.points[i] for a in inside) / sum(a.n[i] for a in inside)
                for i in range(len(places))
            ]
            for place, value in zip(places, exact, strict=True):
                assert month.scores[unit, len(THEMES) + place] == math.floor(value + 0.5)
            assert month.scores[unit, theme] == math.floor(sum(exact) / len(exact) + 0.5)
            assert month.n[unit, theme] == min(
                sum(a.n[i] for a in inside) for i in range(len(places))
            )


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(boxes())
def test_coverage_is_partial_when_a_part_beneath_is_in_no_atom_beneath(
    box: tuple[CountingScheme, list[AnswerSheet]],
) -> None:
    scheme, sheets = box
    sealed = seal(count(sheets, scheme), scheme, 5)
    month = release(month_of(scheme, sealed))

    for theme in range(len(THEMES)):
        own = {a.unit for a in sealed.atoms if a.theme == theme and not a.pool}
        pools = {a.unit for a in sealed.atoms if a.theme == theme and a.pool}

        def home(cell: int, own: set[int] = own, pools: set[int] = pools) -> int | None:
            if cell in own:
                return cell
            return next((u for u in path(scheme.parents, cell) if u in pools), None)

        for unit in range(len(scheme.parents)):
            inside = beneath(scheme.parents, unit)
            expected = any(home(cell) not in inside for cell in inside)
            assert month.partial_coverage[unit, theme] == expected


@pytest.mark.parametrize(
    ("people", "name"),
    [(0, ""), (4, ""), (5, "5-9"), (9, "5-9"), (10, "10-14"), (24, "15-24"), (49, "25-49"),
     (50, "50+"), (5000, "50+")],
)  # fmt: skip
def test_numbers_of_people_leave_in_bands(people: int, name: str) -> None:
    assert band(people) == name


@pytest.mark.parametrize(
    ("people", "invited", "name"),
    [(10, 10, "5-10"), (9, 10, "5-10"), (11, 12, "10-12"), (9, 12, "5-9"), (7, 7, "5-7"),
     (6, 6, ""), (4, 12, ""), (51, 51, "25-51"), (60, 60, "50-60"), (99, 99, "50-99"),
     (100, 100, "90-100%"), (99, 100, "90-100%"), (89, 100, "80-89%"), (5, 100, "0-9%"),
     (410, 400, "90-100%"), (13, 12, "10-12"), (300, 0, "50+"), (7, 0, "5-9")],
)  # fmt: skip
def test_people_who_answered_leave_in_bands_of_those_invited(
    people: int, invited: int, name: str
) -> None:
    band = response_band(people, invited)
    assert (band.name if band else "") == name


@pytest.mark.parametrize(
    ("name", "invited", "people"),
    [("10-14", 12, 11), ("5-9", 0, 6), ("5-10", 10, 6), ("50+", 0, 50), ("30-39%", 1000, 330),
     ("90-100%", 101, 94), ("0-9%", 400, 12)],
)  # fmt: skip
def test_a_band_is_reckoned_with_a_third_of_the_way_up(
    name: str, invited: int, people: int
) -> None:
    assert people_in(name, invited) == people


@given(st.integers(1, 3000), st.integers(5, 60))
def test_no_band_is_narrower_than_three_or_reaches_past_the_invited(
    invited: int, minimum: int
) -> None:
    bands = response_bands(invited, minimum)

    assert bool(bands) == (invited >= minimum + 2)
    for below, above in pairwise(bands):
        assert below.high is not None
        assert below.high + 1 == above.low
    for each in bands:
        assert each.high is not None
        assert minimum <= each.low <= each.high - 2
        assert each.high <= invited
    assert not bands or (bands[0].low, bands[-1].high) == (minimum, invited)


@pytest.mark.parametrize(
    ("people", "invited", "low"),
    [(9, 12, False), (9, 13, True), (5, 12, False), (14, 26, True), (60, 410, True),
     (300, 410, False), (300, 0, False), (0, 10, False)],
)  # fmt: skip
def test_the_caution_follows_from_the_band_not_from_the_number(
    people: int, invited: int, low: bool
) -> None:
    assert is_low_response(response_band(people, invited), invited) is low


@pytest.mark.parametrize(("score", "text"), [(10, "<=10"), (11, "11"), (89, "89"), (90, ">=90")])
def test_the_ends_of_the_scale_are_open(score: int, text: str) -> None:
    assert shown(score) == text


def test_a_distribution_is_shown_only_where_category_counts_cover_all_that_is_released() -> None:
    scheme = CountingScheme((-1, 0, 0), ((0,),))
    large = [AnswerSheet(1, (1 + i % 5,)) for i in range(25)]
    small = [AnswerSheet(2, (4,))] * 6

    with_small, without = released(scheme, large + small), released(scheme, large)

    assert (1, 0) in with_small.distributions
    assert (0, 0) not in with_small.distributions
    assert without.distributions[0, 0] == without.distributions[1, 0] == (40, 20, 40)


def test_a_distribution_is_in_whole_per_cent_rounded_to_the_nearest() -> None:
    scheme = CountingScheme((-1,), ((0,),))
    of_answers = {1: 13, 3: 0, 5: 27}, {2: 5, 3: 6, 4: 13}

    shares = [
        released(scheme, [AnswerSheet(0, (a,)) for a, n in each.items() for _ in range(n)])
        for each in of_answers
    ]

    # 32.5, 0 and 67.5 %; 20.8, 25 and 54.2 %
    assert [each.distributions[0, 0] for each in shares] == [(33, 0, 68), (21, 25, 54)]


def test_an_empty_month_suppresses_everything() -> None:
    month = released(CountingScheme((-1, 0), THEMES), [])

    assert (month.scores == SUPPRESSED).all()
    assert (month.n == 0).all()


def test_invited_people_add_up_along_the_tree() -> None:
    month = released(CountingScheme((-1, 0, 0), THEMES), [], invited=[0, 7, 9])

    assert month.invited.tolist() == [16, 7, 9]


def test_respondents_are_the_most_answers_to_any_one_question() -> None:
    scheme = CountingScheme((-1, 0), ((0, 1), (2,)))
    sheets = [AnswerSheet(1, (4, 4, 4))] * 6 + [AnswerSheet(1, (0, 4, 0))] * 3

    month = released(scheme, sheets)

    assert month.n.tolist() == [[6, 6, 6, 9, 6]] * 2
    assert month.respondents.tolist() == [9, 9]


# -- breaks -----------------------------------------------------------------------------------

FOUR_TEAMS = CountingScheme((-1, 0, 0, 0, 0), ((0,),))


def four_teams(sizes: list[int], invited: list[int]) -> MonthRelease:
    sheets = [AnswerSheet(unit + 1, (4,)) for unit, n in enumerate(sizes) for _ in range(n)]
    return released(FOUR_TEAMS, sheets, invited=[0, *invited])


def test_a_small_team_that_drops_out_of_a_large_department_is_no_break() -> None:
    before, now = (four_teams(s, [12, 12, 12, 6]) for s in ([9, 9, 9, 5], [9, 9, 9, 3]))

    assert not breaks(before, now, 0, 0).any()


def test_a_large_part_that_drops_out_is_a_break_for_the_units_above_only() -> None:
    before, now = (four_teams(s, [12, 12, 4, 4]) for s in ([9, 9, 5, 5], [9, 4, 5, 5]))

    assert breaks(before, now, 0, 0).tolist() == [True, False, False, False, False]


def test_a_reorganisation_is_a_break_for_the_units_that_gained_or_lost() -> None:
    sheets = [AnswerSheet(unit, (4,)) for unit in (2, 3, 5) for _ in range(6)]
    moved = [AnswerSheet(unit, (4,)) for unit in (2, 4, 5) for _ in range(6)]
    old = CountingScheme((-1, 0, 1, 1, 0, 4), ((0,),))
    new = CountingScheme((-1, 0, 1, 0, 3, 3), ((0,),))
    invited = [0, 0, 8, 8, 0, 8]
    before = release(
        month_of(old, seal(count(sheets, old), old, 5), invited, ["o", "a", "a1", "a2", "b", "b1"])
    )
    now = release(
        month_of(
            new,
            seal(count(moved, new), new, 5),
            [0, 0, 8, 0, 8, 8],
            ["o", "a", "a1", "b", "a2", "b1"],
        )
    )

    broken = dict(zip(now.units, breaks(before, now, 0, 0).tolist(), strict=True))

    assert broken == {"o": False, "a": True, "a1": False, "b": True, "a2": False, "b1": False}


def test_units_that_change_places_in_the_list_are_compared_with_themselves() -> None:
    sheets = {"a": [AnswerSheet(1, (4,))] * 9, "b": [AnswerSheet(2, (4,))] * 6}
    scheme = CountingScheme((-1, 0, 0), ((0,),))

    def month(*units: str) -> MonthRelease:
        moved = [replace(s, unit=1 + at) for at, unit in enumerate(units) for s in sheets[unit]]
        sealed = seal(count(moved, scheme), scheme, 5)
        return release(month_of(scheme, sealed, [0, 9, 9], ["o", *units]))

    assert not breaks(month("a", "b"), month("b", "a"), 0, 0).any()


def test_a_new_unit_has_no_break_to_begin_with() -> None:
    before = four_teams([9, 9, 5, 5], [12, 12, 4, 4])
    scheme = CountingScheme((-1, 0), ((0,),))
    now = release(
        month_of(
            scheme,
            seal(count([AnswerSheet(1, (4,))] * 6, scheme), scheme, 5),
            [0, 8],
            ["u0", "new"],
        )
    )

    assert breaks(before, now, 0, 0).tolist() == [True, False]


@pytest.mark.parametrize("invited", [11, 12])
def test_up_to_a_quarter_of_all_people_concerned_may_leave_without_a_break(invited: int) -> None:
    before, now = (four_teams(s, [12, 12, 12, invited]) for s in ([9, 9, 9, 5], [9, 9, 9, 3]))
    assert not breaks(before, now, 0, 0).any()


def test_more_than_a_quarter_that_leaves_is_a_break() -> None:
    before, now = (four_teams(s, [11, 11, 11, 12]) for s in ([9, 9, 9, 5], [9, 9, 9, 3]))
    assert breaks(before, now, 0, 0)[0]


# -- cells ------------------------------------------------------------------------------------


def test_answers_come_from_those_invited_and_from_every_leaf_where_that_is_unknown() -> None:
    parents = (-1, 0, 1, 1, 0)
    assert cells_of(parents, np.array([3, 0, 2, 0, 1])).tolist() == [True, False, True, False, True]
    assert cells_of(parents, np.zeros(5, np.int64)).tolist() == [False, False, True, True, True]


def test_people_invited_in_a_unit_itself_do_not_include_those_beneath_it() -> None:
    month = released(CountingScheme((-1, 0, 1), THEMES), [], invited=[3, 7, 9])
    assert people_invited(month).tolist() == [3, 7, 9]
    unknown = released(CountingScheme((-1, 0, 0), THEMES), [], invited=[0, 0, 0])
    assert people_invited(unknown).tolist() == [0, 1, 1]


def test_no_score_that_may_be_shown_looks_suppressed() -> None:
    lowest = released(CountingScheme((-1,), ((0,),)), [AnswerSheet(0, (1,))] * 20)
    assert lowest.scores[0, 0] > SUPPRESSED
    assert SUPPRESSED < 0


def test_a_month_knows_its_rows_its_depths_and_how_many_themes_it_has() -> None:
    month = released(CountingScheme((-1, 0, 1), THEMES), [])

    assert (month.row_of, month.themes) == ({"u0": 0, "u1": 1, "u2": 2}, len(THEMES))
    assert month.depths.tolist() == [0, 1, 2]
    assert month.parent_rows.tolist() == [-1, 0, 1]
    assert len(set(month.unit_hashes.tolist())) == 3
