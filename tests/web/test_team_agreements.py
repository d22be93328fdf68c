"""What a team reads about its own agreements, above its figures."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from monitor import clock
from monitor.climate.history import Names, import_history
from monitor.climate.results import results
from monitor.commands.results import export
from monitor.context import AppContext
from monitor.followup import actions, compass, conversations, estimates, team_log
from monitor.followup.conversations import Plan
from monitor.followup.records import ConversationState, Level, NewAction, Outcome
from monitor.pulse import periods
from monitor.pulse.questionnaire import parse
from tests import steps
from tests.questions import questionnaire_text
from tests.web.conftest import TEAM
from tests.web.test_team_page import address, text_of

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
FIRST = "2025-11"
SCORES = (65, 60, 65, 60, 65, 60, 62, 70, 72, 71, 73, 70)
QUESTIONS = questionnaire_text(werk=("fijn",), sfeer=("goed",))
THEMES = ("werk", "sfeer")
NEW = NewAction("kwartier", "Elke maandag een kwartier", "2026-05", themes=("werk",))


@pytest.fixture
def months(town: AppContext, monkeypatch: pytest.MonkeyPatch) -> AppContext:
    """A year of two teams, read at noon of a fixed day."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    lines = ["period,unit,fijn,goed\n"]
    for at, score in enumerate(SCORES):
        for unit in (TEAM, "wmo-west"):
            lines += [f"{periods.shifted(FIRST, at)},{unit},{a},{a}\n" for a in _answers(score, 8)]
    questions = parse(QUESTIONS, "q.toml")
    file = "".join(lines).encode()
    steps.take(
        town, file, lambda: import_history(town, file, "h.csv", questions, Names(), "test", NOW)
    )
    return town


