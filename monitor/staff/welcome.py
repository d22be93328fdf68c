"""The one-time link with which somebody chooses a passphrase."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor import clock, wiring
from monitor.access import accounts, passphrase, signin
from monitor.errors import AccessRefused, InputRefused, Refusal, StoreBusy
from monitor.staff import visitor
from monitor.staff.hashing import TooManyWaiting, hashing
from monitor.staff.pages import respond
from monitor.staff.threads import aside, in_turn
from monitor.staff.visitor import language_asked, sentence, to_sign_in


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
    house = wiring.current()
    form = await visitor.form_of(request)
    chosen = form.get("wachtzin", "")
    try:
        email = await _invited(request)
        if chosen != form.get("nogmaals", ""):
            return _form(request, 422, email, Refusal("passphrase.differs"))
        passphrase.check(chosen, email)
        token = request.path_params["token"]
        account = await hashing(accounts.set_password, house.engine, token, chosen, clock.now())
        ticket = await in_turn(
            signin.after_choosing, house.engine, house.secret, account, clock.now()
        )
    except AccessRefused as refusal:
        return _gone(request, refusal)
    except InputRefused as refusal:
        return _form(request, 422, email, refusal)
    except (StoreBusy, TooManyWaiting) as refusal:
        return _form(request, 503, email, refusal)
    if ticket is not None:
        return visitor.entered(request, ticket, visitor.HOME)
    return to_sign_in(request, "gekozen")


async def _invited(request: Request) -> str:
    house = wiring.current()
    if not house.settings.sso_rules.local:
        raise AccessRefused("sso.only")
    return await aside(accounts.invited, house.engine, request.path_params["token"], clock.now())


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
