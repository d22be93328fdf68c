"""Somebody's own account: where one is signed in, and the codes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock, wiring, wording
from monitor.access import csrf, own_account
from monitor.access.roles import Person
from monitor.errors import AccessRefused, Refusal, StoreBusy
from monitor.staff import second_step, visitor
from monitor.staff.hashing import TooManyWaiting, hashing, until_next_step
from monitor.staff.language import language_of
from monitor.staff.pages import respond
from monitor.staff.threads import aside, in_turn
from monitor.staff.visitor import language_asked, person_of, sentence

HERE = "/mijn-account"
Step = Callable[[Request, Person, str, str], Awaitable[Response]]
"""What a form asks for: of whom, in which session, and what was typed."""


async def show(request: Request) -> Response:
    """The page."""
    person = await person_of(request)
    if person is None:
        return RedirectResponse(f"{visitor.SIGN_IN}?naar={HERE}", 303)
    return await _page(request, person, 200)


async def _end_others(request: Request, person: Person, token: str, _typed: str) -> Response:
    await in_turn(own_account.end_others, wiring.current().engine, person, token)
    return RedirectResponse(HERE + language_asked(request), 303)


async def _begin_codes(request: Request, person: Person, _token: str, typed: str) -> Response:
    house = wiring.current()
    reached = await hashing(
        own_account.begin_codes, house.engine, house.secret, person, typed, clock.now()
    )
    return visitor.entered(request, reached, HERE)


async def _new_codes(request: Request, person: Person, _token: str, typed: str) -> Response:
    house = wiring.current()
    made = await in_turn(
        own_account.new_recovery_codes, house.engine, house.secret, person, typed, clock.now()
    )
    return second_step.show_recovery_codes(request, made, HERE)


def _asked(step: Step) -> Callable[[Request], Awaitable[Response]]:
    """The form around a step: only one's own, from our own page, and refused in words."""

    async def answer(request: Request) -> Response:
        house, started = wiring.current(), anyio.current_time()
        form = await visitor.form_of(request)
        person = await person_of(request)
        token = visitor.session_token(request, house.settings) or ""
        if person is None:
            return RedirectResponse(f"{visitor.SIGN_IN}?naar={HERE}", 303)
        if not visitor.is_own_form(request, house, token, form.get("formulier", "")):
            return await _page(request, person, 403, Refusal("own.form"))
        try:
            return await step(request, person, token, form.get("bewijs", ""))
        except AccessRefused as refusal:
            await until_next_step(started)
            return await _page(request, person, 403, refusal)
        except (StoreBusy, TooManyWaiting) as refusal:
            return await _page(request, person, 503, refusal)

    return answer


routes = [
    Route(HERE, show, methods=["GET"]),
    Route(f"{HERE}/elders-afmelden", _asked(_end_others), methods=["POST"]),
    Route(f"{HERE}/codes", _asked(_begin_codes), methods=["POST"]),
    Route(f"{HERE}/herstelcodes", _asked(_new_codes), methods=["POST"]),
]


async def _page(
    request: Request, person: Person, status: int, error: Refusal | None = None
) -> Response:
    house = wiring.current()
    token = visitor.session_token(request, house.settings) or ""
    own = await aside(own_account.look, house.engine, person, token, clock.now())
    return respond(
        request,
        "signin_account.html",
        status,
        email=person.email,
        own=own,
        here=HERE,
        form_token=csrf.token(house.secret, token),
        error=sentence(request, error),
        asked=language_asked(request),
        local=lambda moment: wording.moment(moment, language_of(request)),
        switch=status == 200,
    )
