"""A team's own results, behind an address that only the team has."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import wiring, wording
from monitor.access import results_link
from monitor.climate.replies import reply
from monitor.climate.results import results
from monitor.climate.words import sentences
from monitor.locale import texts
from monitor.organisation.register import link_versions
from monitor.staff.language import language_of
from monitor.staff.pages import message, respond
from monitor.staff.team_page import TeamPage, display, people, shade, team_page
from monitor.staff.threads import aside
from monitor.staff.trend import HEIGHT, LEFT, RIGHT, TOP, WIDTH
from monitor.wiring import House

AXIS = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP}


async def show_results(request: Request) -> Response:
    """The released figures of the team the token belongs to."""
    language = language_of(request)
    token = request.path_params["token"]
    unit = await aside(_unit, wiring.current(), token)
    if unit is None:
        raise HTTPException(404)
    page = await aside(_page, wiring.current(), unit, language)
    if page is None:
        return message(request, "no_results", 200)
    return respond(
        request,
        "results.html",
        page=page,
        display=display,
        shade=shade,
        axis=AXIS,
        month=lambda period: wording.month(period, language),
        meaning=lambda told: sentences(told, texts(language), lambda p: wording.month(p, language)),
        short_month=lambda period: wording.short_month(period, language),
        day=lambda value: wording.day(value, language),
        people=lambda band: people(band, language),
    )


def _unit(house: House, token: str) -> str | None:
    return results_link.unit_of(house.secret, link_versions(house.engine).items(), token)


def _page(house: House, unit: str, language: str) -> TeamPage | None:
    return team_page(results(house.engine), unit, reply(house.engine, unit), language)


routes = [Route("/resultaten/{token}", show_results, methods=["GET"])]
