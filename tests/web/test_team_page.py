"""A team's own page: released figures only, below what was done about it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from monitor.access import results_link
from monitor.climate import close_round
from monitor.climate.results import results, shown
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.followup import team_log
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.questionnaire_in_use import in_use
from monitor.web.results.pages import PLOT_HEIGHT, PLOT_TOP
from tests import steps
from tests.web.conftest import TEAM

Month = Callable[..., None]


@pytest.fixture
def month(town: AppContext, questions: Questionnaire) -> Month:
    """Hold a round: period, people of the team who answer, and what they all answer."""

    def hold(period: str, people: int, answer: int, places: int = 12) -> None:
        arguments = period, people, answer, places
        steps.take(town, ("month of teams", arguments), lambda: hold_anew(*arguments))

    def hold_anew(period: str, people: int, answer: int, places: int) -> None:
        year, number = map(int, period.split("-"))
        now = datetime(year, number, 3, 9, tzinfo=UTC)
        rounds.open_round(town, period, questions, None, "test", now)
        invitations = issue.invite(town, period, {TEAM: places, "wmo-west": 8}, "test", now)
        of_team = [i.code for i in invitations if i.unit == TEAM]
        sheet = (answer,) * len(questions.questions)
        assert not any(ballot_box.submit_all(town, [(code, sheet) for code in of_team[:people]]))
        close_round.close(town, period, "test", now)

    return hold


def address(context: AppContext, unit: str = TEAM, version: int = 0) -> str:
    return f"/resultaten/{results_link.token(context.secret, unit, version)}"


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


def test_before_the_first_round_has_closed_it_says_so(
    browser: TestClient, town: AppContext
) -> None:
    answer = browser.get(address(town))

    assert answer.status_code == 200
    assert "Er zijn nog geen uitkomsten" in answer.text


def test_a_wrong_or_replaced_address_opens_nothing(browser: TestClient, town: AppContext) -> None:
    for wrong in (address(town)[:-1] + "-x", address(town, version=1), "/resultaten/x"):
        answer = browser.get(wrong)

        assert answer.status_code == 404
        assert "Vraag je leidinggevende of een collega om de link van nu" in answer.text
        assert "Een code intypen" not in answer.text


@pytest.mark.slow
def test_what_was_done_comes_first(
    browser: TestClient, town: AppContext, month: Month, now: datetime
) -> None:
    month("2026-10", 8, 4)
    team_log.write(town.engine, TEAM, "We doen <elke> donderdag een kwartier.", local_day(now))
    page = browser.get(address(town)).text

    assert "We doen &lt;elke&gt; donderdag" in page
    assert page.index("Wat we ermee doen") < page.index('class="score"')
    assert "Geschreven door de leidinggevende op 3 november 2026" in page
    assert "Dit gaat over de uitkomsten van oktober 2026." in page
    month("2026-12", 8, 4)
    assert "Dit gaat over de uitkomsten van oktober 2026." in browser.get(address(town)).text


@pytest.mark.slow
def test_every_number_on_the_page_is_in_the_release(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    for period, answer in (("2026-08", 2), ("2026-09", 4), ("2026-10", 3)):
        month(period, 8, answer)
    page = browser.get(address(town)).text
    released = {shown(f) for f in results(town.engine).rows([TEAM])}
    released |= {str(end) for f in results(town.engine).rows([TEAM]) for end in (f.low, f.high)}
    released = {value.replace("<=", "≤ ").replace(">=", "≥ ") for value in released}

    scores = re.findall(r'class="value">([^<]+)<', page)
    ranges = re.findall(r">\(?(\d+) tot (\d+)\)?<", page)
    assert len(scores) == 12
    assert set(scores) <= released
    assert {end for pair in ranges for end in pair} <= released


def test_the_ends_of_the_scale_are_not_shown_exactly(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    month("2026-10", 8, 5)
    page = browser.get(address(town)).text

    assert "≥ 90" in page
    assert not re.search(r'class="value">(9[1-9]|100)<', page)


def test_a_month_with_too_few_answers_shows_no_figure(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    month("2026-10", 4, 4)
    page = browser.get(address(town)).text

    assert "te weinig antwoorden" in page
    assert not re.search(r'class="value"', page)
    assert "<svg" not in page


def test_codes_issued_and_the_band_of_answers_are_shown(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    month("2026-10", 8, 4)
    text = text_of(browser.get(address(town)).text)

    assert "Er zijn antwoorden van 5 tot en met 9 mensen." in text
    assert "Er zijn 12 codes gemaakt voor een team van 12." in text


@pytest.mark.slow
def test_low_response_carries_a_caution(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    month("2026-09", 6, 4, places=12)
    assert "minder dan 40 procent" not in text_of(browser.get(address(town)).text)

    month("2026-10", 6, 4, places=16)
    assert "minder dan 40 procent" in text_of(browser.get(address(town)).text)


def test_nothing_of_an_open_round_is_on_the_page(
    browser: TestClient, town: AppContext, month: Month, questions: Questionnaire, now: datetime
) -> None:
    month("2026-10", 8, 4)
    before = browser.get(address(town)).content
    rounds.open_round(town, "2026-11", questions, None, "test", now)
    invitations = issue.invite(town, "2026-11", {TEAM: 12}, "test", now)
    for invitation in invitations:
        ballot_box.submit(town, invitation.code, (1,) * len(questions.questions))

    assert browser.get(address(town)).content == before


@pytest.mark.slow
def test_the_verdict_is_worded_calmly(browser: TestClient, town: AppContext, month: Month) -> None:
    month("2026-08", 8, 5)
    assert "te kort om iets te zeggen" in browser.get(address(town)).text
    month("2026-09", 8, 2)
    month("2026-10", 8, 5)
    assert '<span class="pill stable">geen verandering</span>' in browser.get(address(town)).text


@pytest.mark.slow
def test_the_months_are_there_as_a_drawing_and_as_a_table(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    for period, people in (("2026-07", 8), ("2026-08", 3), ("2026-09", 8), ("2026-10", 8)):
        month(period, people, 4)
    page = browser.get(address(town)).text

    assert page.count('<svg class="plot"') == 3
    assert page.count("<polyline") == 6  # the withheld month leaves a gap
    beneath = PLOT_TOP + PLOT_HEIGHT + 12
    assert f'cy="{beneath}" r="4"' in page  # its mark is no score of 0
    for shown_month in ("jul", "aug", "sep", "okt"):
        assert re.search(rf'<th scope="row">{shown_month}\.? 2026</th>', page)


@pytest.mark.slow
def test_a_signal_is_shown_with_its_reasons_and_a_ring(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    for number in range(1, 9):
        month(f"2026-0{number}", 8, 5 if number < 7 else 1)
    page = browser.get(address(town)).text

    assert len(re.findall(r'class="ring" cx="[\d.]+%"', page)) == 3
    assert page.count('class="chance"') >= 3
    text = text_of(page)
    assert "nieuw: lager" in text
    assert "Sinds juli 2026. Eerder was het" in text
    assert "lijkt begonnen in juli 2026" in text
    assert "niet als oordeel" in text


def test_the_method_is_one_link_away_without_signing_in(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    month("2026-10", 8, 4)
    for page in (address(town), "/privacy"):
        assert 'href="/privacy/rekenen"' in browser.get(page).text

    text = text_of(browser.get("/privacy/rekenen").text)
    assert "Wat deze rekenregel niet goed kan" in text
    assert "eens in de 5 jaar" in text
    english = browser.get("/privacy/rekenen?taal=en").text
    assert "What this rule is not good at" in english


def test_no_colour_says_that_a_score_is_low_or_high(
    browser: TestClient, town: AppContext, month: Month
) -> None:
    month("2026-10", 8, 5)
    department = results(town.engine).tree("2026-10").get(TEAM).parent
    assert department is not None

    for unit in (TEAM, department):
        page = browser.get(address(town, unit)).text
        assert 'class="value">≥ 90<' in page
        assert not re.search(r'class="[^"]*\b(low|middle|high)\b', page)


def test_what_staff_notice_of_agreements_is_told_of_a_team_and_of_a_department(
    browser: TestClient, town: AppContext, now: datetime
) -> None:
    newest = in_use(town)
    rounds.open_round(town, "2026-10", newest, None, "test", now)
    invitations = issue.invite(town, "2026-10", {TEAM: 8}, "test", now)
    sheet = (4,) * len(newest.questions)
    assert not any(ballot_box.submit_all(town, [(i.code, sheet) for i in invitations]))
    close_round.close(town, "2026-10", "test", now)
    department = results(town.engine).tree("2026-10").get(TEAM).parent
    assert department is not None

    assert "Wat merken jullie ervan?" in text_of(browser.get(address(town)).text)
    assert "Wat merken teams ervan?" in text_of(browser.get(address(town, department)).text)
