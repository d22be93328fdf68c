"""Reports for somebody who is signed in: who may have which, and as a file made on the spot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

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
from monitor.reports.scope import MONTHS
from monitor.web.account import redirects
from monitor.web.account.signed_in import person_of
from monitor.web.files.papers import run_paper
from monitor.web.http.language import texts_of
from monitor.web.http.threads import run_reader

MOST_MONTHS = 24
MakeReport = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Order:
    """A report that is asked for: its kind, the unit, the last month, and of how many months."""

    kind: str
    unit: str | None
    period: str | None
    months: int

    @property
    def query(self) -> str:
        """What an address says of it, apart from its kind."""
        parameters = {"onderdeel": self.unit, "maand": self.period, "maanden": str(self.months)}
        return urlencode({name: value for name, value in parameters.items() if value is not None})

    @staticmethod
    def of(request: Request) -> Order:
        """What the address asks for; 404 where there is no such report."""
        query, kind = request.query_params, request.path_params["kind"]
        months = query.get("maanden", str(MONTHS))
        if kind not in KINDS or months not in map(str, range(1, MOST_MONTHS + 1)):
            raise HTTPException(404)
        return Order(kind, query.get("onderdeel"), query.get("maand"), int(months))


def prepare(context: AppContext, person: Person, order: Order, t: Texts) -> MakeReport:
    """What makes the report; 403 for whoever may not have it."""
    return KINDS[order.kind](context, person, order, t)


async def download_report(request: Request) -> Response:
    """A report as a PDF; 403 for whoever may not have it, 404 where there is nothing to tell."""
    person = await person_of(request)
    if person is None:
        return RedirectResponse(redirects.SIGN_IN, 303)
    order = Order.of(request)
    make_report = await run_reader(prepare, current_context(), person, order, texts_of(request))
    try:
        content = await run_paper(person.account, make_report)
    except InputRefused:
        raise HTTPException(404) from None
    return as_file(order, content)


def as_file(order: Order, content: bytes) -> Response:
    """The report, to be saved."""
    headers = {"content-disposition": f'attachment; filename="{order.kind}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _mt(context: AppContext, person: Person, order: Order, t: Texts) -> MakeReport:
    unit, led = _led(context, person, order.unit)
    today = clock.today()

    def content() -> bytes:
        scope = make.scope(context, unit, order.period, today, t, order.months, within=led)
        return make.mt_report(scope)

    return content


def _team(context: AppContext, person: Person, order: Order, t: Texts) -> MakeReport:
    unit, led = _led(context, person, order.unit)
    today = clock.today()

    def content() -> bytes:
        return make.sheet(context, make.scope(context, unit, order.period, today, t, within=led))

    return content


def _works_council(context: AppContext, person: Person, order: Order, t: Texts) -> MakeReport:
    _require(person, Permission.SEE_ORGANISATION_RESULTS)
    today = clock.today()

    def content() -> bytes:
        scope = make.scope(context, None, order.period, today, t, order.months, by_department=False)
        return make.works_council_report(context, scope)

    return content


def _poster(context: AppContext, person: Person, _order: Order, t: Texts) -> MakeReport:
    if not may(person, Permission.READ_VENTS):
        _require(person, Permission.MANAGE_ORGANISATION)
    return partial(make.wall_poster, context, clock.today(), t)


def _led(context: AppContext, person: Person, unit: str | None) -> tuple[str, frozenset[str]]:
    """The unit asked for, of those this person leads; and all of those."""
    led = units_for(person, Permission.SEE_UNIT_RESULTS, current_tree(context.engine))
    if unit is None or unit not in led:
        raise HTTPException(403)
    return unit, led


def _require(person: Person, permission: Permission) -> None:
    if not may(person, permission):
        raise HTTPException(403)


KINDS: dict[str, Callable[[AppContext, Person, Order, Texts], MakeReport]] = {
    "mt": _mt,
    "or": _works_council,
    "team": _team,
    "poster": _poster,
}

routes = [Route("/downloads/verslagen/{kind}.pdf", download_report, methods=["GET"])]
"""The reports; who may have which is checked for each."""
