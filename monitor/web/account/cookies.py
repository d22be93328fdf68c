"""The cookies of the sign-in pages: the session, the form nonce and the pending login."""

from __future__ import annotations

import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

from monitor.access import pending_login, sessions
from monitor.config.settings import Settings

FORM_COOKIE = "teamklimaat_form"
FORM_SECONDS = 60 * 60

_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")


def session_token(request: Request, settings: Settings) -> str | None:
    """The session cookie's value, if the browser sent one."""
    return request.cookies.get(sessions.cookie_name(settings.secure))


def pending_token(request: Request, settings: Settings) -> str | None:
    """The token of a login that still misses a step, if the browser sent one."""
    return request.cookies.get(_pending_cookie(settings))


def sent_nonce(request: Request, settings: Settings) -> str | None:
    """The nonce cookie's value, if the browser sent one."""
    return request.cookies.get(_form_cookie(settings))


def nonce_for_form(request: Request, settings: Settings) -> str:
    """What binds a form to this browser before there is a session.

    The one that the browser already has is kept, so that two open tabs both work.
    """
    nonce = sent_nonce(request, settings) or ""
    return nonce if _NONCE.fullmatch(nonce) else secrets.token_urlsafe(16)


def set_nonce(response: Response, nonce: str, settings: Settings) -> None:
    """Make the browser send the nonce with the form, for an hour at most."""
    _set_cookie(response, _form_cookie(settings), nonce, settings, FORM_SECONDS)


def set_pending(response: Response, token: str, settings: Settings) -> None:
    """Make the browser keep a pending login for as long as it is valid."""
    _set_cookie(response, _pending_cookie(settings), token, settings, pending_login.SECONDS)


def set_session(response: Response, token: str, settings: Settings) -> None:
    """Make the browser keep the session until it is closed, and drop what led to it."""
    _set_cookie(response, sessions.cookie_name(settings.secure), token, settings, None)
    _set_cookie(response, _form_cookie(settings), "", settings, 0)
    _set_cookie(response, _pending_cookie(settings), "", settings, 0)


def clear_session(response: Response, settings: Settings) -> None:
    """Make the browser drop the session cookie."""
    _set_cookie(response, sessions.cookie_name(settings.secure), "", settings, 0)


def _form_cookie(settings: Settings) -> str:
    return f"__Host-{FORM_COOKIE}" if settings.secure else FORM_COOKIE


def _pending_cookie(settings: Settings) -> str:
    return f"__Host-{pending_login.COOKIE}" if settings.secure else pending_login.COOKIE


def _set_cookie(
    response: Response, name: str, value: str, settings: Settings, seconds: int | None
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )
