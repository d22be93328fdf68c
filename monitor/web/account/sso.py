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
from monitor.web.account import cookies, redirects
from monitor.web.account.login_form import login_form
from monitor.web.http.threads import ThreadPool, run_writer

STATE_AFTER_SIGN_OUT = "afgemeld"
"""The state that the provider brings back after signing somebody out; no sign-in of ours has it."""
THREADS = 8
"""Calls to the provider at a time; when it is slow, only those who sign in with it wait."""
CALLBACK = "/aanmelden/terug"

if TYPE_CHECKING:
    from monitor.access.oidc import Client

# What talks to a provider takes 15 MB, and is loaded only where there is one: at the start
# (`lifespan`), or here.

_pool = ThreadPool("single_sign_on", THREADS)


async def to_provider(request: Request) -> Response:
    """Redirect to the provider; reached by a link, as forms on our pages lead to us only."""
    context = current_context()
    client = _client(context.settings)
    from monitor.access import single_sign_on  # noqa: PLC0415

    onward = redirects.next_of_query(request)
    nonce = cookies.nonce_for_form(request, context.settings)
    try:
        cookie = cookies.attempts(request, context.settings)
        address, attempts = await _pool.run(
            single_sign_on.set_out, context.secret, client, nonce, cookie, onward, clock.now()
        )
    except AccessRefused as refusal:
        return login_form(request, 502, onward=onward, error=refusal)
    response = RedirectResponse(address, 303)
    cookies.set_nonce(response, nonce, context.settings)
    cookies.set_attempts(response, attempts, context.settings)
    return response


async def from_provider(request: Request) -> Response:
    """Receive somebody from the provider: begin a session or the next step, or refuse."""
    context = current_context()
    client = _client(context.settings)
    if request.query_params.get("state") == STATE_AFTER_SIGN_OUT:
        return redirects.to_sign_in(request, redirects.SIGNED_OUT_EVERYWHERE)
    if not request.query_params:  # some bring nothing back from signing out
        return RedirectResponse(redirects.SIGN_IN, 303)
    from monitor.access import single_sign_on  # noqa: PLC0415

    try:
        result = await _pool.run(
            single_sign_on.come_back,
            context.engine,
            context.secret,
            client,
            context.settings.sso_rules,
            cookies.sent_nonce(request, context.settings) or "",
            cookies.attempts(request, context.settings),
            dict(request.query_params),
            clock.now(),
        )
    except AccessRefused as refusal:
        return login_form(request, 403, onward=redirects.HOME, error=refusal)
    except StoreBusy as refusal:
        return login_form(request, 503, onward=redirects.HOME, error=refusal)
    if isinstance(result.reached, SignedIn):
        earlier = cookies.session_token(request, context.settings)
        await run_writer(sessions.end, context.engine, earlier)
    response = redirects.after_step(request, result.reached, result.onward)
    cookies.clear_attempts(response, context.settings)
    return response


async def to_provider_sign_out(request: Request) -> Response:
    """Redirect to the provider, to end the session there; ours has ended before.

    A link and no form, for the same reason as the way in. Nobody is signed out by following it:
    without a token of ours the provider asks first.
    """
    client = _client(current_context().settings)
    from monitor.access import oidc  # noqa: PLC0415

    try:
        address = await _pool.run(oidc.sign_out_address, client, STATE_AFTER_SIGN_OUT, clock.now())
    except AccessRefused:
        address = None
    if address is None:
        refusal = AccessRefused("sso.no_sign_out")
        return login_form(request, 502, onward=redirects.HOME, error=refusal)
    return RedirectResponse(address, 303)


routes = [
    Route(redirects.BY_ORGANISATION, to_provider, methods=["GET"]),
    Route(redirects.SIGN_OUT_AT_PROVIDER, to_provider_sign_out, methods=["GET"]),
    Route(CALLBACK, from_provider, methods=["GET"]),
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
        redirect_uri=settings.base_url + CALLBACK,
        scopes=settings.sso_rules.scopes,
    )
