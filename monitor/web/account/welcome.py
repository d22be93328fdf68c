"""The one-time link with which somebody chooses a passphrase."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access import accounts, link_words, login, passphrase
from monitor.access.login import PendingLogin
from monitor.context import current_context
from monitor.errors import AccessRefused, InputRefused, Refusal, StoreBusy
from monitor.web.account import redirects
from monitor.web.account.hashing import TooManyWaiting, run_hashing
from monitor.web.account.own_form import form_or_empty
from monitor.web.http.pages import refusal_text, respond
from monitor.web.http.threads import run_reader, run_writer


async def show_welcome(request: Request) -> Response:
    """The form; opening it does not use up the link."""
    try:
        return await _form(request, 200, await _invited_email(request))
    except AccessRefused as refusal:
        return _gone(request, refusal)


async def choose_passphrase(request: Request) -> Response:
    """Store the chosen passphrase; go on to the second factor, or to sign in.

    There is no form token: the address itself is a secret that only the invited person has.
    """
    form = await form_or_empty(request)
    chosen, repeated = form.value("wachtzin"), form.value("nogmaals")
    try:
        email = await _invited_email(request)
    except AccessRefused as refusal:
        return _gone(request, refusal)
    try:
        if chosen != repeated:
            raise InputRefused("passphrase.differs")
        passphrase.check(chosen, email)
        pending = await _store(request.path_params["token"], chosen, form.value("woord"))
    except AccessRefused as refusal:
        return _gone(request, refusal)
    except InputRefused as refusal:
        return await _form(request, 422, email, refusal)
    except (StoreBusy, TooManyWaiting) as refusal:
        return await _form(request, 503, email, refusal)
    if pending is not None:
        return redirects.after_step(request, pending, redirects.HOME)
    return redirects.to_sign_in(request, redirects.CHOSEN)


routes = [
    Route("/welkom/{token}", show_welcome, methods=["GET"]),
    Route("/welkom/{token}", choose_passphrase, methods=["POST"]),
]


async def _store(token: str, chosen: str, word: str) -> PendingLogin | None:
    """Keep the passphrase; returns the second step where the account needs one."""
    context = current_context()
    account = await run_hashing(
        accounts.set_password, context.engine, token, chosen, clock.now(), word
    )
    return await run_writer(
        login.require_second_factor, context.engine, context.secret, account, clock.now()
    )


async def _invited_email(request: Request) -> str:
    context = current_context()
    if not context.settings.sso_rules.local:
        raise AccessRefused("sso.only")
    return await run_reader(
        accounts.invited, context.engine, request.path_params["token"], clock.now()
    )


async def _form(
    request: Request, status: int, email: str, error: Refusal | None = None
) -> Response:
    engine, token = current_context().engine, request.path_params["token"]
    needs_word = status == 503 or await run_reader(link_words.is_needed, engine, token)
    return respond(
        request,
        "signin_welcome.html",
        status,
        email=email,
        minimum=passphrase.SHORTEST,
        needs_word=needs_word,
        wrong_word=error is not None and error.key == "welcome.word",
        error=refusal_text(request, error),
    )


def _gone(request: Request, refusal: Refusal) -> Response:
    return respond(request, "signin_gone.html", 404, reason=refusal_text(request, refusal))
