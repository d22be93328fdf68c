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
from monitor.web.account import cookies, redirects
from monitor.web.account.device import remember_device
from monitor.web.account.hashing import until_next_step
from monitor.web.account.own_form import form_or_empty, is_own_form
from monitor.web.account.redirects import to_sign_in
from monitor.web.http.forms import Form
from monitor.web.http.pages import refusal_text, respond
from monitor.web.http.threads import run_reader, run_writer

APP = "Teamklimaat"
"""What an app on a telephone lists the codes under."""
QUIET_MODULES = 4
"""White around the QR code, in its own squares: cameras need it."""


async def show_code_form(request: Request) -> Response:
    """The form for a code; without a pending login, the beginning."""
    onward = redirects.next_of_query(request)
    try:
        ticket = await _ticket(request)
    except AccessRefused:
        return to_sign_in(request, redirects.TOO_LATE, onward)
    if ticket.secret:  # this one is for setting up
        return to_sign_in(request, redirects.TOO_LATE, onward)
    return _code_form(request, 200, onward)


async def check_code(request: Request) -> Response:
    """Check the code; begin the session, or give the form again with one sentence."""
    context, started = current_context(), anyio.current_time()
    form = await form_or_empty(request)
    onward = redirects.same_site_path(form.value(redirects.NEXT))
    if not _is_own_form(request, form):
        return to_sign_in(request, redirects.TOO_LATE, onward)
    token = cookies.pending_token(request, context.settings)
    try:
        reached = await run_writer(
            login.second_step,
            context.engine,
            context.secret,
            token,
            form.value("code"),
            clock.now(),
        )
    except AccessRefused as refusal:
        await until_next_step(started)
        if refusal.key == "second.expired":
            return to_sign_in(request, redirects.TOO_LATE, onward)
        return _code_form(request, 403, onward, refusal)
    except StoreBusy as refusal:
        return _code_form(request, 503, onward, refusal)
    await _end_earlier_session(request)
    response = redirects.after_step(request, reached, onward)
    await remember_device(request, response, reached.token)
    return response


async def show_set_up(request: Request) -> Response:
    """The QR code, and the form for the first code."""
    onward = redirects.next_of_query(request)
    try:
        ticket = await _ticket(request)
    except AccessRefused:
        return to_sign_in(request, redirects.TOO_LATE, onward)
    return _set_up_form(request, 200, ticket, onward)


async def set_up(request: Request) -> Response:
    """Keep the second factor once a code of it was shown; then show the recovery codes, once."""
    context = current_context()
    form = await form_or_empty(request)
    onward = redirects.same_site_path(form.value(redirects.NEXT))
    if not _is_own_form(request, form):
        return to_sign_in(request, redirects.TOO_LATE, onward)
    token = cookies.pending_token(request, context.settings)
    code, now = form.value("code"), clock.now()
    try:
        ticket = await _ticket(request)
        enrolled = await run_writer(login.set_up, context.engine, context.secret, token, code, now)
    except AccessRefused as refusal:
        if refusal.key == "second.expired":
            return to_sign_in(request, redirects.TOO_LATE, onward)
        return _set_up_form(request, 422, ticket, onward, refusal)
    await _end_earlier_session(request)
    response = show_recovery_codes(request, enrolled.recovery_codes, onward)
    cookies.set_session(response, enrolled.session, context.settings)
    await remember_device(request, response, enrolled.session)
    return response


def show_recovery_codes(request: Request, codes: tuple[str, ...], onward: str) -> Response:
    """The page with the codes; they cannot be shown again."""
    return respond(request, "signin_recovery.html", codes=codes, onward=onward, switch=False)


routes = [
    Route(redirects.CODE, show_code_form, methods=["GET"]),
    Route(redirects.CODE, check_code, methods=["POST"]),
    Route(redirects.SET_UP, show_set_up, methods=["GET"]),
    Route(redirects.SET_UP, set_up, methods=["POST"]),
]


def _is_own_form(request: Request, form: Form) -> bool:
    context = current_context()
    return is_own_form(request, context, cookies.pending_token(request, context.settings), form)


async def _ticket(request: Request) -> LoginTicket:
    context = current_context()
    token = cookies.pending_token(request, context.settings)
    return await run_reader(login.find_ticket, context.engine, context.secret, token, clock.now())


async def _end_earlier_session(request: Request) -> None:
    context = current_context()
    token = cookies.session_token(request, context.settings)
    await run_writer(sessions.end, context.engine, token)


def _code_form(
    request: Request, status: int, onward: str, error: Refusal | None = None
) -> Response:
    return respond(
        request,
        "signin_code.html",
        status,
        form_token=_form_token(request),
        onward=onward,
        error=refusal_text(request, error),
        path=redirects.CODE,
        switch=False,
    )


def _set_up_form(
    request: Request, status: int, ticket: LoginTicket, onward: str, error: Refusal | None = None
) -> Response:
    """The page; the beginning, when the pending login is not for setting up."""
    if ticket.secret is None:
        return to_sign_in(request, redirects.TOO_LATE, onward)
    address = totp.address(ticket.secret, ticket.email, APP)
    qr_code = segno.make(address, error="m", micro=False)
    return respond(
        request,
        "signin_set_up.html",
        status,
        form_token=_form_token(request),
        onward=onward,
        error=refusal_text(request, error),
        path=redirects.SET_UP,
        address=address,
        picture=qr_code.svg_data_uri(border=QUIET_MODULES, light="#fff", omitsize=True),
        secret=" ".join(ticket.secret[i : i + 4] for i in range(0, len(ticket.secret), 4)),
        switch=False,
    )


def _form_token(request: Request) -> str:
    context = current_context()
    return csrf.token(context.secret, cookies.pending_token(request, context.settings) or "")
