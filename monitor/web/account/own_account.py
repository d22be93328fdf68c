"""Somebody's own account: where one is signed in, and the codes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access import csrf, own_account
from monitor.access.roles import Person
from monitor.context import current_context
from monitor.errors import AccessRefused, Refusal, StoreBusy
from monitor.locale import formats
from monitor.web.account import auth_cookies, second_step
from monitor.web.account.auth_cookies import language_asked, person_of, sentence
from monitor.web.account.hashing import TooManyWaiting, run_hashing, until_next_step
from monitor.web.http.language import language_of
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer

HERE = "/mijn-account"
Step = Callable[[Request, Person, str, str], Awaitable[Response]]
"""What a form asks for: of whom, in which session, and what was typed."""


async def show(request: Request) -> Response:
    """The page."""
    person = await person_of(request)
    if person is None:
        return RedirectResponse(f"{auth_cookies.SIGN_IN}?naar={HERE}", 303)
    return await _page(request, person, 200)


async def _end_others(request: Request, person: Person, token: str, _typed: str) -> Response:
    await run_writer(own_account.end_others, current_context().engine, person, token)
    return RedirectResponse(HERE + language_asked(request), 303)


async def _begin_codes(request: Request, person: Person, _token: str, typed: str) -> Response:
    context = current_context()
    reached = await run_hashing(
        own_account.begin_codes, context.engine, context.secret, person, typed, clock.now()
    )
    return auth_cookies.entered(request, reached, HERE)


async def _new_codes(request: Request, person: Person, _token: str, typed: str) -> Response:
    context = current_context()
    made = await run_writer(
        own_account.new_recovery_codes, context.engine, context.secret, person, typed, clock.now()
    )
    return second_step.show_recovery_codes(request, made, HERE)


def _asked(step: Step) -> Callable[[Request], Awaitable[Response]]:
    """The form around a step: only one's own, from our own page, and refused in words."""

    async def answer(request: Request) -> Response:
        context, started = current_context(), anyio.current_time()
        form = await auth_cookies.form_of(request)
        person = await person_of(request)
        token = auth_cookies.session_token(request, context.settings) or ""
        if person is None:
            return RedirectResponse(f"{auth_cookies.SIGN_IN}?naar={HERE}", 303)
        if not auth_cookies.is_own_form(request, context, token, form.get("formulier", "")):
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
    context = current_context()
    token = auth_cookies.session_token(request, context.settings) or ""
    own = await run_reader(own_account.look, context.engine, person, token, clock.now())
    return respond(
        request,
        "signin_account.html",
        status,
        email=person.email,
        own=own,
        here=HERE,
        form_token=csrf.token(context.secret, token),
        error=sentence(request, error),
        asked=language_asked(request),
        local=lambda moment: formats.moment(moment, language_of(request)),
        switch=status == 200,
    )
