"""Who may have which report, from a browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count

import pytest
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.store.engine import writing
from monitor.web.files import papers
from tests import plain_pages

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
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


def test_nobody_without_a_session(browser: TestClient) -> None:
    for kind, query in KINDS:
        answer = browser.get(f"/downloads/verslagen/{kind}.pdf?{query}")
        assert answer.status_code == 303


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


def test_what_is_not_there_is_not_found(town: AppContext, browser: TestClient) -> None:
    sign_in(town, browser, Role.TOEZICHT)
    for path in ("nee.pdf", "or.pdf?maand=2020-01", "or.pdf?maand=x"):
        answer = browser.get(f"/downloads/verslagen/{path}")
        assert answer.status_code == 404
