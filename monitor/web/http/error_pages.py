"""Responses to requests that fail: an error page of ours, or only a status."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from monitor.errors import StoreBusy, StoreFailing
from monitor.web.http.forms import NotAForm
from monitor.web.http.pages import message

MESSAGES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "wrong_method",
    413: "too_large",
}


def error_page(request: Request, error: HTTPException | StoreBusy | NotAForm) -> Response:
    """The page that tells somebody why there is no other."""
    if isinstance(error, StoreBusy):
        name = "store_failing" if isinstance(error, StoreFailing) else "busy"
        return message(request, name, 503, retry=True)
    if isinstance(error, NotAForm):
        return message(request, "bad_request", 400)
    response = message(request, MESSAGES.get(error.status_code, "bad_request"), error.status_code)
    response.headers.update(error.headers or {})
    return response


def bare_status(_request: Request, error: Exception) -> Response:
    """An empty answer for addresses that only the dashboard's own scripts ask for."""
    assert isinstance(error, HTTPException)
    return PlainTextResponse("", error.status_code, dict(error.headers or {}))
