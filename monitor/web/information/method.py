"""How scores and signals are worked out, for everybody: no session, no token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.climate import method
from monitor.context import current_context
from monitor.web.http.language import texts_of
from monitor.web.http.pages import respond

ADDRESS = "/privacy/rekenen"


async def show_method(request: Request) -> Response:
    """The page."""
    minimum = current_context().settings.minimum
    sections = method.sections(texts_of(request), minimum)
    return respond(request, "method.html", sections=sections)


routes = [Route(ADDRESS, show_method, methods=["GET"])]
