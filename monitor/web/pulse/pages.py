"""The pulse: type a code, fill in the answer sheet, done.

The code is in the address and nowhere else: not in the page, not in a field, not in a log. The
form of a round is the same page for every code, made once; whether a code was used is said only
after sending.
"""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor.context import current_context
from monitor.errors import (
    CodeClosed,
    CodeMalformed,
    CodeSpent,
    KeyMissing,
    Refusal,
    StoreBusy,
)
from monitor.locale import formats
from monitor.pulse.ballot.batched_ballot_box import BatchedBallotBox
from monitor.pulse.ballot.code_lookup import InvitedSheet
from monitor.pulse.invitations import codes
from monitor.pulse.questionnaire import in_language
from monitor.web.http.forms import NotAForm, form_of
from monitor.web.http.language import Language, language_of
from monitor.web.http.pages import CachedPage, message, refusal_text, render, respond
from monitor.web.http.threads import run_reader, run_writer
from monitor.web.pulse.answer_form import (
    CONFIRM,
    NOT_APPLICABLE,
    FilledForm,
    Outcome,
    read_form,
)

MOST_CACHED = 64
"""Pages kept; a round needs two for each language, and two more where it was chosen."""
LONGEST_SHOWN = 40
"""How much of a mistyped code is given back to mend."""

_cached: dict[tuple[object, ...], CachedPage] = {}
_ballot_box: BatchedBallotBox[FilledForm] = BatchedBallotBox(
    current_context, run_reader, run_writer
)

STATUS = {Outcome.ASK_BLANK: 200, Outcome.WRONG: 400, Outcome.BUSY: 503}
"""The status of the pages that show the form again."""


async def ask_code(request: Request) -> Response:
    """The page where a code from paper is typed."""
    return _code_page(request, 200)


async def take_code(request: Request) -> Response:
    """From the typed code to its sheet; a slip of the finger is pointed out at once."""
    try:
        typed = (await form_of(request)).value("code")
        code = codes.parse(typed)
    except NotAForm:
        return _code_page(request, 400)
    except CodeMalformed as refusal:
        return _code_page(request, 404, typed, refusal)
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/pulse/{codes.show(code.text)}{query}", 303)


async def show_sheet(request: Request) -> Response:
    """The sheet of an open round, the same page for every code of it."""
    typed = request.path_params["code"]
    sheet = await _ballot_box.open_sheet(typed)
    if isinstance(sheet, Refusal):
        return _refuse(request, typed, sheet)
    return _cached_page("pulse_form.html", sheet, language_of(request)).response(request)


async def take_sheet(request: Request) -> Response:
    """Count a sheet once, or show it again with what was filled in."""
    typed = request.path_params["code"]
    try:
        fields = (await form_of(request)).fields
    except NotAForm:
        fields = (("", ""),)
    submission = await _ballot_box.submit(typed, partial(read_form, fields))
    if isinstance(submission, Refusal):
        return _refuse(request, typed, submission)
    sheet, form = submission.sheet, submission.form
    outcome = Outcome.BUSY if submission.store_busy else form.outcome
    language = language_of(request)
    if outcome is Outcome.SENT:
        return _cached_page("pulse_thanks.html", sheet, language).response(request)
    if outcome is Outcome.LEFT_BLANK:
        return message(request, "left_blank", 200)
    response = respond(
        request,
        "pulse_form.html",
        STATUS[outcome],
        switch=False,
        **_sheet_context(sheet, language, form, outcome),
    )
    if outcome is Outcome.BUSY:
        response.headers["retry-after"] = "10"
    return response


def _refuse(request: Request, typed: str, refusal: Refusal) -> Response:
    if isinstance(refusal, StoreBusy):
        raise refusal
    if isinstance(refusal, CodeMalformed):
        return _code_page(request, 404, typed, refusal)
    if isinstance(refusal, CodeSpent):
        return message(request, "code_spent", 409)
    if isinstance(refusal, CodeClosed):
        given_up = refusal.key == "code.abandoned"
        return message(request, "code_abandoned" if given_up else "code_closed", 410)
    if isinstance(refusal, KeyMissing):
        return message(request, "key_missing", 503, retry=True)
    return message(request, "code_unknown", 404)


def _code_page(
    request: Request, status: int, typed: str = "", refusal: CodeMalformed | None = None
) -> Response:
    return respond(
        request,
        "pulse_code.html",
        status,
        typed=typed[:LONGEST_SHOWN],
        error=refusal_text(request, refusal),
    )


def _cached_page(template: str, sheet: InvitedSheet, language: Language) -> CachedPage:
    organisation = current_context().name
    round_ = sheet.round
    key = (
        template,
        language,
        organisation,
        round_.period,
        round_.closes_on,
        round_.minimum,
        round_.questionnaire,
    )
    if key not in _cached:
        if len(_cached) >= MOST_CACHED:
            _cached.clear()
        context = _sheet_context(sheet, language)
        _cached[key] = CachedPage.of(render(template, language, **context))
    return _cached[key]


def _sheet_context(
    sheet: InvitedSheet,
    language: Language,
    filled_in: FilledForm | None = None,
    outcome: Outcome | None = None,
) -> dict[str, object]:
    closes_on = sheet.round.closes_on
    questions = sheet.questionnaire
    keys = [question.key for question in questions.questions]
    answers = dict(zip(keys, filled_in.answers if filled_in else [0] * len(keys), strict=True))
    return {
        "month": formats.month(sheet.round.period, language.code),
        "closes": formats.day(closes_on, language.code) if closes_on else "",
        "minimum": sheet.round.minimum,
        "themes": questions.themes,
        "scale": [_sentence_case(in_language(label, language.code)) for label in questions.scale],
        "in_language": in_language,
        "answers": answers,
        "not_applicable": filled_in.not_applicable if filled_in else frozenset(),
        "not_applicable_value": NOT_APPLICABLE,
        "outcome": outcome,
        "confirm": CONFIRM,
    }


def _sentence_case(label: str) -> str:
    return label[:1].upper() + label[1:]


routes = [
    Route("/pulse", ask_code, methods=["GET"]),
    Route("/pulse", take_code, methods=["POST"]),
    Route("/pulse/{code}", show_sheet, methods=["GET"]),
    Route("/pulse/{code}", take_sheet, methods=["POST"]),
]
