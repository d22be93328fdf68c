"""The pulse with statements that need not apply: the same sheet for everybody."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from starlette.testclient import TestClient

from monitor.context import AppContext
from monitor.pulse.invitations import codes, issue
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.questionnaire_in_use import NEWEST, VERSIONS
from monitor.web.pulse.answer_form import NOT_APPLICABLE, Outcome, read_form
from tests.web.conftest import PERIOD, TEAM
from tests.web.test_pulse_page import MOST_BYTES, chosen, in_box

NOTICED = ("erover_gepraat", "merk_van_afspraken")


@pytest.fixture
def questions() -> Questionnaire:
    """The newest questionnaire."""
    return load(VERSIONS[NEWEST])


@pytest.fixture
def code(town: AppContext, questions: Questionnaire, now: datetime) -> str:
    """A code of a round that asks it."""
    rounds.open_round(town, PERIOD, questions, date(2026, 11, 17), "test", now)
    (invitation, *_) = issue.invite(town, PERIOD, {TEAM: 8}, "test", now)
    return codes.show(invitation.code)


def test_the_page_stays_small_and_offers_it_where_it_belongs(
    browser: TestClient, code: str, questions: Questionnaire
) -> None:
    answer = browser.get(f"/pulse/{code}", headers={"accept-encoding": "identity"})
    offered = re.findall(rf'name="([a-z_]+)" value="{NOT_APPLICABLE}"', answer.text)

    assert len(answer.content) <= MOST_BYTES
    assert tuple(offered) == NOTICED
    assert answer.text.count("<fieldset ") == len(questions.questions) == 11
    assert chosen(answer.text) == {question.key: "" for question in questions.questions}


def test_it_counts_as_no_answer_and_is_kept_nowhere(questions: Questionnaire) -> None:
    """The sheet is the same as that of somebody who would rather not answer."""
    answered = [(question.key, "4") for question in questions.questions[:9]]
    said = read_form([*answered, *((key, NOT_APPLICABLE) for key in NOTICED)], questions)
    left_open = read_form([*answered, *((key, "") for key in NOTICED)], questions)

    assert said.answers == left_open.answers == (4,) * 9 + (0, 0)
    assert said.outcome is left_open.outcome is Outcome.SENT


def test_elsewhere_it_is_no_answer_of_our_form(questions: Questionnaire) -> None:
    first = questions.questions[0].key

    assert read_form([(first, NOT_APPLICABLE)], questions).outcome is Outcome.WRONG
    doubled = [(NOTICED[0], NOT_APPLICABLE), (NOTICED[0], "3")]
    assert read_form(doubled, questions).outcome is Outcome.WRONG


def test_a_sheet_that_says_nothing_else_is_asked_about_and_shown_as_it_was(
    browser: TestClient, town: AppContext, code: str
) -> None:
    page = browser.post(f"/pulse/{code}", data={NOTICED[0]: NOT_APPLICABLE})

    assert page.status_code == 200
    assert in_box(town) == 0
    assert chosen(page.text)[NOTICED[0]] == NOT_APPLICABLE
    assert chosen(page.text)[NOTICED[1]] == ""
