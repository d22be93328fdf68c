"""The middleware that answers every address of the plain HTML pages."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from monitor.errors import RoundAltered, StoreBusy
from monitor.web.http.error_pages import error_page
from monitor.web.http.forms import NotAForm
from monitor.web.http.paths import AFTER_A_LINK, is_plain_page


class PlainPages:
    """ASGI middleware: answers the plain pages' addresses and passes on every other.

    An unknown address among them is answered here too: passed on, the dashboard would answer it
    with its page and a 200. Beyond lie the framework's own layers, which the dashboard needs: a
    session cookie, rules for paths (`DashboardGate` has ours) and compression (`pages` does it).
    They do nothing for a plain page and were a quarter of what a submission cost.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[Route]) -> None:
        self.app = app
        self.routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        if scope["type"] != "http" or not is_plain_page(scope["path"]):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            response = await self._respond(request)
        except (HTTPException, StoreBusy, RoundAltered, NotAForm) as error:
            response = error_page(request, error)
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        scope = request.scope
        if scope["path"][-1] in AFTER_A_LINK and scope["method"] in ("GET", "HEAD"):
            return _redirect_to_tidy(scope)
        allowed: set[str] = set()
        for route in self.routes:
            match, child_scope = route.matches(scope)
            if match is Match.FULL:
                scope.update(child_scope)
                response: Response = await route.endpoint(request)
                return response
            if match is Match.PARTIAL:
                allowed |= route.methods or set()
        if allowed:
            raise HTTPException(405, headers={"Allow": ", ".join(sorted(allowed))})
        return _redirect_to_tidy(scope)


def _redirect_to_tidy(scope: Scope) -> Response:
    """Redirect to the address as it was meant.

    Raises
    ------
    HTTPException
        404, when there is nothing to tidy.
    """
    tidy = _tidy(scope["path"])
    if tidy == scope["path"] or scope["method"] not in ("GET", "HEAD"):
        raise HTTPException(404)
    query = scope["query_string"].decode("latin-1")
    return RedirectResponse(quote(tidy) + (f"?{query}" if query else ""), 303)


def _tidy(path: str) -> str:
    """The path without what phones and people add.

    That is a capital first letter, a slash at the end, and what comes after a link in a sentence:
    a full stop, a bracket, a quotation mark, a sign that nobody sees.
    """
    first, slash, rest = path.rstrip(AFTER_A_LINK)[1:].partition("/")
    return f"/{first.lower()}{slash}{rest}"
