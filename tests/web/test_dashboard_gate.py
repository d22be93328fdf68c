"""The dashboard needs a session, and the framework's other addresses do not exist."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient, WebSocketDenialResponse

from monitor import clock
from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.context import AppContext
from monitor.store.engine import reading, writing
from monitor.store.tables import account as account_table
from monitor.web.http import dashboard_index
from monitor.web.http.dashboard_gate import SOCKET
from tests.plain_pages import BEHIND

NOT_SERVED = [
    "/_stcore/metrics",
    "/_stcore/script-health-check",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/_stcore/agent/interact",
    "/_stcore/upload_file/a/b",
    "/_stcore/bidi-components/x",
    "/component/x/index.html",
    "/app/static/x",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
    "/static/js/nope.js",
    "/static/%2e%2e%2findex.html",
    "/static/",
]
REQUESTED_BY_THE_PAGE = [
    "/_stcore/health",
    "/_stcore/host-config",
    "/media/x.csv",
    "/favicon.png",
]


@pytest.fixture
def account(context: AppContext) -> str:
    """An account of somebody of the works council."""
    accounts.add_with_password(
        context.engine,
        "or@waterrijk.example",
        Role.TOEZICHT,
        None,
        "vier losse natte eenden",
        "test",
        clock.now(),
    )
    with reading(context.engine) as connection:
        return str(connection.execute(select(account_table.c.id)).scalar_one())


@pytest.fixture
def token(context: AppContext, account: str) -> str:
    """A running session."""
    with writing(context.engine) as connection:
        return sessions.start(connection, account, clock.now())


@pytest.fixture
def signed_in(browser: TestClient, token: str) -> TestClient:
    """A browser with that session."""
    browser.cookies.set(sessions.COOKIE, token)
    return browser


@pytest.mark.parametrize(
    ("address", "onward"),
    [
        ("/", "/aanmelden"),
        ("/verloop", "/aanmelden?naar=/verloop"),
        (
            "/verloop?onderdeel=wmo&taal=en",
            "/aanmelden?naar=/verloop%3Fonderdeel%3Dwmo%26taal%3Den",
        ),
        ("/a/b/c", "/aanmelden?naar=/a/b/c"),
        ("/index.html", "/aanmelden?naar=/index.html"),
        ("/pulsen", "/aanmelden?naar=/pulsen"),
    ],
)
def test_without_a_session_every_page_redirects_to_sign_in(
    browser: TestClient, address: str, onward: str
) -> None:
    for method in ("GET", "HEAD"):
        answer = browser.request(method, address)
        assert (answer.status_code, answer.headers["location"]) == (303, onward)


def test_an_invented_or_ended_session_counts_as_none(
    browser: TestClient, context: AppContext, token: str
) -> None:
    browser.cookies.set(sessions.COOKIE, "A" * 43)
    assert browser.get("/").status_code == 303

    browser.cookies.set(sessions.COOKIE, token)
    assert browser.get("/").status_code == 200
    sessions.end(context.engine, token)
    assert browser.get("/").status_code == 303


def test_with_a_session_every_page_is_the_index_in_the_readers_language(
    signed_in: TestClient,
) -> None:
    for address in ("/", "/verloop", "/verloop?onderdeel=wmo"):
        answer = signed_in.get(address)
        assert answer.status_code == 200
        assert answer.content == dashboard_index.page("nl")
    assert signed_in.get("/?taal=en").content == dashboard_index.page("en")


def test_a_page_accepts_get_and_head_only(signed_in: TestClient) -> None:
    answer = signed_in.post("/verloop")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_addresses_the_dashboard_cannot_have_get_our_own_404(signed_in: TestClient) -> None:
    assert signed_in.get("/verloop/").headers["location"] == "/verloop"
    for address in ("/a/b", "//evil.example", "/..%2f", "/a%5Cb"):
        answer = signed_in.get(f"http://testserver{address}")
        assert answer.status_code == 404
        assert "Deze pagina bestaat niet" in answer.text


@pytest.mark.parametrize("address", NOT_SERVED)
def test_what_the_dashboard_does_not_need_does_not_exist(
    signed_in: TestClient, address: str
) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        answer = signed_in.request(method, address)
        assert answer.status_code == 404
        assert BEHIND not in answer.text


@pytest.mark.parametrize("address", REQUESTED_BY_THE_PAGE)
def test_what_the_page_requests_needs_the_session(
    browser: TestClient, token: str, address: str
) -> None:
    assert browser.get(address).status_code == 403
    browser.cookies.set(sessions.COOKIE, token)
    assert browser.get(address).text == BEHIND


def test_static_files_are_for_everybody(browser: TestClient) -> None:
    some = next(iter(dashboard_index.static_files()))

    assert browser.get(some).text == BEHIND


def test_a_websocket_without_a_session_is_refused_with_safe_headers(browser: TestClient) -> None:
    for address in (SOCKET, "/pulse", "/elders"):
        refused = refusal(browser, address)
        assert refused.status_code == 403
        assert refused.headers["x-frame-options"] == "DENY"


def test_a_websocket_with_a_session_reaches_its_one_address_only(
    signed_in: TestClient,
) -> None:
    assert refusal(signed_in, SOCKET).text == BEHIND
    assert refusal(signed_in, "/elders").status_code == 403


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:8502", "null"])
def test_a_page_of_another_site_never_reaches_the_framework(
    signed_in: TestClient, context: AppContext, origin: str
) -> None:
    own = context.settings.base_url

    assert refusal(signed_in, SOCKET, {"origin": own}).text == BEHIND  # the control
    refused = refusal(signed_in, SOCKET, {"origin": origin})
    assert (refused.status_code, refused.text) == (403, "")


def refusal(
    browser: TestClient, address: str, headers: dict[str, str] | None = None
) -> WebSocketDenialResponse:
    """The response to an attempt to open a websocket."""
    attempt = browser.websocket_connect(address, headers=headers or {})
    with pytest.raises(WebSocketDenialResponse) as refused, attempt:
        pass
    return refused.value


def test_requests_of_the_page_itself_do_not_keep_a_session_alive(
    signed_in: TestClient, context: AppContext, token: str
) -> None:
    later = clock.now() + timedelta(seconds=sessions.IDLE - 5)

    assert signed_in.get("/_stcore/health").status_code == 200
    assert sessions.is_alive(context.engine, token, later)
    assert not sessions.is_alive(context.engine, token, later + timedelta(seconds=10))


@pytest.mark.parametrize(
    ("followed", "address"),
    [
        ("/klaagmuur.", "/klaagmuur"),
        ("/Klaagmuur),", "/klaagmuur"),
        ("/klaagmuur/gesprek.", "/klaagmuur/gesprek"),
        ("/pulse/ABCD-EFGH.", "/pulse/ABCD-EFGH"),
        ("/resultaten/token%C2%A0", "/resultaten/token"),
        ("/privacy%E2%80%9D?taal=en", "/privacy?taal=en"),
        ("/pulse/%E2%80%8B", "/pulse"),
    ],
)
def test_a_link_is_followed_without_what_ends_its_sentence(
    browser: TestClient, context: AppContext, followed: str, address: str
) -> None:
    answer = browser.get(followed)

    assert (answer.status_code, answer.headers["location"]) == (303, address)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_browser_is_told_not_to_translate_the_dashboard(language: str) -> None:
    page = dashboard_index.page(language).decode()

    assert f'<html lang="{language}" translate="no">' in page
    assert page.index('<meta name="google" content="notranslate">') < page.index("</head>")
    assert page.count("</head>") == 1
