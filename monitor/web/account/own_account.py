"""Somebody's own account: where one is signed in, and the second factor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access import account_acts, csrf, pending_acts, second_factor_change, sessions
from monitor.access.account_view import account_view
from monitor.access.roles import Person
from monitor.context import current_context
from monitor.errors import AccessRefused, Refusal, StoreBusy
from monitor.locale import formats
from monitor.web.account import cookies, redirects, second_step
from monitor.web.account.hashing import TooManyWaiting, run_hashing, until_next_step
from monitor.web.account.own_form import form_or_empty, is_own_form
from monitor.web.account.redirects import OWN_ACCOUNT
from monitor.web.account.signed_in import person_of
from monitor.web.http.language import language_of
from monitor.web.http.pages import refusal_text, respond
from monitor.web.http.threads import run_reader, run_writer

Action = Callable[[Request, Person, str, str], Awaitable[Response]]
"""What a form asks for: of which person, in which session, with which proof typed or act."""


async def show_account(request: Request) -> Response:
    """The page."""
    person = await person_of(request)
    return _to_sign_in() if person is None else await _page(request, person, 200)


async def _end_others(request: Request, person: Person, token: str, _proof: str) -> Response:
    await run_writer(sessions.end_others, current_context().engine, person.account, token)
    return RedirectResponse(language_of(request).keep(OWN_ACCOUNT), 303)


async def _begin_codes(request: Request, person: Person, _token: str, proof: str) -> Response:
    context = current_context()
    reached = await run_hashing(
        second_factor_change.begin_set_up,
        context.engine,
        context.secret,
        person,
        proof,
        clock.now(),
    )
    return redirects.after_step(request, reached, OWN_ACCOUNT)


async def _new_recovery_codes(
    request: Request, person: Person, _token: str, proof: str
) -> Response:
    context = current_context()
    codes = await run_writer(
        second_factor_change.renew_recovery_codes,
        context.engine,
        context.secret,
        person,
        proof,
        clock.now(),
    )
    return second_step.show_recovery_codes(request, codes, OWN_ACCOUNT)


async def _refuse_act(request: Request, person: Person, _token: str, act_id: str) -> Response:
    """Say that a start-over of the own account was not asked for."""
    await run_writer(pending_acts.refuse, current_context().engine, act_id, person, clock.now())
    return RedirectResponse(language_of(request).keep(OWN_ACCOUNT), 303)


def _endpoint(action: Action) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint around an action: for one's own account, from our own page, refused in words."""

    async def endpoint(request: Request) -> Response:
        context, started = current_context(), anyio.current_time()
        form = await form_or_empty(request)
        person = await person_of(request)
        token = cookies.session_token(request, context.settings) or ""
        if person is None:
            return _to_sign_in()
        if not is_own_form(request, context, token, form):
            return await _page(request, person, 403, Refusal("own.form"))
        try:
            return await action(request, person, token, form.value("bewijs"))
        except AccessRefused as refusal:
            await until_next_step(started)
            return await _page(request, person, 403, refusal)
        except (StoreBusy, TooManyWaiting) as refusal:
            return await _page(request, person, 503, refusal)

    return endpoint


routes = [
    Route(OWN_ACCOUNT, show_account, methods=["GET"]),
    Route(f"{OWN_ACCOUNT}/elders-afmelden", _endpoint(_end_others), methods=["POST"]),
    Route(f"{OWN_ACCOUNT}/codes", _endpoint(_begin_codes), methods=["POST"]),
    Route(f"{OWN_ACCOUNT}/niet-gevraagd", _endpoint(_refuse_act), methods=["POST"]),
    Route(f"{OWN_ACCOUNT}/herstelcodes", _endpoint(_new_recovery_codes), methods=["POST"]),
]


async def _page(
    request: Request, person: Person, status: int, error: Refusal | None = None
) -> Response:
    context, language = current_context(), language_of(request)
    token = cookies.session_token(request, context.settings) or ""
    account = await run_reader(account_view, context.engine, person, token, clock.now())
    start_overs = await run_reader(account_acts.start_overs_of, context.engine, person.email)
    return respond(
        request,
        "signin_account.html",
        status,
        email=person.email,
        account=account,
        start_overs=start_overs,
        day=lambda value: formats.day(value, language.code),
        form_token=csrf.token(context.secret, token),
        error=refusal_text(request, error),
        local_time=lambda moment: formats.moment(moment, language.code),
        switch=status == 200,
    )


def _to_sign_in() -> Response:
    return RedirectResponse(f"{redirects.SIGN_IN}?{redirects.NEXT}={OWN_ACCOUNT}", 303)
