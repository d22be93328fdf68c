"""The second step of signing in: show a code, or set up what makes codes."""

from __future__ import annotations

import anyio
import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access import csrf, login, sessions, totp
from monitor.access.pending_login import LoginTicket
from monitor.context import current_context
from monitor.errors import AccessRefused, Refusal, StoreBusy
from monitor.web.account import auth_cookies
from monitor.web.account.auth_cookies import language_asked, sentence, to_sign_in
from monitor.web.account.hashing import until_next_step
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer

APP = "Teamklimaat"
"""What an app on a telephone lists the codes under."""
QUIET_MODULES = 4
"""White around the QR code, in its own squares: cameras need it."""
LATE = "te-laat"


async def show_code(request: Request) -> Response:
    """The form for a code; without a ticket for it, the beginning."""
    onward = auth_cookies.onward(request.query_params)
    try:
        found = await _ticket(request)
    except AccessRefused:
        return to_sign_in(request, LATE, onward)
    return to_sign_in(request, LATE, onward) if found.secret else _code_form(request, 200, onward)


async def give_code(request: Request) -> Response:
    """Check the code; begin the session, or give the form again with one sentence."""
    context, started = current_context(), anyio.current_time()
    form = await auth_cookies.form_of(request)
    token, onward = auth_cookies.ticket(request, context.settings), auth_cookies.onward(form)
    if not auth_cookies.is_own_form(request, context, token, form.get("formulier", "")):
        return to_sign_in(request, LATE, onward)
    typed, now = form.get("code", ""), clock.now()
    try:
        entered = await run_writer(
            login.second_step, context.engine, context.secret, token, typed, now
        )
    except AccessRefused as refusal:
        await until_next_step(started)
        if refusal.key == "second.expired":
            return to_sign_in(request, LATE, onward)
        return _code_form(request, 403, onward, refusal)
    except StoreBusy as refusal:
        return _code_form(request, 503, onward, refusal)
    await _end_session_before(request)
    return auth_cookies.entered(request, entered, onward)


async def show_set_up(request: Request) -> Response:
    """The QR code, and the form for the first code."""
    onward = auth_cookies.onward(request.query_params)
    try:
        found = await _ticket(request)
    except AccessRefused:
        return to_sign_in(request, LATE, onward)
    return _set_up_form(request, 200, found, onward) or to_sign_in(request, LATE, onward)


async def set_up(request: Request) -> Response:
    """Keep the second factor once a code of it was shown; then show the recovery codes, once."""
    context = current_context()
    form = await auth_cookies.form_of(request)
    token, onward = auth_cookies.ticket(request, context.settings), auth_cookies.onward(form)
    if not auth_cookies.is_own_form(request, context, token, form.get("formulier", "")):
        return to_sign_in(request, LATE, onward)
    typed, now = form.get("code", ""), clock.now()
    try:
        found = await _ticket(request)
        made = await run_writer(login.set_up, context.engine, context.secret, token, typed, now)
    except AccessRefused as refusal:
        if refusal.key == "second.expired":
            return to_sign_in(request, LATE, onward)
        page = _set_up_form(request, 422, found, onward, refusal)
        return page or to_sign_in(request, LATE, onward)
    await _end_session_before(request)
    response = show_recovery_codes(request, made.recovery_codes, onward)
    auth_cookies.remember_session(response, made.session, context.settings)
    return response


def show_recovery_codes(request: Request, codes: tuple[str, ...], onward: str) -> Response:
    """The page with the codes; they cannot be shown again."""
    return respond(request, "signin_recovery.html", codes=codes, onward=onward, switch=False)


routes = [
    Route(auth_cookies.CODE, show_code, methods=["GET"]),
    Route(auth_cookies.CODE, give_code, methods=["POST"]),
    Route(auth_cookies.SET_UP, show_set_up, methods=["GET"]),
    Route(auth_cookies.SET_UP, set_up, methods=["POST"]),
]


async def _ticket(request: Request) -> LoginTicket:
    context = current_context()
    token = auth_cookies.ticket(request, context.settings)
    return await run_reader(login.ticket, context.engine, context.secret, token, clock.now())


async def _end_session_before(request: Request) -> None:
    context = current_context()
    before = auth_cookies.session_token(request, context.settings)
    await run_writer(sessions.end, context.engine, before)


def _code_form(
    request: Request, status: int, onward: str, error: Refusal | None = None
) -> Response:
    return respond(
        request,
        "signin_code.html",
        status,
        form_token=_form_token(request),
        onward=onward,
        error=sentence(request, error),
        asked=language_asked(request),
        path=auth_cookies.CODE,
        switch=False,
    )


def _set_up_form(
    request: Request, status: int, found: LoginTicket, onward: str, error: Refusal | None = None
) -> Response | None:
    """The page, or None when the ticket is for something else."""
    if found.secret is None:
        return None
    address = totp.address(found.secret, found.email, APP)
    code = segno.make(address, error="m", micro=False)
    return respond(
        request,
        "signin_set_up.html",
        status,
        form_token=_form_token(request),
        onward=onward,
        error=sentence(request, error),
        asked=language_asked(request),
        path=auth_cookies.SET_UP,
        address=address,
        picture=code.svg_data_uri(border=QUIET_MODULES, light="#fff", omitsize=True),
        secret=" ".join(found.secret[i : i + 4] for i in range(0, len(found.secret), 4)),
        switch=False,
    )


def _form_token(request: Request) -> str:
    context = current_context()
    return csrf.token(context.secret, auth_cookies.ticket(request, context.settings) or "")
