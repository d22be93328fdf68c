"""Earlier surveys are previewed, confirmed, counted and sealed without a shell."""

from __future__ import annotations

import time
from html import unescape

import pytest
from starlette.testclient import TestClient

from monitor.climate.results import results
from monitor.context import AppContext
from monitor.locale import texts
from monitor.pulse.questionnaire import load
from monitor.store import audit
from tests.web.test_files_in import enter, hidden

T = texts("nl")
HERE = "/bestanden/metingen"


@pytest.fixture
def manager(browser: TestClient, town: AppContext) -> TestClient:
    """A browser in which the beheerder of an organisation is signed in."""
    enter(browser, town, "beheerder")
    return browser


def survey(context: AppContext, period: str = "2025-03", people: int = 7) -> bytes:
    """A file in which everybody in one team answers 4."""
    keys = [question.key for question in load(context.settings.questionnaire_file).questions]
    lines = [",".join(("period", "unit", *keys))]
    lines += [",".join((period, "wmo-oost", *("4" for _ in keys)))] * people
    return "\n".join(lines).encode()


def hand_in(browser: TestClient, context: AppContext, content: bytes) -> str:
    """Upload a file; the page that answers."""
    digest = load(context.settings.questionnaire_file).digest
    token = hidden(browser.get(HERE).text, "formulier")
    answer = browser.post(
        HERE,
        data={"formulier": token, "vragenlijst": digest, "namen": ""},
        files={"bestand": ("metingen.csv", content)},
    )
    return unescape(answer.text)


def confirm(browser: TestClient, page: str) -> str:
    """Confirm what was previewed; the page once it is done."""
    fields = ("formulier", "inhoud", "naam", "vragenlijst")
    data = {name: hidden(page, name) for name in fields} | {"namen": ""}
    answer = browser.post(f"{HERE}/tellen", data=data)
    assert answer.status_code == 303
    for _ in range(200):
        page = unescape(browser.get(answer.headers["location"]).text)
        if 'http-equiv="refresh"' not in page:
            return page
        time.sleep(0.1)
    raise AssertionError(page)


@pytest.mark.slow
def test_a_file_is_previewed_and_then_sealed(manager: TestClient, town: AppContext) -> None:
    page = hand_in(manager, town, survey(town))
    assert "maart 2025" in page
    assert results(town.engine).periods == ()

    done = confirm(manager, page)

    assert T("history.over") in done
    assert results(town.engine).periods == ("2025-03",)
    figure = results(town.engine).figure("2025-03", "wmo-oost", "theme", "respect")
    assert figure is not None
    assert figure.value == 75
    assert audit.entries(town.engine)[0].action == "history.import"


@pytest.mark.slow
def test_what_is_wrong_is_said_and_nothing_is_kept(manager: TestClient, town: AppContext) -> None:
    page = hand_in(manager, town, survey(town).replace(b",4", b",9"))
    assert 'role="alert"' in page
    assert 'name="inhoud"' not in page

    twice = hand_in(manager, town, survey(town))
    confirm(manager, twice)
    assert 'role="alert"' in hand_in(manager, town, survey(town))
    assert results(town.engine).periods == ("2025-03",)


def test_only_a_beheerder_and_only_our_own_form(browser: TestClient, town: AppContext) -> None:
    assert browser.get(HERE).status_code == 303
    enter(browser, town, "toezicht")
    for method, address in (("GET", HERE), ("POST", HERE), ("POST", f"{HERE}/tellen")):
        assert browser.request(method, address).status_code == 403
    enter(browser, town, "beheerder")
    assert browser.post(f"{HERE}/tellen", data={"formulier": "x"}).status_code == 403
