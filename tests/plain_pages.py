"""The plain pages as the server runs them: behind every layer, with something else behind them."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount

from monitor.web.http.app import exception_handlers, middleware

BEHIND = "what lies behind the plain pages"
"""What answers in the place of the dashboard."""


def application() -> Starlette:
    """All layers of the real application, with `BEHIND` in the place of the dashboard."""
    return Starlette(
        routes=[Mount("/", app=PlainTextResponse(BEHIND))],
        middleware=middleware,
        exception_handlers=exception_handlers,
    )
