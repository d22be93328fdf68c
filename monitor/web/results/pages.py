"""A team's own results, behind an address that only the team has."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access import results_link
from monitor.climate.results import results
from monitor.climate.verdict_words import sentences
from monitor.context import AppContext, current_context
from monitor.locale import formats, texts
from monitor.organisation.team_links import link_versions
from monitor.pulse.questionnaire import in_language
from monitor.web.http.language import language_of
from monitor.web.http.pages import message, respond
from monitor.web.http.threads import run_reader
from monitor.web.results.agreements import agreements
from monitor.web.results.team_page import (
    TeamPage,
    display,
    latest_period,
    people,
    signed,
    team_page,
)

PLOT_TOP, PLOT_HEIGHT = 30, 132
"""Where the plot begins in a drawing, and how high it is, in pixels."""


async def show_results(request: Request) -> Response:
    """The released figures of the team that the token belongs to."""
    language = language_of(request).code
    token = request.path_params["token"]
    unit = await run_reader(_unit, current_context(), token)
    if unit is None:
        return message(request, "link_unknown", 404)
    page = await run_reader(_page, current_context(), unit, language, clock.now())
    if page is None:
        return message(request, "no_results", 200)
    return respond(
        request,
        "results.html",
        page=page,
        display=display,
        signed=signed,
        say=lambda text: in_language(text, language),
        month=lambda period: formats.month(period, language),
        meaning=lambda verdict: sentences(
            verdict, texts(language), lambda p: formats.month(p, language)
        ),
        short_month=lambda period: formats.short_month(period, language),
        tick=lambda period: formats.short_month(period, language).split()[0],
        day=lambda value: formats.day(value, language),
        moment=lambda value: formats.appointment(value, language),
        people=lambda band: people(band, language),
        down=lambda y: PLOT_TOP + y * PLOT_HEIGHT / 100,
        plot_top=PLOT_TOP,
        plot_bottom=PLOT_TOP + PLOT_HEIGHT,
    )


def _unit(context: AppContext, token: str) -> str | None:
    return results_link.unit_of(context.secret, link_versions(context.engine).items(), token)


def _page(context: AppContext, unit: str, language: str, now: datetime) -> TeamPage | None:
    released = results(context.engine)
    period = latest_period(released, unit)
    if period is None:
        return None
    themes = released.questionnaire(period).themes
    agreed = agreements(context, released, unit, themes, now)
    return team_page(released, unit, period, agreed, language)


routes = [Route("/resultaten/{token}", show_results, methods=["GET"])]
