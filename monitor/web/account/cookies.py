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
ATTEMPTS_COOKIE = "teamklimaat_attempts"
ATTEMPT_SECONDS = 10 * 60
DEVICE_COOKIE = "teamklimaat_device"
DEVICE_SECONDS = 365 * 24 * 60 * 60
SIGN_IN_PATH = "/aanmelden"
"""The pages to which a browser brings its attempts and its device."""

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


def attempts(request: Request, settings: Settings) -> str:
    """What the browser keeps of its attempts to sign in at the provider; empty for nothing."""
    return request.cookies.get(_attempts_cookie(settings), "")


def set_attempts(response: Response, value: str, settings: Settings) -> None:
    """Make the browser keep its attempts, for the sign-in pages only."""
    name, seconds = _attempts_cookie(settings), ATTEMPT_SECONDS
    _set_cookie(response, name, value, settings, seconds, path=SIGN_IN_PATH)


def clear_attempts(response: Response, settings: Settings) -> None:
    """Make the browser drop its attempts."""
    _set_cookie(response, _attempts_cookie(settings), "", settings, 0, path=SIGN_IN_PATH)


def device(request: Request, settings: Settings) -> str | None:
    """What tells this device from others, if somebody signed in on it before."""
    return request.cookies.get(_device_cookie(settings))


def set_device(response: Response, token: str, settings: Settings) -> None:
    """Mark the device for a year, for the sign-in pages only: it is sent nowhere else."""
    name = _device_cookie(settings)
    _set_cookie(response, name, token, settings, DEVICE_SECONDS, path=SIGN_IN_PATH)


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


def _device_cookie(settings: Settings) -> str:
    return f"__Secure-{DEVICE_COOKIE}" if settings.secure else DEVICE_COOKIE


def _attempts_cookie(settings: Settings) -> str:
    # Not __Host-, which asks for the path of the whole site.
    return f"__Secure-{ATTEMPTS_COOKIE}" if settings.secure else ATTEMPTS_COOKIE


def _set_cookie(
    response: Response,
    name: str,
    value: str,
    settings: Settings,
    seconds: int | None,
    *,
    path: str = "/",
) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )
