"""Choosing another questionnaire, ours or a file: a preview of what changes, then the proposal.

As with other files nothing is kept on the server in between: the file goes into the page that shows
what it changes, in a hidden field, and is read and checked again when it is confirmed.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access import pending_acts
from monitor.access.pending_acts import Outcome
from monitor.access.roles import Permission
from monitor.access.two_pairs_of_eyes import WAIT
from monitor.context import AppContext
from monitor.errors import InputRefused, Refusal, StoreBusy
from monitor.inputs.text_files import decode
from monitor.pulse import questionnaire_changes, questionnaire_words
from monitor.pulse.questionnaire import Questionnaire, parse
from monitor.pulse.questionnaire_changes import QuestionnaireChange
from monitor.pulse.rounds import questionnaire_acts, questionnaire_in_use
from monitor.pulse.rounds.questionnaire_in_use import NEWEST, VERSIONS
from monitor.store.engine import reading
from monitor.web.files.permission import PermittedRequest, require_permission
from monitor.web.files.uploads import WHOLE_LIST, content_of
from monitor.web.http.forms import Form, form_of
from monitor.web.http.language import texts_of
from monitor.web.http.multipart import form_with_file_of
from monitor.web.http.threads import run_reader, run_writer

HERE = "/bestanden/vragenlijst"
CONTENT, NAME, VERSION = "inhoud", "naam", "versie"


@dataclass(frozen=True, slots=True)
class _Choice:
    """A questionnaire that was chosen, and the fields by which the next form says so."""

    questionnaire: Questionnaire
    fields: dict[str, str]


async def show_form(permitted: PermittedRequest) -> Response:
    """What is asked now, and the other questionnaires to choose from."""
    return await _page(permitted)


async def preview(permitted: PermittedRequest) -> Response:
    """What another questionnaire would change, or what is wrong with the file."""
    form = await form_with_file_of(permitted.request)
    permitted.check_form(form)
    try:
        choice = await run_reader(_chosen, form)
        change = await run_reader(_change, permitted.context, choice.questionnaire)
    except StoreBusy:
        raise
    except Refusal as refusal:
        return await _page(permitted, refusal)
    t = texts_of(permitted.request)
    return permitted.respond(
        "questionnaire_preview.html",
        version=choice.questionnaire.version,
        count=len(choice.questionnaire.questions),
        scale=questionnaire_words.scale_words(change, t),
        themes=questionnaire_words.theme_words(change, t),
        waits=await run_reader(pending_acts.is_on, permitted.context.engine),
        days=WAIT.days,
        fields=choice.fields,
    )


async def ask(permitted: PermittedRequest) -> Response:
    """Have the confirmed questionnaire wait for toezicht, or asked at once where nobody is yet."""
    form = await form_of(permitted.request, WHOLE_LIST)
    permitted.check_form(form)
    context, actor, now = permitted.context, permitted.person.email, clock.now()

    def submit() -> tuple[str, Outcome]:
        questionnaire = _confirmed(form)
        act = questionnaire_acts.choose(context, questionnaire)
        return questionnaire.version, pending_acts.submit(context.engine, act, actor, now)

    try:
        version, outcome = await run_writer(submit)
    except StoreBusy:
        raise
    except Refusal as refusal:
        return await _page(permitted, refusal)
    return permitted.respond(
        "questionnaire_done.html", version=version, done=outcome.done, days=WAIT.days
    )


async def download_newest(_permitted: PermittedRequest) -> Response:
    """Our newest questionnaire, to begin an own one with."""
    file = VERSIONS[NEWEST]
    disposition = f'attachment; filename="vragenlijst-{NEWEST}.toml"'
    headers = {"content-type": "text/plain; charset=utf-8", "content-disposition": disposition}
    return Response(await run_reader(file.read_bytes), headers=headers)


def _chosen(form: Form) -> _Choice:
    """One of ours, or else the file."""
    version = form.value(VERSION)
    if version:
        return _Choice(questionnaire_in_use.ours(version), {VERSION: version})
    if form.upload is None:
        raise InputRefused("upload.nothing")
    upload = form.upload
    questionnaire = parse(decode(upload.content, upload.name), upload.name)
    content = base64.b64encode(upload.content).decode()
    return _Choice(questionnaire, {CONTENT: content, NAME: upload.name})


def _confirmed(form: Form) -> Questionnaire:
    version = form.value(VERSION)
    if version:
        return questionnaire_in_use.ours(version)
    content = content_of(form.value(CONTENT))
    return parse(decode(content, form.value(NAME)), form.value(NAME))


def _change(context: AppContext, questionnaire: Questionnaire) -> QuestionnaireChange:
    """What it changes; refused as it would be when it is asked for."""
    act = questionnaire_acts.choose(context, questionnaire)
    with reading(context.engine) as connection:
        act.kind.check(connection, act.payload, "")
    return questionnaire_changes.changes(
        questionnaire_in_use.in_use_or_before(context), questionnaire
    )


async def _page(permitted: PermittedRequest, refusal: Refusal | None = None) -> Response:
    current = await run_reader(questionnaire_in_use.in_use_or_before, permitted.context)
    return permitted.respond(
        "questionnaire_form.html",
        422 if refusal else 200,
        errors=permitted.refusal_texts(refusal),
        asked=current.version,
        count=len(current.questions),
        ours=[version for version in reversed(VERSIONS) if version != current.version],
    )


_MAY = Permission.MANAGE_ROUNDS
routes = [
    Route(HERE, require_permission(_MAY, show_form), methods=["GET"]),
    Route(HERE, require_permission(_MAY, preview), methods=["POST"]),
    Route(HERE + "/nieuwste", require_permission(_MAY, download_newest), methods=["GET"]),
    Route(HERE + "/vragen", require_permission(_MAY, ask), methods=["POST"]),
]
