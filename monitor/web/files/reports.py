"""Reports for somebody who is signed in: made on the spot, kept nowhere, checked every time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access.roles import Permission, Person, may, units_for
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused
from monitor.locale import Texts
from monitor.organisation.register import current_tree
from monitor.reports import make
from monitor.web.account import redirects
from monitor.web.account.signed_in import person_of
from monitor.web.files.papers import run_paper
from monitor.web.http.language import texts_of

Make = Callable[[AppContext, Person, Texts, str | None, str | None], bytes]


async def download_report(request: Request) -> Response:
    """A report as a PDF; 403 for whoever may not have it, 404 where there is nothing to tell."""
    person = await person_of(request)
    if person is None:
        return RedirectResponse(redirects.SIGN_IN, 303)
    kind = request.path_params["kind"]
    if kind not in KINDS:
        raise HTTPException(404)
    query = request.query_params
    work = partial(
        KINDS[kind],
        current_context(),
        person,
        texts_of(request),
        query.get("onderdeel"),
        query.get("maand"),
    )
    try:
        content = await run_paper(person.account, work)
    except InputRefused:
        raise HTTPException(404) from None
    disposition = f'attachment; filename="{kind}.pdf"'
    headers = {"content-disposition": disposition}
    return Response(content, media_type="application/pdf", headers=headers)


def _mt(
    context: AppContext, person: Person, t: Texts, unit: str | None, period: str | None
) -> bytes:
    chosen, led = _led(context, person, unit)
    return make.mt_report(make.scope(context, chosen, period, clock.today(), t, within=led))


def _team(
    context: AppContext, person: Person, t: Texts, unit: str | None, period: str | None
) -> bytes:
    chosen, led = _led(context, person, unit)
    return make.sheet(context, make.scope(context, chosen, period, clock.today(), t, within=led))


def _works_council(
    context: AppContext, person: Person, t: Texts, _unit: str | None, period: str | None
) -> bytes:
    _require(person, Permission.SEE_ORGANISATION_RESULTS)
    scope = make.scope(context, None, period, clock.today(), t, by_department=False)
    return make.works_council_report(context, scope)


def _poster(
    context: AppContext, person: Person, t: Texts, _unit: str | None, _period: str | None
) -> bytes:
    if not may(person, Permission.READ_VENTS):
        _require(person, Permission.MANAGE_ORGANISATION)
    return make.wall_poster(context, clock.today(), t)


def _led(context: AppContext, person: Person, unit: str | None) -> tuple[str, frozenset[str]]:
    """The unit asked for, of those this person leads; and all of those."""
    led = units_for(person, Permission.SEE_UNIT_RESULTS, current_tree(context.engine))
    if unit is None or unit not in led:
        raise HTTPException(403)
    return unit, led


def _require(person: Person, permission: Permission) -> None:
    if not may(person, permission):
        raise HTTPException(403)


KINDS: dict[str, Make] = {"mt": _mt, "or": _works_council, "team": _team, "poster": _poster}

routes = [Route("/downloads/verslagen/{kind}.pdf", download_report, methods=["GET"])]
"""The reports; who may have which is checked for each."""
