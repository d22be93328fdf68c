"""Texts to adapt: for colleagues, for the works council, for the privacy officer.

They are Markdown files, in Dutch, which an organisation may replace; what this installation knows
of itself is filled in. They are shown as a page to print or to copy, and handed over as a file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access.accounts import LINK_HOURS
from monitor.access.roles import Permission
from monitor.access.sessions import IDLE, LONGEST
from monitor.config.folders import own_or_default
from monitor.context import AppContext
from monitor.locale import Texts, formats, texts
from monitor.organisation import preferences
from monitor.pulse.questionnaire import Question, Questionnaire, in_language
from monitor.pulse.rounds.questionnaire_in_use import in_use_or_before
from monitor.reports import make, paper
from monitor.reports.paper_text import PAPERS
from monitor.web.files.markdown import html
from monitor.web.files.papers import run_paper
from monitor.web.files.permission import PermittedRequest, require_permission
from monitor.web.http.threads import run_reader

LANGUAGE = "nl"
_PLACE = re.compile(r"\{([a-z_]+)\}")


def document(context: AppContext, name: str) -> str:
    """A text with what this installation knows of itself filled in, as Markdown."""
    file = own_or_default(context.settings.data_dir, f"texts/{name}.md")
    source = file.read_text("utf-8")
    values = _values(context)
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), source)


async def show_document(permitted: PermittedRequest) -> Response:
    """The text as a page, or with ``?vorm=bestand`` or ``?vorm=pdf`` as a file."""
    name = permitted.request.path_params["name"]
    if name not in PAPERS:
        raise HTTPException(404)
    text = await run_reader(document, permitted.context, name)
    if permitted.request.query_params.get("vorm") == "bestand":
        disposition = f'attachment; filename="{name}.md"'
        headers = {"content-type": "text/markdown; charset=utf-8"}
        return Response(text, headers=headers | {"content-disposition": disposition})
    if permitted.request.query_params.get("vorm") == "pdf":
        content = await run_paper(permitted.person.account, _pdf, permitted.context, text)
        disposition = f'attachment; filename="{name}.pdf"'
        headers = {"content-disposition": disposition}
        return Response(content, media_type="application/pdf", headers=headers)
    return permitted.respond("document.html", name=name, text=html(text))


def _pdf(context: AppContext, text: str) -> bytes:
    today = clock.today()
    day = formats.day(today, LANGUAGE)
    document = paper.document(text, context.name, day, texts(LANGUAGE))
    return make.set_document(document, today)


def _values(context: AppContext) -> dict[str, str]:
    t = texts(LANGUAGE)
    chosen = preferences.read(context.engine)
    questions = in_use_or_before(context)
    return {
        "organisatie": context.name or t("document.your_organisation"),
        "adres": context.settings.base_url,
        "minimum": str(context.settings.minimum),
        "minimum_min_een": str(context.settings.minimum - 1),
        "werkdagen": str(chosen.working_days),
        "wijze": t(f"document.delivery.{chosen.delivery.value}"),
        "wie_kent_de_code": t(f"document.codes.{chosen.delivery.value}"),
        "sessie_minuten": str(IDLE // 60),
        "sessie_uren": str(LONGEST // 3600),
        "link_uren": str(LINK_HOURS),
        "stellingen": str(len(questions.questions)),
        "over_leidinggevende": _about_a_leader(questions, t),
        "opvolging": _noticed(questions, t),
        "hogerop": t(f"document.{'kept' if _keeps_from_above(questions) else 'shown'}_above"),
        "vandaag": formats.day(clock.today(), LANGUAGE),
    }


def _about_a_leader(questions: Questionnaire, t: Texts) -> str:
    """Which statements are about somebody's own leidinggevende, and who reads them."""
    about = [
        question
        for theme in questions.themes
        if not theme.team_only
        for question in theme.questions
        if question.team_only
    ]
    return t("document.about_leader", statements=_quoted(about)) if about else t("document.none")


def _noticed(questions: Questionnaire, t: Texts) -> str:
    """The theme in which people say whether they noticed something, and who reads it."""
    noticed = [theme for theme in questions.themes if theme.team_only and not theme.signals]
    if not noticed:
        return t("document.not_noticed")
    title = in_language(noticed[0].title, LANGUAGE)
    return t("document.noticed", title=title, statements=_quoted(noticed[0].questions))


def _keeps_from_above(questions: Questionnaire) -> bool:
    """Whether anything is for a team and its own leidinggevende only."""
    return any(
        theme.team_only or any(question.team_only for question in theme.questions)
        for theme in questions.themes
    )


def _quoted(questions: Sequence[Question]) -> str:
    return ", ".join(
        f"\u2018{in_language(question.text, LANGUAGE)}\u2019" for question in questions
    )


routes = [
    Route(
        "/bestanden/teksten/{name}",
        require_permission(Permission.MANAGE_ORGANISATION, show_document),
        methods=["GET"],
    )
]
