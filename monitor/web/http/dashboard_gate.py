"""Access to the dashboard: only with a session, and only to what the dashboard needs.

The framework serves more on the same port than a browser needs: metrics, descriptions for other
programs, sign-in addresses of its own. They do not exist here.
"""

from __future__ import annotations

import logging
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor import clock, logs
from monitor.access import sessions
from monitor.context import current_context
from monitor.web.account.cookies import session_token
from monitor.web.account.signed_in import person_of
from monitor.web.http import dashboard_index
from monitor.web.http.language import language_of
from monitor.web.http.origins import is_own_origin
from monitor.web.http.pages import message
from monitor.web.http.paths import is_hashed, is_malformed, is_plain_page
from monitor.web.http.threads import run_reader

SOCKET = "/_stcore/stream"
MACHINE_PATHS = ("/_stcore/health", "/_stcore/host-config", "/favicon.png", "/manifest.json")
MACHINE_FOLDERS = ("/media/",)
"""What the dashboard's page requests by itself."""
MACHINE_ROOTS = ("/_stcore", "/media", "/component", "/app", "/auth", "/oauth2callback", "/static")
"""First segments of addresses that are never a page."""
POLICY_VIOLATION = 1008


class DashboardGate:
    """ASGI middleware in front of the dashboard; see the module's docstring."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._foreign_origin_noted = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif (answer := await _answer(scope)) is not None:
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A websocket has no Request of its own, but its cookies are in the same place.
        request = Request({**scope, "type": "http"})
        # Here and not in the framework, which asks an outside address who it is, and holds up
        # everybody until that answers.
        base_url = current_context().settings.base_url
        own = is_own_origin(request.headers.get("origin"), base_url)
        if own and scope["path"] == SOCKET and await _has_session(request):
            await self.app(scope, receive, send)
            return
        if not own and not self._foreign_origin_noted:
            # Once: a wrong base address leaves every dashboard page empty, and the operator must
            # be able to see why; who tries from elsewhere may not fill the log.
            self._foreign_origin_noted = True
            logs.note("dashboard.foreign_origin", level=logging.WARNING)
        await receive()
        if "websocket.http.response" in scope.get("extensions", {}):
            await PlainTextResponse("", 403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})


async def _answer(scope: Scope) -> Response | None:
    """Our answer, or None where the request may be passed on."""
    path: str = scope["path"]
    if is_malformed(path):
        return message(Request(scope), "not_found", 404)
    if is_plain_page(path):
        return None
    request = Request(scope)
    if is_hashed(path):
        return None if path in dashboard_index.static_files() else _not_found()
    if _is_machine(path):
        if path not in MACHINE_PATHS and not path.startswith(MACHINE_FOLDERS):
            return _not_found()
        return None if await _has_session(request) else PlainTextResponse("", 403)
    return await _page(request, path)


async def _page(request: Request, path: str) -> Response:
    """A page of the dashboard: always the same HTML, which then requests its content."""
    if request.method not in ("GET", "HEAD"):
        response = message(request, "wrong_method", 405)
        response.headers["allow"] = "GET, HEAD"
        return response
    if await person_of(request) is None:
        return RedirectResponse(_sign_in(path, request.url.query), 303)
    if path != "/" and path.endswith("/"):
        return RedirectResponse(quote(path.rstrip("/")), 303)
    if path.count("/") > 1:
        return message(request, "not_found", 404)
    return HTMLResponse(dashboard_index.page(language_of(request).code))


async def _has_session(request: Request) -> bool:
    """Whether there is a live session; asking does not extend it."""
    context = current_context()
    token = session_token(request, context.settings)
    return token is not None and await run_reader(
        sessions.is_alive, context.engine, token, clock.now()
    )


def _sign_in(path: str, query: str) -> str:
    onward = f"{path}?{query}" if query else path
    return "/aanmelden" if onward == "/" else f"/aanmelden?naar={quote(onward)}"


def _is_machine(path: str) -> bool:
    first = "/" + path[1:].partition("/")[0]
    return first in MACHINE_ROOTS or path in MACHINE_PATHS


def _not_found() -> Response:
    return PlainTextResponse("", 404)
