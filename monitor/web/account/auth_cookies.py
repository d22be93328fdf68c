"""What a visitor of the sign-in pages brings along: cookies, a form, and where to go next."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor import clock
from monitor.access import csrf, pending_login, sessions
from monitor.access.login import PendingLogin, SignedIn
from monitor.access.roles import Person
from monitor.config.settings import Settings
from monitor.context import AppContext, current_context
from monitor.errors import Refusal
from monitor.locale import texts
from monitor.web.http.forms import NotAForm, read_fields
from monitor.web.http.language import QUERY, language_of
from monitor.web.http.threads import run_reader

LONGEST_PATH = 1000
FORM_COOKIE = "teamklimaat_form"
FORM_SECONDS = 60 * 60
HOME = "/"
SIGN_IN = "/aanmelden"
CODE = "/aanmelden/code"
SET_UP = "/aanmelden/instellen"
BY_ORGANISATION = "/aanmelden/organisatie"
OUT_THERE = "/afmelden/organisatie"
OUT_HERE, OUT_EVERYWHERE = "afgemeld-hier", "afgemeld-overal"
"""What the sign-in form says after signing out: here, and at the organisation's sign-in too."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_SIGN_PAGES = re.compile(r"/(aanmelden|afmelden|welkom)(?![^/?#])")


def own_path(given: str) -> str:
    """`given` when it is a path on this site, else the front page.

    Refused are other sites in every spelling a browser understands (``//host``, backslashes,
    schemes, hidden control characters), and the sign-in pages themselves.
    """
    own = given.startswith("/") and not given.startswith("//")
    if not own or "\\" in given or not given.isprintable() or len(given) > LONGEST_PATH:
        return HOME
    return HOME if _SIGN_PAGES.match(given) else given


def onward(fields: Mapping[str, str]) -> str:
    """Where somebody was going, out of a form or an address."""
    return own_path(fields.get("naar", ""))


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a form, each once; empty for what our own pages do not send.

    Raises
    ------
    HTTPException
        413, when it is larger than any form of ours.
    """
    try:
        return dict(await read_fields(request))
    except NotAForm:
        return {}


async def person_of(request: Request) -> Person | None:
    """Who is signed in, asked of the store."""
    context = current_context()
    token = session_token(request, context.settings)
    if token is None:
        return None
    return await run_reader(sessions.person, context.engine, token, clock.now())


def session_token(request: Request, settings: Settings) -> str | None:
    """The session cookie's value, if the browser sent one."""
    return request.cookies.get(sessions.cookie_name(settings.secure))


def nonce(request: Request, settings: Settings) -> str:
    """What binds a form to this browser before there is a session.

    The one it already has is kept, so that two open tabs both work.
    """
    kept = request.cookies.get(_form_cookie(settings), "")
    return kept if _NONCE.fullmatch(kept) else secrets.token_urlsafe(16)


def is_own_form(request: Request, context: AppContext, bound_to: str | None, token: str) -> bool:
    """Whether the form was filled in on our own page, in this very browser.

    Parameters
    ----------
    bound_to
        The session token or nonce the browser sent along.
    token
        The form's hidden field.
    """
    hosts = {request.headers.get("host", ""), urlsplit(context.settings.base_url).netloc}
    from_here = csrf.from_own_page(request.headers, hosts)
    return from_here and csrf.valid(context.secret, bound_to or "", token)


def sent_nonce(request: Request, settings: Settings) -> str | None:
    """The nonce cookie as it came, or None."""
    return request.cookies.get(_form_cookie(settings))


def ticket(request: Request, settings: Settings) -> str | None:
    """The token of somebody who is halfway signing in, if the browser sent one."""
    return request.cookies.get(_ticket_cookie(settings))


def remember_nonce(response: Response, value: str, settings: Settings) -> None:
    """Let the browser bring the nonce back with the form, for an hour at most."""
    _set_cookie(response, _form_cookie(settings), value, settings, FORM_SECONDS)


def remember_session(response: Response, token: str, settings: Settings) -> None:
    """Let the browser keep the session until it is closed; forget what led to it."""
    _set_cookie(response, sessions.cookie_name(settings.secure), token, settings, None)
    _set_cookie(response, _form_cookie(settings), "", settings, 0)
    _set_cookie(response, _ticket_cookie(settings), "", settings, 0)


def remember_ticket(response: Response, token: str, settings: Settings) -> None:
    """Let the browser keep the ticket for as long as it is good."""
    _set_cookie(response, _ticket_cookie(settings), token, settings, pending_login.SECONDS)


def forget_session(response: Response, settings: Settings) -> None:
    """Let the browser drop the session cookie."""
    _set_cookie(response, sessions.cookie_name(settings.secure), "", settings, 0)


def sentence(request: Request, refusal: Refusal | None) -> str | None:
    """What the visitor reads of a refusal, if there was one."""
    return texts(language_of(request))(refusal.key, **refusal.words) if refusal else None


def language_asked(request: Request) -> str:
    """The language part to keep in a form's address, when the visitor chose one."""
    return f"?{QUERY}={language_of(request)}" if QUERY in request.query_params else ""


def to_sign_in(request: Request, notice: str, onward: str = HOME) -> Response:
    """On to the sign-in form, which then says `notice`, in the language the visitor chose."""
    asked = language_asked(request).replace("?", "&")
    going = f"&naar={quote(onward, safe='')}" if onward != HOME else ""
    return RedirectResponse(f"/aanmelden?melding={notice}{going}{asked}", 303)


def entered(request: Request, reached: SignedIn | PendingLogin, onward: str) -> Response:
    """On to where somebody was going, or to the step that is still between."""
    settings = current_context().settings
    if isinstance(reached, SignedIn):
        response = RedirectResponse(onward, 303)
        remember_session(response, reached.token, settings)
        return response
    asked = language_asked(request).replace("?", "&")
    step = SET_UP if reached.set_up else CODE
    response = RedirectResponse(f"{step}?naar={quote(onward, safe='')}{asked}", 303)
    remember_ticket(response, reached.token, settings)
    return response


def _form_cookie(settings: Settings) -> str:
    return f"__Host-{FORM_COOKIE}" if settings.secure else FORM_COOKIE


def _ticket_cookie(settings: Settings) -> str:
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
