"""Who may have which report, from a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from itertools import count

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.locale import formats, texts
from monitor.reports import make
from monitor.store.engine import writing
from monitor.web.files import papers, report_progress
from tests import plain_pages
from tests.reports.conftest import TODAY, text_of

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
T = texts("nl")
NUMBERS = count()
UNITS = {Role.LEIDINGGEVENDE: "noord"}
KINDS = (
    ("mt", "onderdeel=noord"),
    ("mt", "onderdeel=noord0"),
    ("mt", "onderdeel=stad"),
    ("mt", ""),
    ("team", "onderdeel=noord0"),
    ("team", "onderdeel=zuid0"),
    ("or", ""),
    ("poster", ""),
)
ALLOWED = {
    Role.LEIDINGGEVENDE: {KINDS[0], KINDS[1], KINDS[4]},
    Role.TOEZICHT: {("or", "")},
    Role.BEHEERDER: {("poster", "")},
    Role.LUISTERAAR: {("poster", "")},
}


@pytest.fixture
def browser(town: AppContext) -> Iterator[TestClient]:
    with TestClient(plain_pages.application(), follow_redirects=False) as client:
        yield client


def sign_in(context: AppContext, browser: TestClient, role: Role) -> None:
    """A session of somebody with only this role."""
    email = f"{role.value}-{next(NUMBERS)}@stad.example"
    accounts.add_with_password(
        context.engine, email, role, UNITS.get(role), "vier losse natte eenden", "demo", NOW
    )
    with writing(context.engine) as connection:
        token = sessions.start(connection, accounts.locked_id(connection, email), clock.now())
    browser.cookies.set(sessions.COOKIE, token)


@pytest.mark.slow
def test_nobody_without_a_session(browser: TestClient) -> None:
    for kind, query in KINDS:
        answer = browser.get(f"/downloads/verslagen/{kind}.pdf?{query}")
        assert answer.status_code == 303


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
def test_each_role_has_its_own_reports_and_no_other(
    town: AppContext, browser: TestClient, role: Role
) -> None:
    sign_in(town, browser, role)
    for kind, query in KINDS:
        answer = browser.get(f"/downloads/verslagen/{kind}.pdf?{query}")
        if (kind, query) in ALLOWED[role]:
            assert answer.status_code == 200, (kind, query)
            assert answer.content.startswith(b"%PDF")
            assert answer.headers["cache-control"] == "no-store"
        else:
            assert answer.status_code == 403, (kind, query)


def test_who_waits_for_too_many_is_asked_to_wait(
    town: AppContext, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them is set where papers are; that this keeps pages going is tested there."""
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 0)
    for role, reports in ALLOWED.items():
        sign_in(town, browser, role)
        for kind, query in reports:
            answer = browser.get(f"/downloads/verslagen/{kind}.pdf?{query}")
            assert answer.status_code == 503
            assert answer.headers["retry-after"]


def until_over(browser: TestClient, address: str) -> Response:
    """The page of a report, asked for until it does not reload itself any more."""
    for _ in range(600):
        page = browser.get(address)
        if f'content="{report_progress.REFRESH_SECONDS}"' not in page.text:
            return page
        assert T("report.busy") in page.text
        time.sleep(0.1)
    raise AssertionError(page.text)


def begin(browser: TestClient, kind: str, query: str) -> str:
    """Have a report made; the address of its page."""
    answer = browser.get(f"/downloads/verslagen/{kind}?{query}")
    assert answer.status_code == 303
    return answer.headers["location"]


