"""A team's own results, behind an address that only the team has."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.access import results_link
from monitor.climate.results import results
from monitor.climate.trend_geometry import HEIGHT, LEFT, RIGHT, TOP, WIDTH
from monitor.climate.verdicts import sentences
from monitor.context import AppContext, current_context
from monitor.followup.team_log import latest
from monitor.locale import formats, texts
from monitor.organisation.register import link_versions
from monitor.web.http.language import language_of
from monitor.web.http.pages import message, respond
from monitor.web.http.threads import run_reader
from monitor.web.results.team_page import TeamPage, display, people, shade, team_page, word_since

AXIS = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP}


async def show_results(request: Request) -> Response:
    """The released figures of the team that the token belongs to."""
    language = language_of(request).code
    token = request.path_params["token"]
    unit = await run_reader(_unit, current_context(), token)
    if unit is None:
        raise HTTPException(404)
    page = await run_reader(_page, current_context(), unit, language)
    if page is None:
        return message(request, "no_results", 200)
    return respond(
        request,
        "results.html",
        page=page,
        display=display,
        shade=shade if page.of_team else lambda _figure: "middle",
        axis=AXIS,
        month=lambda period: formats.month(period, language),
        meaning=lambda verdict: sentences(
            verdict, texts(language), lambda p: formats.month(p, language)
        ),
        word=lambda verdict: word_since(verdict, texts(language)),
        short_month=lambda period: formats.short_month(period, language),
        day=lambda value: formats.day(value, language),
        people=lambda band: people(band, language),
    )


def _unit(context: AppContext, token: str) -> str | None:
    return results_link.unit_of(context.secret, link_versions(context.engine).items(), token)


def _page(context: AppContext, unit: str, language: str) -> TeamPage | None:
    return team_page(results(context.engine), unit, latest(context.engine, unit), language)


routes = [Route("/resultaten/{token}", show_results, methods=["GET"])]