def _answers(score: int, people: int) -> list[int]:
    """Answers 1..5 of so many people with about that mean score."""
    total = round(score / 25 * people)
    return [1 + min(4, total * (n + 1) // people - total * n // people) for n in range(people)]


def add(town: AppContext, new: NewAction = NEW, unit: str = TEAM, on: str = "2026-04-20") -> str:
    return actions.add(town.engine, unit, new, THEMES, date.fromisoformat(on))


@pytest.mark.slow
def test_before_anything_is_agreed_the_page_says_so(
    browser: TestClient, months: AppContext
) -> None:
    said = text_of(browser.get(address(months)).text)

    assert "Er is nog niets afgesproken." in said
    assert "heeft hier nog niets geschreven" in said


@pytest.mark.slow
def test_what_was_agreed_stands_before_any_score_with_its_state(
    browser: TestClient, months: AppContext
) -> None:
    name = add(months)
    page = browser.get(address(months)).text

    assert page.index(NEW.title) < page.index('class="score"')
    assert "Sinds mei 2026. Ligt bij onszelf." in text_of(page)
    assert "loopt" in text_of(page)
    actions.close(months.engine, name, Outcome.STOPPED, "het werd te veel", date(2026, 6, 3))
    said = text_of(browser.get(address(months)).text)
    assert "gestopt" in said
    assert "De reden: het werd te veel" in said


@pytest.mark.slow
def test_each_action_has_a_flag_in_its_own_themes_only_and_a_row_in_the_table(
    browser: TestClient, months: AppContext
) -> None:
    add(months)
    add(months, NewAction("regel", "Minder formulieren", "2026-08"))
    page = browser.get(address(months)).text
    drawings = re.findall(r'<svg class="plot".*?</svg>\s*</section>', page, re.DOTALL)
    flags = [re.findall(r'class="on-flag"[^>]*>(\d)<', drawing) for drawing in drawings]

    assert flags == [["1", "2"], ["2"]]
    assert [drawing.count('class="wash"') for drawing in drawings] == [2, 1]
    rows = text_of(page)
    assert "1 Elke maandag een kwartier Werk mei 2026 loopt" in rows
    assert "2 Minder formulieren alle thema's aug 2026 loopt" in rows


@pytest.mark.slow
def test_the_cautious_figure_comes_first_and_nothing_says_that_the_action_worked(
    browser: TestClient, months: AppContext, tmp_path: Path
) -> None:
    add(months)
    assert estimates.freeze_due(months.engine, results(months.engine)) == 1
    page = browser.get(address(months)).text
    said = text_of(page)

    sentence = re.search(
        r"Werk, na 3 maanden: voorzichtig geschat (\S+) \(marge (\S+) tot (\S+)\); gemeten (\S+)\.",
        said,
    )
    assert sentence is not None
    released = _difference(_exported(tmp_path))
    assert [_plain(word) for word in sentence.groups()] == released[:4]
    assert "Of het door de afspraak kwam, weten we niet." in said
    for forbidden in ("effect", "dankzij", "gewerkt", "procent beter"):
        assert forbidden not in said.partition("Wat we ermee doen")[2]


@pytest.mark.slow
def test_before_it_can_be_told_the_page_says_how_small_a_difference_could_be_seen(
    browser: TestClient, months: AppContext, tmp_path: Path
) -> None:
    add(months, NewAction("kwartier", "Een kwartier", "2026-09", themes=("werk",)))
    said = text_of(browser.get(address(months)).text)

    points = re.search(r"pas een verschil van zo'n (\d+) punten op", said)
    assert points is not None
    visible = [row["value"] for row in _exported(tmp_path) if row["kind"] == "visible"]
    assert [points[1]] == visible
    assert "We kijken terug na de uitkomsten van december 2026." in said


@pytest.mark.slow
def test_an_action_closed_more_than_a_year_ago_is_no_longer_shown(
    browser: TestClient, months: AppContext
) -> None:
    name = add(months, NewAction("kwartier", "Lang geleden", "2025-05"), on="2025-05-01")
    actions.close(months.engine, name, Outcome.DONE, "", date(2025, 11, 20))
    assert "Lang geleden" not in browser.get(address(months)).text

    name = add(months, NewAction("kwartier", "Kort geleden", "2025-06"), on="2025-05-01")
    actions.close(months.engine, name, Outcome.DONE, "", date(2025, 12, 1))
    assert "Kort geleden" in browser.get(address(months)).text


@pytest.mark.slow
def test_a_request_is_shown_with_its_answer(browser: TestClient, months: AppContext) -> None:
    name = add(months, NewAction("plek", "Een extra plek", "2026-06", level=Level.ORGANISATION))
    assert "Er is nog geen antwoord." in browser.get(address(months)).text

    actions.answer_request(months.engine, name, "Vanaf januari komt die er.", date(2026, 9, 4))
    said = text_of(browser.get(address(months)).text)
    assert "Gevraagd aan de organisatie in juni 2026." in said
    assert "Antwoord van 4 september 2026: Vanaf januari komt die er." in said


def test_every_message_stays_and_one_that_was_taken_away_leaves_its_place(
    browser: TestClient, months: AppContext
) -> None:
    team_log.write(months.engine, TEAM, "Gezien, we praten erover.", date(2026, 11, 2))
    wrong = team_log.write(months.engine, TEAM, "Dit was onhandig.", date(2026, 11, 5))
    team_log.write(months.engine, TEAM, "We beginnen in december.", date(2026, 11, 9))
    team_log.withdraw(months.engine, TEAM, wrong)
    page = browser.get(address(months)).text

    assert page.index("We beginnen in december.") < page.index("Gezien, we praten erover.")
    assert "Dit was onhandig." not in page
    assert "Deze regel is teruggetrokken." in page
    assert "bij de uitkomsten van oktober 2026" in page


def test_compass_promise_and_talks_are_dated(browser: TestClient, months: AppContext) -> None:
    compass.agree(months.engine, TEAM, "We praten alsof de klant meeluistert.", date(2026, 3, 3))
    compass.make_promise(months.engine, TEAM, "Ik sta naast je bij een klacht.", date(2026, 3, 9))
    plan = Plan("praktijkdialoog", NOW - timedelta(30), 60, "collega")
    held = conversations.plan(months.engine, TEAM, plan, date(2026, 10, 1))
    conversations.settle(months.engine, held, ConversationState.HELD)
    coming = Plan("uitkomsten_lezen", NOW + timedelta(14), 30, "collega")
    conversations.plan(months.engine, TEAM, coming, date(2026, 11, 20))
    said = text_of(browser.get(address(months)).text)

    assert "We praten alsof de klant meeluistert. 3 maart 2026" in said
    assert "Ik sta naast je bij een klacht. 9 maart 2026" in said
    assert "Praktijkdialoog gehouden dinsdag 27 oktober 2026, 10.00 uur" in said
    coming_on = "donderdag 10 december 2026, 10.00 uur"
    assert f"praten hierover op {coming_on}. De vorm: De uitkomsten samen lezen." in said


def test_another_team_reads_nothing_of_it(browser: TestClient, months: AppContext) -> None:
    add(months)
    team_log.write(months.engine, TEAM, "Alleen voor Oost.", date(2026, 11, 2))
    page = browser.get(address(months, "wmo-west")).text

    assert NEW.title not in page
    assert "Alleen voor Oost." not in page


def _exported(folder: Path) -> Sequence[dict[str, str]]:
    out = folder / "export.csv"
    assert CliRunner().invoke(export, ["--out", str(out)]).exit_code == 0
    with out.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def _difference(rows: Sequence[dict[str, str]]) -> list[str]:
    """Cautious estimate, its ends, and what was measured."""
    (row,) = [r for r in rows if r["kind"] == "difference" and not r["key"].endswith("others")]
    notes = dict(note.split("=", 1) for note in row["note"].split() if "=" in note)
    return [row["value"], row["low"], row["high"], notes["measured"]]


def _plain(word: str) -> str:
    return word.replace("\N{MINUS SIGN}", "-").removeprefix("+")
