"""Counting, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.config.settings import ROOT
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count.counting import CountingScheme, count
from monitor.pulse.questionnaire import load

ONE_UNIT = CountingScheme((-1,), ((0,),))
TWO_TEAMS = CountingScheme((-1, 0, 0), ((0, 1), (2,)))


@pytest.mark.parametrize(
    ("answer", "points", "classes"),
    [
        (0, 0, [0, 0, 0]),
        (1, 0, [1, 0, 0]),
        (2, 25, [1, 0, 0]),
        (3, 50, [0, 1, 0]),
        (4, 75, [0, 0, 1]),
        (5, 100, [0, 0, 1]),
    ],
)
def test_an_answer_has_its_points_and_its_class(
    answer: int, points: int, classes: list[int]
) -> None:
    tally = count([AnswerSheet(0, (answer,))], ONE_UNIT)

    assert (int(tally.n[0, 0]), int(tally.points[0, 0])) == (int(answer > 0), points)
    assert tally.classes[0, 0].tolist() == classes


def test_answers_add_up_per_unit_and_scores_of_whole_themes_only() -> None:
    sheets = [AnswerSheet(1, (4, 2, 5)), AnswerSheet(1, (0, 1, 3)), AnswerSheet(2, (5, 5, 0))]

    tally = count(sheets, TWO_TEAMS)

    assert tally.n.tolist() == [[0, 0, 0], [1, 2, 2], [1, 1, 0]]
    assert tally.points.tolist() == [[0, 0, 0], [75, 25, 150], [100, 100, 0]]
    assert tally.people.tolist() == [[0, 0], [1, 2], [1, 0]]
    assert tally.sums.tolist() == [[0, 0], [50, 150], [100, 0]]
    assert tally.squares.tolist() == [[0, 0], [2500, 12500], [10000, 0]]


def test_people_who_may_be_one_person_count_once() -> None:
    sheets = [AnswerSheet(1, (3, 3, 3), r) for r in (0, 0, 1)]

    assert count(sheets, TWO_TEAMS).distinct_people[1].tolist() == [2, 2, 2]


@pytest.mark.parametrize(
    ("unit", "answers", "fits"),
    [(2, 3, True), (0, 3, True), (3, 3, False), (2, 2, False), (2, 4, False), (3, 4, False)],
)
def test_a_sheet_of_another_round_does_not_fit(unit: int, answers: int, fits: bool) -> None:
    assert TWO_TEAMS.fits(AnswerSheet(unit, (1,) * answers)) is fits


def test_a_scheme_numbers_the_questions_of_a_questionnaire_through() -> None:
    questionnaire = load(ROOT / "monitor" / "defaults" / "questionnaire.toml")

    scheme = CountingScheme.of((-1,), questionnaire)

    assert [place for theme in scheme.themes for place in theme] == list(range(scheme.questions))
    assert [len(theme) for theme in scheme.themes] == [
        len(t.questions) for t in questionnaire.themes
    ]
    assert scheme.questions == len(questionnaire.questions)


def test_of_statements_that_stay_with_the_team_no_distribution_is_kept() -> None:
    questionnaire = load(ROOT / "monitor" / "defaults" / "questionnaire.toml")
    themes = tuple(
        replace(theme, team_only=place == 1) for place, theme in enumerate(questionnaire.themes)
    )

    scheme = CountingScheme.of((-1,), replace(questionnaire, themes=themes))

    assert scheme.undistributed == set(scheme.themes[1])