@pytest.mark.slow
def test_a_page_says_that_a_report_is_made_and_that_it_is_ready(
    town: AppContext, browser: TestClient
) -> None:
    sign_in(town, browser, Role.LEIDINGGEVENDE)
    address = begin(browser, "mt", "onderdeel=noord&maanden=6&taal=nl")
    page = until_over(browser, address)

    assert page.status_code == 200
    assert T("report.ready") in page.text
    file = re.search(r'0; url=([^"]+)"', page.text)
    assert file is not None
    answer = browser.get(unescape(file[1]))
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["cache-control"] == "no-store"
    first = make.scope(town, "noord", None, TODAY, texts("nl"), months=6).since
    assert f"{formats.month(first, 'nl')} tot en met" in text_of(answer.content)
    assert file[1].count("taal=") == 1
    # No ``download``: else a button that is pressed too late saves the page that follows.
    (button,) = re.findall(rf'<a class="button"[^>]*>{re.escape(T("report.save"))}', page.text)
    assert "download>" not in button
    # Another report of the same person is another one, and so is another session.
    assert browser.get(address.replace("maanden=6", "maanden=3")).status_code == 303
    sign_in(town, browser, Role.LEIDINGGEVENDE)
    assert browser.get(address).status_code == 303
    gone = browser.get(unescape(file[1]))
    assert gone.status_code == 303
    assert gone.headers["location"].startswith("/downloads/verslagen/mt?")


def test_a_report_that_fails_says_why_and_what_to_do(town: AppContext, browser: TestClient) -> None:
    sign_in(town, browser, Role.TOEZICHT)
    page = until_over(browser, begin(browser, "or", "maand=2020-01&taal=nl"))

    assert page.status_code == 422
    shown = unescape(page.text)
    for words in (T("report.failed"), "januari 2020", T("report.back")):
        assert words in shown, words
    # Nobody is sent to the server for a month that has no results.
    for words in (T("report.failed.text"), T("report.again")):
        assert words not in shown, words


def test_a_report_that_could_not_be_made_can_be_asked_for_again(
    town: AppContext, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise InputRefused("report.typesetter")

    monkeypatch.setattr(make, "wall_poster", fail)
    sign_in(town, browser, Role.BEHEERDER)
    page = unescape(until_over(browser, begin(browser, "poster", "taal=nl")).text)

    for words in (T("report.failed.text"), T("report.again")):
        assert words in page, words


def test_whoever_may_not_have_a_report_begins_none(town: AppContext, browser: TestClient) -> None:
    assert browser.get("/downloads/verslagen/or").headers["location"].startswith("/aanmelden")
    sign_in(town, browser, Role.LEIDINGGEVENDE)
    for path in ("or", "mt?onderdeel=zuid", "team?onderdeel=zuid0", "or/x", "or/x/bestand"):
        assert browser.get(f"/downloads/verslagen/{path}").status_code == 403, path
    for path in ("nee", "mt?onderdeel=noord&maanden=25", "mt?onderdeel=noord&maanden=x"):
        assert browser.get(f"/downloads/verslagen/{path}").status_code == 404, path


def test_reports_of_one_person_leave_room_for_those_of_others(
    town: AppContext, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "wall_poster", lambda *_: b"%PDF")
    sign_in(town, browser, Role.BEHEERDER)
    kept = report_progress.MOST_KEPT
    pages = []
    for months in range(1, kept + 3):
        pages.append(begin(browser, "poster", f"maanden={months}"))
        assert until_over(browser, pages[-1]).status_code == 200

    assert [browser.get(page).status_code for page in pages[2:]] == [200] * kept
    assert [browser.get(page).status_code for page in pages[:2]] == [303, 303]


def test_when_too_many_are_made_that_is_said(
    town: AppContext, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(town, browser, Role.BEHEERDER)
    monkeypatch.setattr(report_progress._jobs, "most", 0)
    page = browser.get("/downloads/verslagen/poster?taal=nl")

    assert page.status_code == 422
    assert T("report.too_many") in page.text


def test_what_is_not_there_is_not_found(town: AppContext, browser: TestClient) -> None:
    sign_in(town, browser, Role.TOEZICHT)
    for path in ("nee.pdf", "or.pdf?maand=2020-01", "or.pdf?maand=x"):
        answer = browser.get(f"/downloads/verslagen/{path}")
        assert answer.status_code == 404
