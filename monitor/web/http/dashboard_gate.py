"""The way to the dashboard: only with a session, and only to what the dashboard needs.

The framework puts more on the same port than a browser needs: its counters, descriptions for
other programs, sign-in addresses of its own. They do not exist here.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor import clock
from monitor.access import sessions
from monitor.context import current_context
from monitor.web.account.cookies import session_token
from monitor.web.account.signed_in import person_of
from monitor.web.http import dashboard_index
from monitor.web.http.language import language_of
from monitor.web.http.pages import message
from monitor.web.http.paths import is_hashed, is_malformed, is_plain_page
from monitor.web.http.threads import run_reader

SOCKET = "/_stcore/stream"
NEEDED = ("/_stcore/health", "/_stcore/host-config", "/favicon.png", "/manifest.json")
NEEDED_BENEATH = ("/media/",)
"""What the dashboard's page asks for by itself."""
MACHINE = ("/_stcore", "/media", "/component", "/app", "/auth", "/oauth2callback", "/static")
"""First parts that are never a page of ours."""
POLICY_VIOLATION = 1008


class DashboardGate:
    """ASGI middleware; see the module's text."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through, or answer here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif (answer := await _answer(scope)) is not None:
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        # A websocket has no Request of its own; for its cookies the scope reads as one.
        asking = Request({**scope, "type": "http"})
        if scope["path"] == SOCKET and await _has_session(asking):
            await self.app(scope, receive, send)
            return
        await receive()
        if "websocket.http.response" in scope.get("extensions", {}):
            await PlainTextResponse("", 403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})


async def _answer(scope: Scope) -> Response | None:
    """Our answer, or None where the request may go on to the routes."""
    path: str = scope["path"]
    if is_malformed(path):
        return message(Request(scope), "not_found", 404)
    if is_plain_page(path):
        return None
    request = Request(scope)
    if is_hashed(path):
        return None if path in dashboard_index.static_files() else _missing()
    if _is_machine(path):
        if path not in NEEDED and not path.startswith(NEEDED_BENEATH):
            return _missing()
        return None if await _has_session(request) else PlainTextResponse("", 403)
    return await _page(request, path)


async def _page(request: Request, path: str) -> Response:
    """A page of the dashboard: always the same one, which then asks for its content."""
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
    """Whether a session runs. What the page asks for by itself is no use of it."""
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
    return first in MACHINE or path in NEEDED


def _missing() -> Response:
    return PlainTextResponse("", 404)
