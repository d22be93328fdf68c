"""Every response carries the safe headers, and no exception gets past that layer."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from monitor import logs
from monitor.access import results_link
from monitor.context import AppContext, use_context
from monitor.errors import StoreBusy
from monitor.pulse.count import closing
from monitor.web.http import dashboard_index, pages
from monitor.web.http.app import exception_handlers
from monitor.web.http.headers import (
    SecurityHeaders,
    dashboard_policy,
    plain_page_policy,
    replace_headers,
)
from tests.web.conftest import PERIOD, TEAM

SECRET = "DTC0-A2PM-C52Y-YTV4-W4HB"
SAFE = {
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}
PLAIN_PATHS = [
    "/pulse",
    "/pulse/",
    "/Pulse",
    "/pulse/nope",
    "/pulse/a/b",
    "/klaagmuur",
    "/klaagmuur/gesprek/x",
    "/resultaten/nope",
    "/resultaten",
    "/privacy",
    "/privacy/x",
    "/methoden",
    "/methoden/x",
    "/dilemmas",
    "/kaarten/x",
    "/aanmelden",
    "/aanmelden/x",
    "/afmelden",
    "/welkom/x",
    "/healthz",
    "/metrics",
]
DASHBOARD_PATHS = ["/", "/verloop", "/_stcore/health", "/_stcore/metrics", "/static/x.js", "//x"]


def assert_safe(response: object, policy: str) -> None:
    headers = response.headers  # type: ignore[attr-defined]
    for name, value in SAFE.items():
        assert headers.get_list(name) == [value]
    assert headers.get_list("content-security-policy") == [policy]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", PLAIN_PATHS)
def test_plain_pages_have_safe_headers_whatever_they_answer(
    browser: TestClient, path: str, method: str
) -> None:
    assert_safe(browser.request(method, path), plain_page_policy())


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("path", DASHBOARD_PATHS)
def test_the_dashboard_has_safe_headers_whatever_it_answers(
    browser: TestClient, path: str, method: str
) -> None:
    assert_safe(browser.request(method, path), dashboard_policy())


@pytest.mark.slow
def test_the_plain_policy_allows_no_script_and_exactly_our_styles(
    browser: TestClient, address_of_results: str
) -> None:
    allowed = plain_page_policy().partition("style-src ")[2].partition(";")[0].split()
    sent: set[str] = set()
    for address in ("/pulse", "/privacy", "/methoden", address_of_results):
        for inline in re.findall(r"<style>(.*?)</style>", browser.get(address).text, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
            sent.add(f"'sha256-{digest}'")

    assert len(sent) == 5
    assert sent <= set(allowed)
    assert "default-src 'none'" in plain_page_policy()
    assert "script-src" not in plain_page_policy()
    assert "unsafe" not in plain_page_policy()


def test_the_dashboard_policy_allows_the_frameworks_script_and_ours_by_digest() -> None:
    script_rule = next(r for r in dashboard_policy().split("; ") if r.startswith("script-src"))

    assert len(dashboard_index.script_sources()) == 3
    assert script_rule == f"script-src 'self' {' '.join(dashboard_index.script_sources())}"
    assert "unsafe-eval" not in dashboard_policy()


def test_the_index_has_the_scripts_whose_digests_are_allowed() -> None:
    page = dashboard_index.page("nl").decode()
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]

    assert {f"'sha256-{digest}'" for digest in digests} == set(dashboard_index.script_sources())
    assert '<html lang="nl" translate="no">' in page
    assert "<title>Teamklimaat</title>" in page
    assert "_stcore/agent" not in page
    assert ">Streamlit<" not in page


def test_a_header_of_an_inner_layer_is_replaced_and_not_doubled() -> None:
    headers = [(b"Cache-Control", b"public"), (b"Server", b"x"), (b"x-frame-options", b"ALLOW")]
    safe = ((b"x-frame-options", b"DENY"),)

    assert replace_headers(headers, safe, keep_caching=False) == [
        (b"x-frame-options", b"DENY"),
        (b"cache-control", b"no-store"),
    ]
    assert (b"Cache-Control", b"public") in replace_headers(headers, safe, keep_caching=True)


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://teamklimaat.stad.example", "_streamlit_xsrf=2|a; Path=/; SameSite=lax; Secure"),
        ("http://localhost:8501", "_streamlit_xsrf=2|a; Path=/; SameSite=lax"),
    ],
)
def test_every_cookie_is_secure_where_people_come_by_https(
    context: AppContext, base_url: str, expected: str
) -> None:
    async def sets_cookies(_request: Request) -> Response:
        response = PlainTextResponse("")
        response.headers.append("set-cookie", "_streamlit_xsrf=2|a; Path=/; SameSite=lax")
        response.headers.append("set-cookie", "ours=1; secure; HttpOnly")
        return response

    use_context(replace(context, settings=replace(context.settings, base_url=base_url)))
    answer = wrapped(Route("/_stcore/health", sets_cookies)).get("/_stcore/health")

    assert answer.headers.get_list("set-cookie") == [expected, "ours=1; secure; HttpOnly"]


@pytest.fixture
def address_of_results(open_town: AppContext, now: datetime) -> str:
    """The page of a team with a sealed month."""
    closing.close(open_town, PERIOD, "test", now)
    return f"/resultaten/{results_link.token(open_town.secret, TEAM, 0)}"


# -- exceptions -------------------------------------------------------------------------------


def raising(error: Exception) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(_request: Request) -> Response:
        raise error

    return endpoint


def wrapped(*routes: Route | WebSocketRoute) -> TestClient:
    app = Starlette(
        routes=list(routes),
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers=exception_handlers,
    )
    return TestClient(app, headers={"accept-language": "nl"})


def test_an_exception_becomes_our_own_page(context: AppContext) -> None:
    browser = wrapped(Route("/pulse/{code}", raising(RuntimeError(SECRET))))
    answer = browser.get(f"/pulse/{SECRET}")

    assert answer.status_code == 500
    assert "dat ligt aan ons" in answer.text
    assert SECRET not in answer.text
    assert_safe(answer, plain_page_policy())


def test_the_log_has_type_and_place_of_an_exception_and_nothing_else(
    context: AppContext, caplog: pytest.LogCaptureFixture
) -> None:
    browser = wrapped(Route("/pulse/{code}", raising(RuntimeError(SECRET))))
    with caplog.at_level(logging.DEBUG):
        browser.get(f"/pulse/{SECRET}")

    (record,) = [r for r in caplog.records if str(r.msg) == "request.failed"]
    assert isinstance(record.msg, logs.Note)
    line = json.dumps(dict(record.msg.facts))
    assert "RuntimeError" in line
    assert "test_headers.py:" in line
    assert SECRET not in line
    assert "/pulse" not in line


def test_a_busy_store_is_a_503_that_says_when_to_try_again(context: AppContext) -> None:
    async def before_the_routes(scope: Scope, receive: Receive, send: Send) -> None:
        raise StoreBusy("store.busy")

    answer = TestClient(SecurityHeaders(before_the_routes)).get("/pulse/x?taal=nl")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "10"
    assert "Het lukt nu even niet" in answer.text
    assert '<a class="button second" href="?taal=nl">Probeer het nog eens</a>' in answer.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_what_was_read_is_offered_again(context: AppContext, method: str) -> None:
    route = Route("/pulse/{code}", raising(RuntimeError(SECRET)), methods=["GET", "POST"])

    page = wrapped(route).request(method, f"/pulse/{SECRET}").text

    assert ('href="">Probeer het nog eens</a>' in page) == (method == "GET")
    assert ("?taal=en" in page) == (method == "GET")


def test_without_settings_or_templates_there_is_still_an_answer(
    context: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> AppContext:
        raise OSError(SECRET)

    browser = wrapped(Route("/pulse/x", raising(RuntimeError())))
    monkeypatch.setattr(pages, "current_context", broken)
    answer = browser.get("/pulse/x")

    assert answer.status_code == 500
    assert "Er ging iets mis" in answer.text
    assert_safe(answer, plain_page_policy())


def test_a_browser_that_disconnects_is_no_failure(
    context: AppContext, caplog: pytest.LogCaptureFixture
) -> None:
    browser = wrapped(Route("/pulse/x", raising(ClientDisconnect())))
    with pytest.raises(AssertionError):  # the test's browser, unlike a real one, is still there
        browser.get("/pulse/x")

    assert not [r for r in caplog.records if str(r.msg) == "request.failed"]


def test_a_failing_websocket_is_closed_and_logged(
    context: AppContext, caplog: pytest.LogCaptureFixture
) -> None:
    async def endpoint(websocket: WebSocket) -> None:
        await websocket.accept()
        raise RuntimeError(SECRET)

    browser = wrapped(WebSocketRoute("/ws", endpoint))
    with browser.websocket_connect("/ws") as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_text()

    assert closed.value.code == 1011
    assert SECRET not in caplog.text


def test_a_refusal_on_a_machine_address_is_short(context: AppContext) -> None:
    browser = wrapped(Route("/media/x", raising(HTTPException(403, SECRET))))
    answer = browser.get("/media/x")

    assert (answer.status_code, answer.text) == (403, "")


# -- caching ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "policy", "status", "kept"),
    [
        ("/static/js/a.1x.js", "public, immutable, max-age=31536000", 200, True),
        ("/static/js/a.1x.js", None, 304, True),
        ("/static/js/gone.js", "no-cache", 404, False),
        ("/verloop", "public, immutable, max-age=31536000", 200, False),
        ("/pulse/x", "public, immutable", 200, False),
    ],
)
def test_only_hashed_files_may_be_cached(
    path: str, policy: str | None, status: int, kept: bool
) -> None:
    headers = {"cache-control": policy} if policy else {}
    app = SecurityHeaders(PlainTextResponse("x" if status == 200 else "", status, headers))
    answer = TestClient(app).get(path)

    assert answer.headers.get("cache-control") == (policy if kept else "no-store")
