"""To the organisation's own sign-in, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access import sessions
from monitor.access.login import SignedIn
from monitor.config.settings import Settings
from monitor.context import current_context
from monitor.errors import AccessRefused, StoreBusy
from monitor.web.account import auth_cookies
from monitor.web.account.login_form import sign_in_form
from monitor.web.http.threads import ThreadPool, run_writer

SIGNED_OUT = "afgemeld"
"""What the provider brings back after signing somebody out there; no trip of ours has it."""
THREADS = 8
"""Calls to the provider at a time; when it is slow, only those who sign in with it wait."""
BACK = "/aanmelden/terug"

if TYPE_CHECKING:
    from monitor.access.oidc import Client

# What talks to a provider holds 15 MB, and is loaded only where there is one: at the start
# (`lifespan`), or here.

_pool = ThreadPool("single_sign_on", THREADS)


async def set_out(request: Request) -> Response:
    """On to the provider; a link and no form, because a form of ours may only lead to us."""
    context = current_context()
    client = _client(context.settings)
    from monitor.access import single_sign_on  # noqa: PLC0415

    onward = auth_cookies.onward(request.query_params)
    nonce = auth_cookies.nonce(request, context.settings)
    try:
        address = await _pool.run(
            single_sign_on.set_out, context.engine, client, nonce, onward, clock.now()
        )
    except AccessRefused as refusal:
        return sign_in_form(request, 502, onward=onward, error=refusal)
    except StoreBusy as refusal:
        return sign_in_form(request, 503, onward=onward, error=refusal)
    response = RedirectResponse(address, 303)
    auth_cookies.remember_nonce(response, nonce, context.settings)
    return response


async def come_back(request: Request) -> Response:
    """From the provider: a session, the next step, or the form with one sentence."""
    context = current_context()
    settings = context.settings
    client = _client(settings)
    if request.query_params.get("state") == SIGNED_OUT:
        return auth_cookies.to_sign_in(request, auth_cookies.OUT_EVERYWHERE)
    if not request.query_params:  # some bring nothing back from signing out
        return RedirectResponse(auth_cookies.SIGN_IN, 303)
    from monitor.access import single_sign_on  # noqa: PLC0415

    try:
        arrived = await _pool.run(
            single_sign_on.come_back,
            context.engine,
            context.secret,
            client,
            settings.sso_rules,
            auth_cookies.sent_nonce(request, settings) or "",
            dict(request.query_params),
            clock.now(),
        )
    except AccessRefused as refusal:
        return sign_in_form(request, 403, onward=auth_cookies.HOME, error=refusal)
    except StoreBusy as refusal:
        return sign_in_form(request, 503, onward=auth_cookies.HOME, error=refusal)
    if isinstance(arrived.reached, SignedIn):
        await run_writer(
            sessions.end, context.engine, auth_cookies.session_token(request, settings)
        )
    return auth_cookies.entered(request, arrived.reached, arrived.onward)


async def sign_out_there(request: Request) -> Response:
    """On to the provider, to end the session there; ours is not touched, and has ended before.

    A link and no form, for the same reason as the way in. Nobody is signed out by following it:
    without a token of ours the provider asks first.
    """
    client = _client(current_context().settings)
    from monitor.access import oidc  # noqa: PLC0415

    try:
        address = await _pool.run(oidc.sign_out_address, client, SIGNED_OUT, clock.now())
    except AccessRefused:
        address = None
    if address is None:
        refusal = AccessRefused("sso.no_sign_out")
        return sign_in_form(request, 502, onward=auth_cookies.HOME, error=refusal)
    return RedirectResponse(address, 303)


routes = [
    Route(auth_cookies.BY_ORGANISATION, set_out, methods=["GET"]),
    Route(auth_cookies.OUT_THERE, sign_out_there, methods=["GET"]),
    Route(BACK, come_back, methods=["GET"]),
]


def _client(settings: Settings) -> Client:
    """This installation as the provider knows it.

    Raises
    ------
    HTTPException
        404, where there is no provider.
    """
    if not settings.single_sign_on:
        raise HTTPException(404)
    from monitor.access.oidc import Client  # noqa: PLC0415

    return Client(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=settings.base_url + BACK,
        scopes=settings.sso_rules.scopes,
    )
