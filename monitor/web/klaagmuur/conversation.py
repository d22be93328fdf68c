"""The conversation after a vent, opened with the receipt code and with nothing else.

No cookie and no session: the code goes along in the form, and the page is kept nowhere.
"""

from __future__ import annotations

import logging

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock, logs
from monitor.context import AppContext, current_context
from monitor.errors import Refusal, StoreBusy, StoreFailing
from monitor.inputs import client_data
from monitor.klaagmuur import contacts, receipts, thread
from monitor.klaagmuur.content import LONGEST, tidy
from monitor.klaagmuur.help import Contact, Need
from monitor.klaagmuur.refusals import KlaagmuurBusy, ReceiptRefused, VentRefused
from monitor.klaagmuur.thread import SenderThread
from monitor.locale import formats
from monitor.store.engine import reading
from monitor.web.http.forms import Fields, only_field, read_long
from monitor.web.http.language import language_of
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer
from monitor.web.klaagmuur.vent_form import ANYWAY, YES, once_of

AWAY = "https://www.knmi.nl/nederland-nu/weer/verwachtingen"
"""Where the link "quickly away" leads: a page anybody may have open."""
SLOWLY = 1.0
"""Seconds a code that opens nothing takes, whatever is the matter with it."""
SHOWN = 60
"""How much of a mistyped code is given back to mend."""
LARGEST_FORM = 512 * 1024
ANSWER, WITHDRAW = "antwoord", "intrekken"


async def ask_code(request: Request) -> Response:
    """The page where the receipt code is typed."""
    return _code_page(request, turn_to=await run_reader(_turn_to, current_context()))


async def take_code(request: Request) -> Response:
    """Open the conversation; answer or withdraw when that was asked."""
    fields, is_cut = await read_long(request, LARGEST_FORM)
    turn_to = await run_reader(_turn_to, current_context())
    typed = only_field(fields, "code")
    text = tidy("\n".join(value for name, value in fields if name == "tekst"))
    try:
        return await _step(request, fields, typed, text, is_cut, turn_to)
    except ReceiptRefused as refusal:
        await anyio.sleep(SLOWLY)
        return _code_page(request, 404, typed, refusal, text, turn_to)
    except StoreBusy as refusal:
        return _code_page(request, 503, typed, refusal, text, turn_to)
    except Exception as error:  # noqa: BLE001 - whatever it is, the text is given back
        logs.note("klaagmuur.failed", level=logging.ERROR, error=type(error).__qualname__)
        return _code_page(request, 503, typed, KlaagmuurBusy("vent.failed"), text, turn_to)


async def _step(
    request: Request,
    fields: Fields,
    typed: str,
    text: str,
    is_cut: bool,
    turn_to: tuple[Contact, ...],
) -> Response:
    context, step = current_context(), only_field(fields, "stap")
    problem: Refusal | None = None
    marks: tuple[client_data.Mark, ...] = ()
    said = ""
    if is_cut:
        problem = VentRefused("vent.cut", longest=LONGEST)
    elif step == WITHDRAW:
        await run_reader(thread.open_thread, context, typed)
        if only_field(fields, "zeker") == YES:
            await run_writer(thread.withdraw, context, typed)
            return respond(request, "klaagmuur_gone.html", switch=False)
        problem = VentRefused("thread.sure")
    elif step in (ANSWER, ANYWAY):
        if step == ANSWER and len(text) <= LONGEST:
            marks = await run_reader(client_data.find, text, clock.today())
        if not marks:
            try:
                once = once_of(fields)
                await run_writer(thread.answer, context, typed, text, once, clock.now())
                text, said = "", "thread.answered"
            except VentRefused as refusal:
                problem = refusal
    opened = await run_reader(thread.open_thread, context, typed)
    return _thread_page(request, opened, typed, fields, text, problem, marks, said, turn_to)


def _turn_to(context: AppContext) -> tuple[Contact, ...]:
    """Whom people can turn to; help is in sight on every page, also when the store is not there."""
    try:
        with reading(context.engine) as connection:
            return contacts.shown_in(connection, context.settings.help_file)
    except (StoreBusy, StoreFailing):
        return contacts.shown_in(None, context.settings.help_file)


def _thread_page(
    request: Request,
    opened: SenderThread,
    typed: str,
    fields: Fields,
    text: str,
    problem: Refusal | None,
    marks: tuple[client_data.Mark, ...],
    said: str,
    turn_to: tuple[Contact, ...],
) -> Response:
    language = language_of(request)
    return respond(
        request,
        "klaagmuur_thread.html",
        422 if problem else 200,
        switch=False,
        away=AWAY,
        thread=opened,
        code=receipts.show(receipts.parse_receipt(typed)),
        once=once_of(()) if said else once_of(fields),
        text=text,
        problem=problem,
        said=said,
        pieces=tuple(client_data.pieces(text, marks)),
        kinds=tuple(dict.fromkeys(mark.kind for mark in marks)),
        longest=LONGEST,
        day=lambda value: formats.day(value, language),
        needs=tuple(Need),
        contacts=turn_to,
    )


def _code_page(
    request: Request,
    status: int = 200,
    typed: str = "",
    refusal: Refusal | None = None,
    text: str = "",
    turn_to: tuple[Contact, ...] = (),
) -> Response:
    response = respond(
        request,
        "klaagmuur_code.html",
        status,
        away=AWAY,
        switch=refusal is None,
        typed=typed[:SHOWN],
        refusal=refusal,
        text=text,
        needs=tuple(Need),
        contacts=turn_to,
    )
    if status == 503:
        response.headers["retry-after"] = "60"
    return response


routes = [
    Route("/klaagmuur/gesprek", ask_code, methods=["GET"]),
    Route("/klaagmuur/gesprek", take_code, methods=["POST"]),
]
