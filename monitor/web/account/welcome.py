"""The one-time link with which somebody chooses a passphrase."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor import clock
from monitor.access import accounts, login, passphrase
from monitor.context import current_context
from monitor.errors import AccessRefused, InputRefused, Refusal, StoreBusy
from monitor.web.account import auth_cookies
from monitor.web.account.auth_cookies import language_asked, sentence, to_sign_in
from monitor.web.account.hashing import TooManyWaiting, run_hashing
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer


async def show_welcome(request: Request) -> Response:
    """The form; looking at it does not use up the link."""
    try:
        return _form(request, 200, await _invited(request))
    except AccessRefused as refusal:
        return _gone(request, refusal)


async def welcome(request: Request) -> Response:
    """Store the chosen passphrase; go on to the second factor, or to sign in.

    There is no form token: the address itself is a secret only the invited person has.
    """
    context = current_context()
    form = await auth_cookies.form_of(request)
    chosen = form.get("wachtzin", "")
    try:
        email = await _invited(request)
        if chosen != form.get("nogmaals", ""):
            return _form(request, 422, email, Refusal("passphrase.differs"))
        passphrase.check(chosen, email)
        token = request.path_params["token"]
        account = await run_hashing(
            accounts.set_password, context.engine, token, chosen, clock.now()
        )
        ticket = await run_writer(
            login.after_choosing, context.engine, context.secret, account, clock.now()
        )
    except AccessRefused as refusal:
        return _gone(request, refusal)
    except InputRefused as refusal:
        return _form(request, 422, email, refusal)
    except (StoreBusy, TooManyWaiting) as refusal:
        return _form(request, 503, email, refusal)
    if ticket is not None:
        return auth_cookies.entered(request, ticket, auth_cookies.HOME)
    return to_sign_in(request, "gekozen")


async def _invited(request: Request) -> str:
    context = current_context()
    if not context.settings.sso_rules.local:
        raise AccessRefused("sso.only")
    return await run_reader(
        accounts.invited, context.engine, request.path_params["token"], clock.now()
    )


def _form(request: Request, status: int, email: str, error: Refusal | None = None) -> Response:
    return respond(
        request,
        "signin_welcome.html",
        status,
        email=email,
        minimum=passphrase.SHORTEST,
        error=sentence(request, error),
        asked=language_asked(request),
    )


def _gone(request: Request, refusal: Refusal) -> Response:
    why = sentence(request, refusal)
    return respond(request, "signin_gone.html", 404, why=why, asked=language_asked(request))
