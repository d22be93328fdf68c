"""Signing in with a passphrase, and signing out."""

from __future__ import annotations

from functools import partial

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access import csrf, known_devices, login, sessions
from monitor.access.roles import Person
from monitor.context import AppContext, current_context
from monitor.errors import AccessRefused, Refusal, StoreBusy
from monitor.web.account import cookies, own_account, redirects, second_step, sso, welcome
from monitor.web.account.device import remember_device
from monitor.web.account.hashing import TooManyWaiting, run_hashing, until_next_step
from monitor.web.account.login_form import login_form
from monitor.web.account.own_form import form_or_empty, is_own_form
from monitor.web.account.signed_in import person_of
from monitor.web.http.forms import Form
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer


async def show_login(request: Request) -> Response:
    """The form; somebody who is signed in already is sent on."""
    onward = redirects.next_of_query(request)
    if await person_of(request) is not None:
        return RedirectResponse(onward, 303)
    return login_form(request, 200, onward=onward, notice=request.query_params.get("melding", ""))


async def sign_in(request: Request) -> Response:
    """Check address and passphrase; give a session, or the form again with one sentence."""
    context, started = current_context(), anyio.current_time()
    form = await form_or_empty(request)
    email, onward = form.value("email"), redirects.same_site_path(form.value(redirects.NEXT))
    again = partial(login_form, request, onward=onward, email=email)
    if (rejection := _form_rejection(request, context, form)) is not None:
        return again(403, error=rejection)
    device = cookies.device(request, context.settings)
    try:
        reached = await run_hashing(
            login.check_passphrase_step,
            context.engine,
            context.secret,
            email,
            form.value("wachtzin"),
            clock.now(),
            device,
            reserved=await run_reader(known_devices.is_known, context.engine, device),
        )
    except AccessRefused as refusal:
        await until_next_step(started)
        return again(403, error=refusal)
    except (StoreBusy, TooManyWaiting) as refusal:
        return again(503, error=refusal)
    if isinstance(reached, login.SignedIn):
        earlier = cookies.session_token(request, context.settings)
        await run_writer(sessions.end, context.engine, earlier)
    response = redirects.after_step(request, reached, onward)
    if isinstance(reached, login.SignedIn):
        await remember_device(request, response, reached.token)
    return response


async def show_sign_out(request: Request) -> Response:
    """A page with the button: following a link must never sign anybody out."""
    person = await person_of(request)
    if person is None:
        return RedirectResponse(redirects.SIGN_IN, 303)
    return _sign_out_form(request, person, 200)


async def sign_out(request: Request) -> Response:
    """End the session, in the browser and in the store."""
    context = current_context()
    form = await form_or_empty(request)
    token = cookies.session_token(request, context.settings)
    own = is_own_form(request, context, token, form)
    person = await person_of(request)
    if person is not None and not own:
        return _sign_out_form(request, person, 403)
    if own:
        await run_writer(sessions.end, context.engine, token)
    response = redirects.to_sign_in(request, await _sign_out_notice(context, person))
    if own:
        cookies.clear_session(response, context.settings)
    return response


routes = [
    Route(redirects.SIGN_IN, show_login, methods=["GET"]),
    Route(redirects.SIGN_IN, sign_in, methods=["POST"]),
    Route(redirects.SIGN_OUT, show_sign_out, methods=["GET"]),
    Route(redirects.SIGN_OUT, sign_out, methods=["POST"]),
    *welcome.routes,
    *second_step.routes,
    *sso.routes,
    *own_account.routes,
]


def _form_rejection(request: Request, context: AppContext, form: Form) -> Refusal | None:
    """Why the form is not looked at, if there is a reason."""
    if not context.settings.sso_rules.local:
        return Refusal("sso.only")
    nonce = cookies.sent_nonce(request, context.settings)
    return None if is_own_form(request, context, nonce, form) else Refusal("signin.form_expired")


async def _sign_out_notice(context: AppContext, person: Person | None) -> str:
    """What the sign-in form says next, from what is known here: nobody waits for the provider."""
    settings = context.settings
    if person is None or not settings.single_sign_on:
        return redirects.SIGNED_OUT
    # Loaded only where there is a provider, as in `sso`.
    from monitor.access import identity_provider, single_sign_on  # noqa: PLC0415

    if identity_provider.has_no_sign_out(settings.oidc_issuer):
        return redirects.SIGNED_OUT
    by_provider = await run_reader(
        single_sign_on.has_provider_identity, context.engine, person.account
    )
    return redirects.SIGNED_OUT_HERE if by_provider else redirects.SIGNED_OUT


def _sign_out_form(request: Request, person: Person, status: int) -> Response:
    context = current_context()
    token = cookies.session_token(request, context.settings) or ""
    return respond(
        request,
        "signin_out.html",
        status,
        form_token=csrf.token(context.secret, token),
        email=person.email,
    )
