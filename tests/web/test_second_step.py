"""The pages of the second step of signing in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pyotp
import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, pending_login, sessions
from monitor.access.roles import Role
from monitor.context import AppContext, current_context, use_context
from tests.plain_pages import application

BEA = "bea@waterrijk.example"
GOOD = "vier losse natte eenden"
CODE, SET_UP = "/aanmelden/code", "/aanmelden/instellen"


@pytest.fixture
def browser(context: AppContext) -> Iterator[TestClient]:
    """A browser that keeps cookies and does not follow redirects."""
    with TestClient(application(), follow_redirects=False) as client:
        yield client


@pytest.fixture
def welcome(context: AppContext) -> str:
    """The welcome link of a beheerder without a passphrase yet."""
    token = accounts.add(context.engine, BEA, Role.BEHEERDER, None, "test", clock.now())
    return f"/welkom/{token}"


@pytest.fixture
def phone(browser: TestClient, welcome: str, monkeypatch: pytest.MonkeyPatch) -> pyotp.TOTP:
    """The telephone of a beheerder who has set up the second factor and signed out."""
    choose(browser, welcome)
    phone = phone_of(browser.get(SET_UP))
    post(browser, SET_UP, phone.at(clock.now()))
    browser.cookies.clear()
    later = clock.now() + timedelta(minutes=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    return phone


def choose(browser: TestClient, welcome: str) -> Response:
    return browser.post(welcome, data={"wachtzin": GOOD, "nogmaals": GOOD})


def hidden(page: str, name: str) -> str:
    field = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert field is not None
    return unescape(field[1])


def phone_of(page: Response) -> pyotp.TOTP:
    """An authenticator app with the key on the page."""
    secret = re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', page.text)
    assert secret is not None
    return pyotp.TOTP(secret[1].replace(" ", ""))


def post(browser: TestClient, path: str, typed: str, address: str = "") -> Response:
    page = browser.get(address or path).text
    fields = {name: hidden(page, name) for name in ("formulier", "naar")}
    return browser.post(path, data=fields | {"code": typed})


def first_step(browser: TestClient, naar: str = "") -> Response:
    page = browser.get("/aanmelden").text
    return browser.post(
        "/aanmelden",
        data={
            "formulier": hidden(page, "formulier"),
            "email": BEA,
            "wachtzin": GOOD,
            "naar": naar,
        },
    )


def is_signed_in(browser: TestClient) -> bool:
    token = browser.cookies.get(sessions.COOKIE)
    return sessions.person(current_context().engine, token, clock.now()) is not None


@pytest.mark.slow
def test_after_choosing_a_passphrase_comes_the_second_factor(
    browser: TestClient, welcome: str
) -> None:
    chosen = choose(browser, welcome)
    page = browser.get(chosen.headers["location"])
    phone = phone_of(page)

    assert chosen.status_code == 303
    assert chosen.headers["location"].startswith(SET_UP)
    assert not is_signed_in(browser)
    assert '<img class="qr" src="data:image/svg+xml' in page.text
    address = re.search(r'href="(otpauth://[^"]+)"', page.text)
    assert address is not None
    assert pyotp.parse_uri(unescape(address[1])).secret == phone.secret  # type: ignore[attr-defined]
    assert phone_of(browser.get(SET_UP)).secret == phone.secret

    done = post(browser, SET_UP, phone.at(clock.now()))
    assert done.status_code == 200
    assert len(re.findall(r"<li><code>[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}</code>", done.text)) == 8
    assert is_signed_in(browser)
    assert browser.cookies.get(pending_login.COOKIE) is None


def test_after_a_wrong_first_code_the_qr_code_is_the_same(
    browser: TestClient, welcome: str
) -> None:
    choose(browser, welcome)
    phone = phone_of(browser.get(SET_UP))

    wrong = post(browser, SET_UP, "geen code")

    assert wrong.status_code == 422
    assert re.search(r'<a href="#code">[^<]*hoort niet bij', wrong.text)
    assert phone_of(wrong).secret == phone.secret
    assert not is_signed_in(browser)


@pytest.mark.slow
def test_a_passphrase_and_then_a_code_sign_in(browser: TestClient, phone: pyotp.TOTP) -> None:
    first = first_step(browser, "/verloop?onderdeel=werk")
    step = first.headers["location"]
    assert first.status_code == 303
    assert step.startswith(CODE)
    assert not is_signed_in(browser)

    done = post(browser, CODE, phone.at(clock.now()), step)

    assert (done.status_code, done.headers["location"]) == (303, "/verloop?onderdeel=werk")
    assert is_signed_in(browser)


@pytest.mark.slow
def test_a_pending_login_is_no_session(browser: TestClient, phone: pyotp.TOTP) -> None:
    first_step(browser)
    ticket = browser.cookies[pending_login.COOKIE]
    browser.cookies.clear()
    browser.cookies.set(sessions.COOKIE, ticket)

    assert not is_signed_in(browser)
    assert browser.get("/afmelden").status_code == 303


@pytest.mark.slow
def test_the_page_does_not_say_what_is_wrong_with_a_code(
    browser: TestClient, phone: pyotp.TOTP
) -> None:
    first_step(browser)
    used = phone.at(clock.now())
    post(browser, CODE, used)
    browser.cookies.clear()
    first_step(browser)

    answers = [post(browser, CODE, typed) for typed in (used, "000000", "ABCD-EFGH-JKMN", "")]

    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert all('<a href="#code">' in answer.text for answer in answers)
    pages = {re.sub(r'name="formulier" value="[^"]+"', "", answer.text) for answer in answers}
    assert len(pages) == 1
    assert not is_signed_in(browser)


@pytest.mark.parametrize("path", [CODE, SET_UP])
def test_without_a_pending_login_people_start_again_and_still_arrive(
    browser: TestClient, path: str
) -> None:
    shown = browser.get(f"{path}?naar=/verloop")
    sent = browser.post(path, data={"code": "123456", "naar": "/verloop"})

    for answer in (shown, sent):
        assert answer.status_code == 303
        assert answer.headers["location"] == "/aanmelden?melding=te-laat&naar=%2Fverloop"
    page = browser.get(shown.headers["location"]).text
    assert "duurde te lang" in page
    assert hidden(page, "naar") == "/verloop"


@pytest.mark.slow
def test_a_form_from_elsewhere_is_refused(browser: TestClient, phone: pyotp.TOTP) -> None:
    first_step(browser)
    token = hidden(browser.get(CODE).text, "formulier")
    fields = {"formulier": token, "code": phone.at(clock.now())}

    for data, headers in (
        (fields | {"formulier": ""}, {}),
        (fields | {"formulier": "x" + token}, {}),
        (fields, {"sec-fetch-site": "cross-site"}),
        (fields, {"origin": "https://elders.example"}),
    ):
        answer = browser.post(CODE, data=data, headers=headers)
        assert answer.headers["location"].startswith("/aanmelden?")
        assert not is_signed_in(browser)
    assert browser.post(CODE, data=fields).status_code == 303
    assert is_signed_in(browser)


@pytest.mark.slow
def test_it_redirects_to_no_other_site(browser: TestClient, phone: pyotp.TOTP) -> None:
    step = first_step(browser, "//elders.example").headers["location"]
    assert unquote(step) == f"{CODE}?naar=/"

    done = post(browser, CODE, phone.at(clock.now()), f"{CODE}?naar=//elders.example")

    assert done.headers["location"] == "/"


def test_the_pages_keep_language_and_destination(browser: TestClient, welcome: str) -> None:
    choose(browser, welcome)

    page = browser.get(f"{SET_UP}?taal=en&naar=/verloop").text

    assert '<html lang="en">' in page
    assert "Set up codes" in page
    assert f'action="{SET_UP}?taal=en"' in page
    assert f"{SET_UP}?taal=nl&amp;naar=/verloop" in page
    assert "<script" not in page
    assert len(page.encode()) < 25_000


@pytest.mark.slow
def test_under_https_the_pending_login_has_a_secure_cookie(
    phone: pyotp.TOTP, context: AppContext
) -> None:
    address = "https://klimaat.waterrijk.example"
    use_context(replace(context, settings=replace(context.settings, base_url=address)))
    with TestClient(application(), address, follow_redirects=False) as browser:
        cookies = first_step(browser).headers.get_list("set-cookie")

    (ticket,) = (cookie for cookie in cookies if pending_login.COOKIE in cookie)
    assert ticket.startswith("__Host-")
    for part in ("httponly", "secure", "samesite=lax", "max-age=600", "path=/"):
        assert part in ticket.lower()
