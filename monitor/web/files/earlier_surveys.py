"""Earlier surveys: a file of answer sheets, previewed, then counted and sealed.

As with other files nothing is kept on the server in between: what was read goes into the page that
shows what is in it, in a hidden field, and is read and checked again when it is confirmed.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access.roles import Permission
from monitor.climate.history import Imported, import_history, preview_history
from monitor.climate.history_names import Names, read_names
from monitor.context import AppContext
from monitor.errors import InputRefused, Refusal
from monitor.locale import Texts, formats
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import questionnaire_in_use, questionnaires
from monitor.pulse.rounds.questionnaire_in_use import VERSIONS
from monitor.web.files.jobs import Jobs, Report
from monitor.web.files.permission import PermittedRequest, require_permission
from monitor.web.files.uploads import WHOLE_LIST, content_of
from monitor.web.http.forms import Form, form_of
from monitor.web.http.language import language_of, texts_of
from monitor.web.http.multipart import form_with_file_of
from monitor.web.http.threads import run_reader

HERE = "/bestanden/metingen"
KIND = "history"
REFRESH_SECONDS = 2
CONTENT, NAME, VERSION, MAP = "inhoud", "naam", "vragenlijst", "namen"
MAP_NAME = "[columns] [units] [answers]"

_jobs = Jobs()


@dataclass(frozen=True, slots=True)
class _Survey:
    """What is to be imported."""

    content: bytes
    name: str
    questions: Questionnaire
    names: Names


async def show_survey_form(permitted: PermittedRequest) -> Response:
    """The form for the file."""
    return await _page(permitted)


async def preview_survey(permitted: PermittedRequest) -> Response:
    """What is in the file, month by month, or what is wrong with it."""
    form = await form_with_file_of(permitted.request)
    permitted.check_form(form)
    context, language = permitted.context, language_of(permitted.request).code
    try:
        if form.upload is None:
            raise InputRefused("upload.nothing")
        survey = await run_reader(_survey, context, form, form.upload.content, form.upload.name)
        preview = partial(
            preview_history, context, survey.content, survey.name, survey.questions, survey.names
        )
        months, notes = await run_reader(preview, clock.now())
    except Refusal as refusal:
        return await _page(permitted, refusal)
    return permitted.respond(
        "history_preview.html",
        months=[(formats.month(each.period, language), each.sheets, each.units) for each in months],
        notes=permitted.phrases(notes),
        content=base64.b64encode(survey.content).decode(),
        name=survey.name,
        version=form.value(VERSION),
        map=form.value(MAP),
    )


async def import_survey(permitted: PermittedRequest) -> Response:
    """Begin to count the confirmed file, and go to the page that shows how far it is."""
    form = await form_of(permitted.request, WHOLE_LIST)
    permitted.check_form(form)
    context, actor, now = permitted.context, permitted.person.email, clock.now()
    try:
        content = content_of(form.value(CONTENT))
        survey = await run_reader(_survey, context, form, content, form.value(NAME))
    except Refusal as refusal:
        return await _page(permitted, refusal)

    def work(report: Report) -> Imported:
        return import_history(
            context, survey.content, survey.name, survey.questions, survey.names, actor, now, report
        )

    name = _jobs.start(permitted.session, KIND, work)
    if name is None:
        return await _page(permitted, InputRefused("backup.too_many"))
    return RedirectResponse(f"{HERE}/{name}", 303)


async def show_import(permitted: PermittedRequest) -> Response:
    """How far the import is, and what it came to."""
    job = _jobs.find(permitted.session, KIND, permitted.request.path_params["job"])
    if job is None:
        raise HTTPException(404)
    if job.refusal is not None:
        return await _page(permitted, job.refusal)
    imported: Imported | None = job.result
    return permitted.respond(
        "history_progress.html",
        500 if job.failed else 200,
        job=job,
        done=_summary(imported, texts_of(permitted.request)) if imported else "",
        refresh=0 if job.is_over else REFRESH_SECONDS,
    )


def _summary(imported: Imported, t: Texts) -> str:
    first, last = (formats.month(imported.periods[end], t.language) for end in (0, -1))
    return t("history.done", count=imported.answers, first=first, last=last)


def _survey(context: AppContext, form: Form, content: bytes, name: str) -> _Survey:
    """The survey that a form describes, its questionnaire chosen among those that are known."""
    by_digest = {each.digest: each for each in _questionnaires(context)}
    questions = by_digest.get(form.value(VERSION))
    if questions is None:
        raise InputRefused("upload.nothing")
    typed = form.value(MAP).strip()
    names = read_names(typed.encode(), MAP_NAME) if typed else Names()
    return _Survey(content, name, questions, names)


def _questionnaires(context: AppContext) -> tuple[Questionnaire, ...]:
    """The questionnaire of today, every other that was asked, and ours."""
    today = questionnaire_in_use.in_use_or_before(context)
    of_rounds = (version.questionnaire for version in questionnaires.history(context.engine))
    ours = (questionnaire_in_use.ours(version) for version in VERSIONS)
    return tuple({each.digest: each for each in (today, *of_rounds, *ours)}.values())


async def _page(permitted: PermittedRequest, refusal: Refusal | None = None) -> Response:
    return permitted.respond(
        "history_form.html",
        422 if refusal else 200,
        errors=permitted.refusal_texts(refusal),
        questionnaires=await run_reader(_questionnaires, permitted.context),
    )


_MAY = Permission.MANAGE_ROUNDS
routes = [
    Route(HERE, require_permission(_MAY, show_survey_form), methods=["GET"]),
    Route(HERE, require_permission(_MAY, preview_survey), methods=["POST"]),
    Route(HERE + "/tellen", require_permission(_MAY, import_survey), methods=["POST"]),
    Route(HERE + "/{job}", require_permission(_MAY, show_import), methods=["GET"]),
]
