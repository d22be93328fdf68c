"""Signing in and out: plain HTML, and the one cookie of the staff door."""

from __future__ import annotations

from functools import partial

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access import csrf, login, sessions
from monitor.access.roles import Person
from monitor.context import AppContext, current_context
from monitor.errors import AccessRefused, Refusal, StoreBusy
from monitor.web.account import auth_cookies, own_account, second_step, sso
from monitor.web.account.auth_cookies import language_asked, person_of, to_sign_in
from monitor.web.account.hashing import TooManyWaiting, run_hashing, until_next_step
from monitor.web.account.login_form import sign_in_form
from monitor.web.account.welcome import show_welcome, welcome
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer

NOTICES = {
    "afgemeld": "signin.notice.signed_out",
    auth_cookies.OUT_HERE: "signin.notice.signed_out_here",
    auth_cookies.OUT_EVERYWHERE: "signin.notice.signed_out_there",
    "gekozen": "signin.notice.chosen",
    second_step.LATE: "signin.notice.late",
}
"""What the form may say above itself, by the address it was reached at."""


async def show_sign_in(request: Request) -> Response:
    """The form; who is signed in already is sent on."""
    onward = auth_cookies.onward(request.query_params)
    if await person_of(request) is not None:
        return RedirectResponse(onward, 303)
    said = request.query_params.get("melding", "")
    return sign_in_form(
        request,
        200,
        onward=onward,
        notice=NOTICES.get(said),
        out_there=said == auth_cookies.OUT_HERE,
    )


async def sign_in(request: Request) -> Response:
    """Check address and passphrase; give a session, or the form again with one sentence."""
    context, started = current_context(), anyio.current_time()
    form = await auth_cookies.form_of(request)
    email, passphrase = form.get("email", ""), form.get("wachtzin", "")
    onward = auth_cookies.onward(form)
    again = partial(sign_in_form, request, onward=onward, email=email)
    if not context.settings.sso_rules.local:
        return again(403, error=Refusal("sso.only"))
    nonce = auth_cookies.sent_nonce(request, context.settings)
    if not auth_cookies.is_own_form(request, context, nonce, form.get("formulier", "")):
        return again(403, error=Refusal("signin.form_expired"))
    try:
        entered = await run_hashing(
            login.check_passphrase_step,
            context.engine,
            context.secret,
            email,
            passphrase,
            clock.now(),
        )
    except AccessRefused as refusal:
        await until_next_step(started)
        return again(403, error=refusal)
    except (StoreBusy, TooManyWaiting) as refusal:
        return again(503, error=refusal)
    if isinstance(entered, login.SignedIn):
        before = auth_cookies.session_token(request, context.settings)
        await run_writer(sessions.end, context.engine, before)
    return auth_cookies.entered(request, entered, onward)


async def show_sign_out(request: Request) -> Response:
    """A page with the button: following a link must never sign anybody out."""
    person = await person_of(request)
    if person is None:
        return RedirectResponse("/aanmelden", 303)
    return _sign_out_form(request, person, 200)


async def sign_out(request: Request) -> Response:
    """End the session, here and in the store."""
    context = current_context()
    form = await auth_cookies.form_of(request)
    token = auth_cookies.session_token(request, context.settings)
    own = auth_cookies.is_own_form(request, context, token, form.get("formulier", ""))
    person = await person_of(request)
    if person is not None and not own:
        return _sign_out_form(request, person, 403)
    if own:
        await run_writer(sessions.end, context.engine, token)
    response = to_sign_in(request, await _farewell(context, person))
    if own:
        auth_cookies.forget_session(response, context.settings)
    return response


routes = [
    Route("/aanmelden", show_sign_in, methods=["GET"]),
    Route("/aanmelden", sign_in, methods=["POST"]),
    Route("/afmelden", show_sign_out, methods=["GET"]),
    Route("/afmelden", sign_out, methods=["POST"]),
    Route("/welkom/{token}", show_welcome, methods=["GET"]),
    Route("/welkom/{token}", welcome, methods=["POST"]),
    *second_step.routes,
    *sso.routes,
    *own_account.routes,
]


async def _farewell(context: AppContext, person: Person | None) -> str:
    """What to say afterwards; only what is known already, for leaving must not wait for others."""
    settings = context.settings
    if person is None or not settings.single_sign_on:
        return "afgemeld"
    # Loaded only where there is a provider, as in `sso`.
    from monitor.access import oidc, single_sign_on  # noqa: PLC0415

    if oidc.has_no_sign_out(settings.oidc_issuer):
        return "afgemeld"
    theirs = await run_reader(single_sign_on.is_sso_session, context.engine, person.account)
    return auth_cookies.OUT_HERE if theirs else "afgemeld"


def _sign_out_form(request: Request, person: Person, status: int) -> Response:
    context = current_context()
    token = auth_cookies.session_token(request, context.settings) or ""
    return respond(
        request,
        "signin_out.html",
        status,
        form_token=csrf.token(context.secret, token),
        email=person.email,
        asked=language_asked(request),
    )
