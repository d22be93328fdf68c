"""The staff door, as ``app.py`` needs it: routes, middleware, lifespan, exception handlers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.errors import StoreBusy, StoreFailing
from monitor.web.account import login
from monitor.web.files import documents, downloads, invitations, uploads
from monitor.web.http import health
from monitor.web.http.dashboard_gate import DashboardGate
from monitor.web.http.forms import NotAForm
from monitor.web.http.headers import SecurityHeaders
from monitor.web.http.lifespan import lifespan
from monitor.web.http.pages import message
from monitor.web.http.paths import is_staff
from monitor.web.information import accessibility, method, privacy
from monitor.web.klaagmuur import write
from monitor.web.pulse import pages as pulse_pages
from monitor.web.results import pages as results_pages

__all__ = ["exception_handlers", "lifespan", "middleware", "routes"]

MESSAGES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
}


class PublicPages(BaseRoute):
    """Everything under the staff door's addresses; an unknown one is answered here too.

    Were it left to the next route, the dashboard would answer it, with its page and a 200.
    """

    def __init__(self, rooms: Sequence[Route]) -> None:
        self.rooms = rooms

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether the request is for this door."""
        ours = scope["type"] == "http" and is_staff(scope["path"])
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the right room answer; else say what is wrong."""
        request = Request(scope, receive, send)
        try:
            response = await self._answer(request)
        except (HTTPException, StoreBusy, NotAForm) as refusal:
            response = _handler(refusal)(request, refusal)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        scope = request.scope
        allowed: set[str] = set()
        for room in self.rooms:
            match, found = room.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                response: Response = await room.endpoint(request)
                return response
            if match is Match.PARTIAL:
                allowed |= room.methods or set()
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        mended = _mended(scope["path"])
        if mended == scope["path"] or scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(404)
        query = scope["query_string"].decode("latin-1")
        return RedirectResponse(quote(mended) + (f"?{query}" if query else ""), 303)


class PublicPagesFirst:
    """ASGI middleware: what is for the staff door goes straight to it.

    Past it lie the framework's own layers, for the dashboard's sake: a session cookie of its own,
    rules for paths (`Guard` has them), compression (`pages` does it). They did nothing for a
    staff page, and were a quarter of what a submission cost.
    """

    def __init__(self, app: ASGIApp, door: PublicPages) -> None:
        self.app = app
        self.door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at the staff door, or pass on."""
        if scope["type"] == "http" and is_staff(scope["path"]):
            await self.door.handle(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def _mended(path: str) -> str:
    """The address as it was meant: a phone makes the first letter a capital, people add a slash."""
    first, slash, rest = path.rstrip("/")[1:].partition("/")
    return f"/{first.lower()}{slash}{rest}"


def answer_http(request: Request, error: Exception) -> Response:
    """A page of our own for a refusal of the framework or of ourselves."""
    assert isinstance(error, HTTPException)
    if not is_staff(request.scope["path"]):
        return PlainTextResponse("", error.status_code, dict(error.headers or {}))
    name = MESSAGES.get(error.status_code, "bad_request")
    response = message(request, name, error.status_code)
    response.headers.update(error.headers or {})
    return response


def answer_busy(request: Request, error: Exception) -> Response:
    """The store was locked for too long, or somebody has to mend it."""
    name = "store_failing" if isinstance(error, StoreFailing) else "busy"
    return message(request, name, 503, retry=True)


def answer_not_a_form(request: Request, _error: Exception) -> Response:
    """The body was not a form of ours."""
    return message(request, "bad_request", 400)


exception_handlers: dict[type[Exception], Callable[[Request, Exception], Response]] = {
    HTTPException: answer_http,
    StoreBusy: answer_busy,
    NotAForm: answer_not_a_form,
}


def _handler(refusal: Exception) -> Callable[[Request, Exception], Response]:
    return next(answer for kind, answer in exception_handlers.items() if isinstance(refusal, kind))


_door = PublicPages(
    [
        *pulse_pages.routes,
        *write.routes,
        *results_pages.routes,
        *privacy.routes,
        *accessibility.routes,
        *method.routes,
        *login.routes,
        *downloads.routes,
        *uploads.routes,
        *invitations.routes,
        *documents.routes,
        *health.routes,
    ]
)
routes = [_door]
middleware = [
    Middleware(SecurityHeaders),
    Middleware(DashboardGate),
    Middleware(PublicPagesFirst, _door),
]
