"""Responses to requests that fail: an error page of ours, or only a status."""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor import logs
from monitor.errors import RoundAltered, StoreBusy, StoreFailing
from monitor.web.http.forms import NotAForm, StaleForm
from monitor.web.http.pages import message

MESSAGES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
}


def error_page(
    request: Request, error: HTTPException | StoreBusy | RoundAltered | NotAForm
) -> Response:
    """The page that says why another cannot be shown."""
    if isinstance(error, StoreBusy):
        name = "store_failing" if isinstance(error, StoreFailing) else "busy"
        return message(request, name, 503, retry=True)
    if isinstance(error, RoundAltered):
        return _altered(request, error)
    if isinstance(error, NotAForm):
        return message(request, "bad_request", 400)
    if isinstance(error, StaleForm):
        return message(request, "stale_form", error.status_code)
    response = message(request, MESSAGES.get(error.status_code, "bad_request"), error.status_code)
    response.headers.update(error.headers or {})
    return response


def _altered(request: Request, altered: RoundAltered) -> Response:
    """Logged for the operator, who is the one to turn to: it does not go away by itself."""
    logs.note(altered.key, level=logging.ERROR, period=str(altered.month))
    return message(request, "altered", 503, month=altered.month)


def bare_status(_request: Request, error: Exception) -> Response:
    """An empty answer for addresses that only the dashboard's own scripts ask for."""
    assert isinstance(error, HTTPException)
    return PlainTextResponse("", error.status_code, dict(error.headers or {}))
