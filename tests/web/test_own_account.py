"""The page with somebody's own account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pyotp
import pytest
from httpx2 import Response
from sqlalchemy import update
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import account_acts, login, pending_acts, sessions
from monitor.access.login import PendingLogin, SignedIn
from monitor.context import AppContext
from monitor.store.engine import writing
from monitor.store.tables import account
from monitor.web.http.paths import is_plain_page
from tests.plain_pages import application
from tests.web.conftest import GOOD, SANNE

HERE = "/mijn-account"


@pytest.fixture
def browser(staffed: AppContext) -> Iterator[TestClient]:
    """Sanne's browser, signed in, which does not follow redirects."""
    with TestClient(application(), follow_redirects=False) as client:
        client.cookies.set(sessions.COOKIE, enter(staffed), domain="testserver.local")
        yield client


def enter(context: AppContext) -> str:
    reached = login.check_passphrase_step(context.engine, context.secret, SANNE, GOOD, clock.now())
    assert isinstance(reached, SignedIn)
    return reached.token


def ask(browser: TestClient, action: str, proof: str = "") -> Response:
    page = browser.get(HERE).text
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    assert token is not None
    return browser.post(f"{HERE}/{action}", data={"formulier": token[1], "bewijs": proof})


def set_up(browser: TestClient) -> tuple[pyotp.TOTP, list[str]]:
    """Set up the second factor; returns the telephone and the recovery codes."""
    page = browser.get("/aanmelden/instellen").text
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page)
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    assert secret is not None
    assert token is not None
    phone = pyotp.TOTP(secret[1].replace(" ", ""))
    done = browser.post(
        "/aanmelden/instellen",
        data={"formulier": token[1], "naar": HERE, "code": phone.at(clock.now())},
    )
    assert done.status_code == 200
    return phone, recovery_codes(done)


def recovery_codes(page: Response) -> list[str]:
    return re.findall(r"<li><code>([A-Z2-9-]{14})</code>", page.text)


def test_it_lists_the_sessions_and_ends_the_others(
    browser: TestClient, staffed: AppContext
) -> None:
    other = enter(staffed)
    page = unescape(browser.get(HERE).text)
    assert SANNE in page
    assert page.count("<tr><td>") == 2
    assert page.count("<td>hier</td>") == 1

    answer = ask(browser, "elders-afmelden")

    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert sessions.person(staffed.engine, other, clock.now()) is None
    page = browser.get(HERE).text
    assert page.count("<tr><td>") == 1
    assert "Overal elders" not in page


@pytest.mark.slow
def test_setting_up_codes_needs_the_passphrase(browser: TestClient, staffed: AppContext) -> None:
    wrong = ask(browser, "codes", "vijf losse natte eenden")
    assert wrong.status_code == 403
    assert "niet gelukt" in wrong.text

    right = ask(browser, "codes", GOOD)
    assert right.headers["location"] == "/aanmelden/instellen?naar=%2Fmijn-account"
    before = browser.cookies[sessions.COOKIE]
    set_up(browser)

    assert browser.cookies[sessions.COOKIE] != before
    assert sessions.person(staffed.engine, before, clock.now()) is None
    assert "nog 8 herstelcodes" in browser.get(HERE).text
    reached = login.check_passphrase_step(staffed.engine, staffed.secret, SANNE, GOOD, clock.now())
    assert isinstance(reached, PendingLogin)


@pytest.mark.slow
def test_another_telephone_or_new_recovery_codes_need_a_code(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(browser, "codes", GOOD)
    phone, first = set_up(browser)
    for wrong in (GOOD, "000000", ""):
        assert ask(browser, "codes", wrong).status_code == 403
        assert ask(browser, "herstelcodes", wrong).status_code == 403

    later = clock.now() + timedelta(minutes=20)
    monkeypatch.setattr(clock, "now", lambda: later)
    renewed = ask(browser, "herstelcodes", phone.at(later))
    second = recovery_codes(renewed)
    assert len(second) == 8
    assert not set(first) & set(second)
    assert ask(browser, "codes", first[0]).status_code == 403

    assert ask(browser, "codes", second[0]).status_code == 303
    other, _ = set_up(browser)
    assert other.secret != phone.secret


def test_people_who_sign_in_through_the_organisation_have_nothing_to_set_up(
    browser: TestClient, staffed: AppContext
) -> None:
    with writing(staffed.engine) as connection:
        connection.execute(update(account).values(password_hash=None))

    page = browser.get(HERE).text

    assert "via je organisatie" in page
    assert "Codes instellen" not in page


def test_it_needs_a_session_and_our_own_form(browser: TestClient, staffed: AppContext) -> None:
    other = enter(staffed)
    for action in ("elders-afmelden", "codes", "herstelcodes"):
        refused = browser.post(f"{HERE}/{action}", data={"bewijs": GOOD})
        assert refused.status_code == 403
        assert "te lang open" in refused.text
    assert sessions.person(staffed.engine, other, clock.now()) is not None

    browser.cookies.clear()
    assert browser.get(HERE).headers["location"] == f"/aanmelden?naar={HERE}"
    assert browser.post(f"{HERE}/codes").headers["location"] == f"/aanmelden?naar={HERE}"
    assert is_plain_page(f"{HERE}/codes")


def test_a_start_over_that_was_not_asked_for_is_refused_on_the_own_page(
    browser: TestClient, staffed: AppContext
) -> None:
    act = account_acts.start_over(SANNE)
    pending_acts.submit(staffed.engine, act, "bea@waterrijk.example", clock.now())
    page = browser.get(HERE).text
    assert "bea@waterrijk.example" in page
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    act_id = re.search(r'name="bewijs" value="([^"]+)"', page)
    assert token is not None
    assert act_id is not None

    fields = {"formulier": token[1], "bewijs": act_id[1]}
    assert browser.post(f"{HERE}/niet-gevraagd", data=fields).status_code == 303
    assert pending_acts.waiting(staffed.engine) == ()
    assert "bea@waterrijk.example" not in browser.get(HERE).text
    assert browser.post(f"{HERE}/niet-gevraagd", data=fields).status_code == 403
