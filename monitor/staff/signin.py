"""Signing in and out: plain HTML, and the one cookie of the staff door."""

from __future__ import annotations

from functools import partial

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock, wiring
from monitor.access import csrf, sessions, signin
from monitor.access.roles import Person
from monitor.errors import AccessRefused, Refusal, StoreBusy
from monitor.staff import own_account, second_step, sso, visitor
from monitor.staff.hashing import TooManyWaiting, hashing, until_next_step
from monitor.staff.pages import respond
from monitor.staff.signin_form import sign_in_form
from monitor.staff.threads import aside, in_turn
from monitor.staff.visitor import language_asked, person_of, to_sign_in
from monitor.staff.welcome import show_welcome, welcome
from monitor.wiring import House

NOTICES = {
    "afgemeld": "signin.notice.signed_out",
    visitor.OUT_HERE: "signin.notice.signed_out_here",
    visitor.OUT_EVERYWHERE: "signin.notice.signed_out_there",
    "gekozen": "signin.notice.chosen",
    second_step.LATE: "signin.notice.late",
}
"""What the form may say above itself, by the address it was reached at."""


async def show_sign_in(request: Request) -> Response:
    """The form; who is signed in already is sent on."""
    onward = visitor.onward(request.query_params)
    if await person_of(request) is not None:
        return RedirectResponse(onward, 303)
    said = request.query_params.get("melding", "")
    return sign_in_form(
        request,
        200,
        onward=onward,
        notice=NOTICES.get(said),
        out_there=said == visitor.OUT_HERE,
    )


async def sign_in(request: Request) -> Response:
    """Check address and passphrase; give a session, or the form again with one sentence."""
    house, started = wiring.current(), anyio.current_time()
    form = await visitor.form_of(request)
    email, passphrase = form.get("email", ""), form.get("wachtzin", "")
    onward = visitor.onward(form)
    again = partial(sign_in_form, request, onward=onward, email=email)
    if not house.settings.sso_rules.local:
        return again(403, error=Refusal("sso.only"))
    nonce = visitor.sent_nonce(request, house.settings)
    if not visitor.is_own_form(request, house, nonce, form.get("formulier", "")):
        return again(403, error=Refusal("signin.form_expired"))
    try:
        entered = await hashing(
            signin.first_step, house.engine, house.secret, email, passphrase, clock.now()
        )
    except AccessRefused as refusal:
        await until_next_step(started)
        return again(403, error=refusal)
    except (StoreBusy, TooManyWaiting) as refusal:
        return again(503, error=refusal)
    if isinstance(entered, signin.SignedIn):
        before = visitor.session_token(request, house.settings)
        await in_turn(sessions.end, house.engine, before)
    return visitor.entered(request, entered, onward)


async def show_sign_out(request: Request) -> Response:
    """A page with the button: following a link must never sign anybody out."""
    person = await person_of(request)
    if person is None:
        return RedirectResponse("/aanmelden", 303)
    return _sign_out_form(request, person, 200)


async def sign_out(request: Request) -> Response:
    """End the session, here and in the store."""
    house = wiring.current()
    form = await visitor.form_of(request)
    token = visitor.session_token(request, house.settings)
    own = visitor.is_own_form(request, house, token, form.get("formulier", ""))
    person = await person_of(request)
    if person is not None and not own:
        return _sign_out_form(request, person, 403)
    if own:
        await in_turn(sessions.end, house.engine, token)
    response = to_sign_in(request, await _farewell(house, person))
    if own:
        visitor.forget_session(response, house.settings)
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


async def _farewell(house: House, person: Person | None) -> str:
    """What to say afterwards; only what is known already, for leaving must not wait for others."""
    settings = house.settings
    if person is None or not settings.single_sign_on:
        return "afgemeld"
    # Loaded only where there is a provider, as in `sso`.
    from monitor.access import oidc, single_sign_on  # noqa: PLC0415

    if oidc.says_no_farewell(settings.oidc_issuer):
        return "afgemeld"
    theirs = await aside(single_sign_on.came_by_it, house.engine, person.account)
    return visitor.OUT_HERE if theirs else "afgemeld"


def _sign_out_form(request: Request, person: Person, status: int) -> Response:
    house = wiring.current()
    token = visitor.session_token(request, house.settings) or ""
    return respond(
        request,
        "signin_out.html",
        status,
        form_token=csrf.token(house.secret, token),
        email=person.email,
        asked=language_asked(request),
    )
