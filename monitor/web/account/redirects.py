"""The addresses of the sign-in pages, and where somebody goes after each of them."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.access.login import PendingLogin, SignedIn
from monitor.context import current_context
from monitor.web.account import cookies
from monitor.web.http.language import language_of

LONGEST_PATH = 1000
HOME = "/"
SIGN_IN = "/aanmelden"
CODE = "/aanmelden/code"
SET_UP = "/aanmelden/instellen"
BY_ORGANISATION = "/aanmelden/organisatie"
SIGN_OUT = "/afmelden"
SIGN_OUT_AT_PROVIDER = "/afmelden/organisatie"
OWN_ACCOUNT = "/mijn-account"
NEXT = "naar"
"""The parameter and form field with the address where somebody was going."""
SIGNED_OUT = "afgemeld"
SIGNED_OUT_HERE = "afgemeld-hier"
SIGNED_OUT_EVERYWHERE = "afgemeld-overal"
CHOSEN = "gekozen"
TOO_LATE = "te-laat"
"""What the sign-in form may say above itself, as a parameter in its address."""

_SIGN_PAGES = re.compile(r"/(aanmelden|afmelden|welkom)(?![^/?#])")


def same_site_path(address: str) -> str:
    """`address` when it is a path on this site, else the front page.

    Refused are other sites in every spelling a browser understands (``//host``, backslashes,
    schemes, hidden control characters), and the sign-in pages themselves.
    """
    own = address.startswith("/") and not address.startswith("//")
    if not own or "\\" in address or not address.isprintable() or len(address) > LONGEST_PATH:
        return HOME
    return HOME if _SIGN_PAGES.match(address) else address


def next_of_query(request: Request) -> str:
    """Where somebody was going, out of the address."""
    return same_site_path(request.query_params.get(NEXT, ""))


def to_sign_in(request: Request, notice: str, onward: str = HOME) -> Response:
    """Redirect to the sign-in form, which then shows `notice`."""
    going = f"&{NEXT}={quote(onward, safe='')}" if onward != HOME else ""
    address = language_of(request).keep(f"{SIGN_IN}?melding={notice}{going}")
    return RedirectResponse(address, 303)


def after_step(request: Request, reached: SignedIn | PendingLogin, onward: str) -> Response:
    """Redirect to where somebody was going, or to the step of signing in that is still missing."""
    settings = current_context().settings
    if isinstance(reached, SignedIn):
        response = RedirectResponse(onward, 303)
        cookies.set_session(response, reached.token, settings)
        return response
    step = SET_UP if reached.set_up else CODE
    address = language_of(request).keep(f"{step}?{NEXT}={quote(onward, safe='')}")
    response = RedirectResponse(address, 303)
    cookies.set_pending(response, reached.token, settings)
    return response
