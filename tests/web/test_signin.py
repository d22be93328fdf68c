"""The sign-in pages."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.context import AppContext, current_context, use_context
from monitor.errors import StoreBusy
from monitor.web.account import hashing
from monitor.web.account.redirects import same_site_path
from tests.plain_pages import application
from tests.web.conftest import GOOD, SANNE

WRONG = "vijf losse natte eenden"
COOKIE = sessions.COOKIE


@pytest.fixture
def browser(staffed: AppContext) -> Iterator[TestClient]:
    """A browser that keeps cookies and does not follow redirects."""
    with TestClient(application(), follow_redirects=False) as client:
        yield client


def form_token(page: str) -> str:
    token = re.search(r'name="formulier" value="([^"]+)"', page)
    assert token is not None
    return token[1]


def sign_in(
    browser: TestClient, passphrase: str = GOOD, email: str = SANNE, naar: str = ""
) -> Response:
    token = form_token(browser.get("/aanmelden").text)
    return browser.post(
        "/aanmelden",
        data={"formulier": token, "email": email, "wachtzin": passphrase, "naar": naar},
    )


def is_signed_in(browser: TestClient) -> bool:
    token = browser.cookies.get(COOKIE)
    return sessions.person(current_context().engine, token, clock.now()) is not None


def test_signing_in_answers_303_with_a_protected_cookie(browser: TestClient) -> None:
    answer = sign_in(browser, naar="/trend?onderdeel=werk")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/trend?onderdeel=werk"
    cookie = SimpleCookie("\r\n".join(answer.headers.get_list("set-cookie")[:1]))[COOKIE]
    assert len(cookie.value) == 43
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert not cookie["secure"]
    assert not cookie["max-age"]
    assert not cookie["expires"]
    assert is_signed_in(browser)


def test_under_https_cookies_are_secure_and_have_the_host_prefix(staffed: AppContext) -> None:
    address = "https://klimaat.waterrijk.example"
    use_context(replace(staffed, settings=replace(staffed.settings, base_url=address)))

    with TestClient(application(), address, follow_redirects=False) as browser:
        answer = sign_in(browser)

        cookies = answer.headers.get_list("set-cookie")
        assert len(cookies) == 4
        for cookie in cookies:
            of_device = cookie.startswith("__Secure-teamklimaat_device=")
            assert of_device or cookie.startswith("__Host-")
            assert ("Path=/aanmelden" in cookie) is of_device
            assert "; secure" in cookie.lower()
            assert "domain" not in cookie.lower()
        assert browser.get("/aanmelden").status_code == 303


def test_people_who_are_signed_in_are_sent_on(browser: TestClient) -> None:
    sign_in(browser)

    answer = browser.get("/aanmelden?naar=/trend")

    assert (answer.status_code, answer.headers["location"]) == (303, "/trend")


def test_signing_in_starts_a_fresh_session_and_ends_the_one_before(
    browser: TestClient,
) -> None:
    token = form_token(browser.get("/aanmelden").text)
    nonce = browser.cookies["teamklimaat_form"]
    fields = {"formulier": token, "email": SANNE, "wachtzin": GOOD}

    def post_with(session: str) -> Response:
        browser.cookies.clear()
        cookie = f"teamklimaat_form={nonce}; {COOKIE}={session}"
        return browser.post("/aanmelden", data=fields, headers={"cookie": cookie})

    planted = "p" * 43
    first = post_with(planted).cookies[COOKIE]
    second = post_with(first).cookies[COOKIE]

    assert len({planted, first, second}) == 3
    alive = [
        sessions.is_alive(current_context().engine, each, clock.now())
        for each in (planted, first, second)
    ]
    assert alive == [False, False, True]


@pytest.mark.slow
@pytest.mark.real_hashing
@pytest.mark.parametrize(
    ("email", "typed"), [(SANNE, WRONG), ("niemand@waterrijk.example", GOOD), ("", "")]
)
def test_every_refusal_shows_the_same_sentence_and_the_form_again(
    browser: TestClient, email: str, typed: str
) -> None:
    started = time.monotonic()
    answer = sign_in(browser, typed, email)

    assert answer.status_code == 403
    assert "Aanmelden is niet gelukt" in answer.text
    assert f'value="{email}"' in answer.text
    assert not typed or typed not in answer.text
    assert not is_signed_in(browser)
    assert time.monotonic() - started >= hashing.STEP


def test_a_form_without_its_token_or_from_elsewhere_is_refused(browser: TestClient) -> None:
    token = form_token(browser.get("/aanmelden").text)
    fields = {"formulier": token, "email": SANNE, "wachtzin": GOOD}

    refused = [
        browser.post("/aanmelden", data=fields | {"formulier": ""}),
        browser.post("/aanmelden", data=fields | {"formulier": token[:-1] + "?"}),
        browser.post("/aanmelden", data=fields, headers={"origin": "https://elders.example"}),
        browser.post("/aanmelden", data=fields, headers={"sec-fetch-site": "cross-site"}),
        browser.post("/aanmelden", json=fields),
        TestClient(browser.app).post("/aanmelden", data=fields),
    ]

    assert [answer.status_code for answer in refused] == [403] * len(refused)
    assert all("te lang open" in answer.text for answer in refused)
    assert not is_signed_in(browser)
    accepted = browser.post("/aanmelden", data=fields, headers={"origin": "null"})
    assert accepted.status_code == 303


def test_two_open_tabs_both_work(browser: TestClient) -> None:
    first = form_token(browser.get("/aanmelden").text)
    browser.get("/aanmelden")

    answer = browser.post("/aanmelden", data={"formulier": first, "email": SANNE, "wachtzin": GOOD})

    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/", "/trend", "/trend?onderdeel=werk&maand=2026-10", "/a%20b"])
def test_a_deep_link_on_this_site_is_kept(path: str) -> None:
    assert same_site_path(path) == path


@pytest.mark.parametrize(
    "elsewhere",
    [
        "",
        "trend",
        "//elders.example",
        "///elders.example",
        "/\\elders.example",
        "\\\\elders.example",
        "/\t/elders.example",
        "/\n/elders.example",
        "https://elders.example",
        "https:elders.example",
        "javascript:alert(1)",
        " //elders.example",
        "/trend\r\nSet-Cookie: a=b",
        "/" + "a" * 2000,
        "/aanmelden",
        "/aanmelden?naar=/trend",
        "/afmelden",
        "/welkom/abc",
    ],
)
def test_a_deep_link_to_another_site_leads_to_the_front_page(
    browser: TestClient, elsewhere: str
) -> None:
    assert same_site_path(elsewhere) == "/"

    page = browser.get("/aanmelden", params={"naar": elsewhere}).text
    assert 'name="naar" value="/"' in page
    assert "elders" not in page


def test_the_form_keeps_language_and_deep_link(browser: TestClient) -> None:
    page = browser.get("/aanmelden?taal=en&naar=/trend%3Fa=1%26b=2").text

    assert '<html lang="en">' in page
    assert "<h1>Sign in</h1>" in page
    assert 'action="/aanmelden?taal=en"' in page
    assert 'name="naar" value="/trend?a=1&amp;b=2"' in page
    assert "taal=nl&amp;naar=/trend%3Fa%3D1%26b%3D2" in page


def test_what_is_typed_is_never_markup(browser: TestClient) -> None:
    nasty = '"><script>alert(1)</script>'
    page = sign_in(browser, WRONG, nasty).text

    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_signing_out_needs_the_button_and_ends_the_session(browser: TestClient) -> None:
    sign_in(browser)
    session = browser.cookies.get(COOKIE)
    page = browser.get("/afmelden")
    assert page.status_code == 200
    assert SANNE in page.text
    assert is_signed_in(browser)

    answer = browser.post("/afmelden", data={"formulier": form_token(page.text)})

    assert (answer.status_code, answer.headers["location"]) == (303, "/aanmelden?melding=afgemeld")
    assert browser.cookies.get(COOKIE) is None
    assert sessions.person(current_context().engine, session, clock.now()) is None
    assert "Je bent afgemeld" in browser.get(answer.headers["location"]).text


def test_a_chosen_language_is_kept_after_signing_out(browser: TestClient) -> None:
    sign_in(browser)
    page = browser.get("/afmelden?taal=en").text
    assert 'action="/afmelden?taal=en"' in page

    answer = browser.post("/afmelden?taal=en", data={"formulier": form_token(page)})

    assert answer.headers["location"] == "/aanmelden?melding=afgemeld&taal=en"
    assert "You are signed out" in browser.get(answer.headers["location"]).text


@pytest.mark.slow
def test_nobody_is_signed_out_from_elsewhere(browser: TestClient) -> None:
    sign_in(browser)
    token = form_token(browser.get("/afmelden").text)

    assert browser.post("/afmelden").status_code == 403
    assert browser.post("/afmelden", data={"formulier": "x" + token}).status_code == 403
    cross = browser.post(
        "/afmelden", data={"formulier": token}, headers={"sec-fetch-site": "cross-site"}
    )
    assert cross.status_code == 403
    assert is_signed_in(browser)


def test_signing_out_without_a_session_leads_to_the_form(browser: TestClient) -> None:
    assert browser.get("/afmelden").headers["location"] == "/aanmelden"
    assert browser.post("/afmelden").status_code == 303


def test_a_welcome_link_leads_to_a_passphrase(browser: TestClient, staffed: AppContext) -> None:
    token = accounts.add(
        staffed.engine, "karim@waterrijk.example", Role.TOEZICHT, None, "cli", clock.now()
    )
    address = f"/welkom/{token}"
    page = browser.get(address)
    assert page.status_code == 200
    assert "karim@waterrijk.example" in page.text

    differs = browser.post(address, data={"wachtzin": GOOD, "nogmaals": WRONG})
    weak = browser.post(address, data={"wachtzin": "kort", "nogmaals": "kort"})
    chosen = browser.post(address, data={"wachtzin": GOOD, "nogmaals": GOOD})

    assert differs.status_code == 422
    assert re.search(r'<a href="#wachtzin">[^<]*niet gelijk', differs.text)
    assert weak.status_code == 422
    assert "minstens 12 tekens" in weak.text
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/aanmelden?melding=gekozen")
    assert "wachtzin is opgeslagen" in browser.get(chosen.headers["location"]).text
    assert sign_in(browser, email="karim@waterrijk.example").status_code == 303
    again = browser.post(address, data={"wachtzin": GOOD, "nogmaals": GOOD})
    assert again.status_code == 404


@pytest.mark.parametrize("token", ["kort", "a" * 43])
def test_a_link_that_does_not_work_says_what_to_do(browser: TestClient, token: str) -> None:
    for answer in (
        browser.get(f"/welkom/{token}"),
        browser.post(f"/welkom/{token}", data={"wachtzin": GOOD, "nogmaals": GOOD}),
    ):
        assert answer.status_code == 404
        assert "nieuwe link" in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_welcome_link_says_so_when_the_store_does_not_answer(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def busy(*_: object) -> str:
        raise StoreBusy("store.busy")

    monkeypatch.setattr(accounts, "invited", busy)

    assert browser.request(method, "/welkom/x").status_code == 503


def test_pages_hold_no_script_and_stay_small(browser: TestClient, staffed: AppContext) -> None:
    token = accounts.add(staffed.engine, SANNE, Role.TOEZICHT, None, "cli", clock.now())
    for address in ("/aanmelden", f"/welkom/{token}", "/welkom/kort"):
        page = browser.get(address).text
        assert "<script" not in page
        assert len(page.encode()) < 15_000


def test_a_form_that_is_far_too_large_is_refused(browser: TestClient) -> None:
    answer = browser.post("/aanmelden", data={"wachtzin": "x" * 100_000})

    assert answer.status_code == 413


def test_with_a_full_queue_the_next_is_asked_to_try_again(
    browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "LONGEST_QUEUE", 0)

    answer = sign_in(browser)

    assert answer.status_code == 503
    assert "erg druk" in answer.text
    assert not is_signed_in(browser)


def test_nothing_of_it_is_logged(
    browser: TestClient, staffed: AppContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = accounts.add(staffed.engine, SANNE, Role.TOEZICHT, None, "cli", clock.now())
    browser.get(f"/welkom/{token}")
    sign_in(browser, WRONG)
    sign_in(browser)

    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    logged = " ".join(record.getMessage() for record in ours)
    for secret in (token, SANNE, GOOD, WRONG, browser.cookies[COOKIE]):
        assert secret not in logged
