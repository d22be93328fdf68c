"""The conversation after a vent, opened with the receipt code and with nothing else.

No cookie and no session: the code goes along in the form, and the page is kept nowhere.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import logs
from monitor.context import AppContext, current_context
from monitor.errors import Refusal, StoreBusy, StoreFailing
from monitor.inputs import client_data
from monitor.klaagmuur import contacts, receipts, thread
from monitor.klaagmuur.content import LONGEST
from monitor.klaagmuur.help import Contact
from monitor.klaagmuur.rate_limit import HourlyCap
from monitor.klaagmuur.refusals import KlaagmuurBusy, ReceiptRefused, VentRefused
from monitor.klaagmuur.thread import SenderThread
from monitor.locale import formats
from monitor.scheduler import process_clock
from monitor.store.engine import reading
from monitor.web.http.forms import LONG_TEXT, Form, form_of
from monitor.web.http.language import language_of
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer
from monitor.web.klaagmuur.help_bar import help_values
from monitor.web.klaagmuur.vent_form import (
    ANYWAY,
    YES,
    new_idempotency_key,
    read_idempotency_key,
    read_text,
)

WRONG_CODE_SECONDS = 1.0
"""How long a code that opens nothing takes, whatever is the matter with it."""
LONGEST_SHOWN = 60
"""How much of a mistyped code is given back to mend."""
ANSWER, WITHDRAW = "antwoord", "intrekken"

notes_cap = HourlyCap()


@dataclass(frozen=True, slots=True)
class ConversationForm:
    """The form as it came in."""

    code: str = field(repr=False)
    step: str
    text: str = field(repr=False)
    sure: bool
    idempotency_key: str = field(repr=False)
    truncated: bool


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of a step: a problem, marks of client data, or a notice (a sentence's key)."""

    problem: Refusal | None = None
    marks: tuple[client_data.Mark, ...] = ()
    notice: str = ""
    withdrawn: bool = False


async def show_code_form(request: Request) -> Response:
    """The page where the receipt code is typed."""
    return _code_page(request, await run_reader(_help_contacts, current_context()))


async def take_form(request: Request) -> Response:
    """Open the conversation; answer or withdraw when that was asked."""
    form = _read_form(await form_of(request, LONG_TEXT))
    help_contacts = await run_reader(_help_contacts, current_context())
    try:
        return await _thread_response(request, form, help_contacts)
    except ReceiptRefused as refusal:
        await anyio.sleep(WRONG_CODE_SECONDS)
        return _code_page(request, help_contacts, 404, form, refusal)
    except (StoreBusy, KlaagmuurBusy) as refusal:
        return _code_page(request, help_contacts, 503, form, refusal)
    except Exception as error:  # noqa: BLE001 - whatever it is, the text is given back
        logs.note("klaagmuur.failed", level=logging.ERROR, error=type(error).__qualname__)
        return _code_page(request, help_contacts, 503, form, KlaagmuurBusy("vent.failed"))


def _read_form(form: Form) -> ConversationForm:
    return ConversationForm(
        code=form.value("code"),
        step=form.value("stap"),
        text=read_text(form),
        sure=form.value("zeker") == YES,
        idempotency_key=read_idempotency_key(form),
        truncated=form.truncated,
    )


async def _thread_response(
    request: Request, form: ConversationForm, help_contacts: tuple[Contact, ...]
) -> Response:
    result = await _take_step(current_context(), form)
    if result.withdrawn:
        return respond(
            request, "klaagmuur_gone.html", 200, switch=False, **help_values(help_contacts)
        )
    opened = await run_reader(thread.open_thread, current_context(), form.code)
    return _thread_page(request, opened, form, result, help_contacts)


async def _take_step(context: AppContext, form: ConversationForm) -> StepResult:
    if form.truncated:
        return StepResult(problem=VentRefused("vent.cut", longest=LONGEST))
    if form.step == WITHDRAW:
        return await _withdraw(context, form)
    if form.step in (ANSWER, ANYWAY):
        return await _answer(context, form)
    return StepResult()


async def _withdraw(context: AppContext, form: ConversationForm) -> StepResult:
    await run_reader(thread.open_thread, context, form.code)
    if not form.sure:
        return StepResult(problem=VentRefused("thread.sure"))
    await run_writer(thread.withdraw, context, form.code)
    return StepResult(withdrawn=True)


async def _answer(context: AppContext, form: ConversationForm) -> StepResult:
    if form.step == ANSWER and len(form.text) <= LONGEST:
        marks = await run_reader(client_data.find, form.text, process_clock.today())
        if marks:
            return StepResult(marks=marks)
    try:
        await run_writer(
            thread.answer,
            context,
            form.code,
            form.text,
            form.idempotency_key,
            process_clock.now(),
            notes_cap,
        )
    except VentRefused as refusal:
        return StepResult(problem=refusal)
    return StepResult(notice="thread.answered")


def _help_contacts(context: AppContext) -> tuple[Contact, ...]:
    """Where help is: in sight on every page, also when the store does not answer."""
    try:
        with reading(context.engine) as connection:
            return contacts.shown_in(connection, context.settings.help_file)
    except (StoreBusy, StoreFailing):
        return contacts.shown_in(None, context.settings.help_file)


def _thread_page(
    request: Request,
    opened: SenderThread,
    form: ConversationForm,
    result: StepResult,
    help_contacts: tuple[Contact, ...],
) -> Response:
    language = language_of(request).code
    answered = bool(result.notice)
    text = "" if answered else form.text
    return respond(
        request,
        "klaagmuur_thread.html",
        422 if result.problem else 200,
        switch=False,
        thread=opened,
        code=receipts.show(receipts.parse_receipt(form.code)),
        idempotency_key=new_idempotency_key() if answered else form.idempotency_key,
        text=text,
        problem=result.problem,
        notice=result.notice,
        pieces=tuple(client_data.pieces(text, result.marks)),
        kinds=tuple(dict.fromkeys(mark.kind for mark in result.marks)),
        longest=LONGEST,
        day=lambda value: formats.day(value, language),
        **help_values(help_contacts),
    )


def _code_page(
    request: Request,
    help_contacts: tuple[Contact, ...],
    status: int = 200,
    form: ConversationForm | None = None,
    refusal: Refusal | None = None,
) -> Response:
    response = respond(
        request,
        "klaagmuur_code.html",
        status,
        switch=refusal is None,
        typed=form.code[:LONGEST_SHOWN] if form else "",
        refusal=refusal,
        text=form.text if form else "",
        **help_values(help_contacts),
    )
    if status == 503:
        response.headers["retry-after"] = "60"
    return response


routes = [
    Route("/klaagmuur/gesprek", show_code_form, methods=["GET"]),
    Route("/klaagmuur/gesprek", take_form, methods=["POST"]),
]
