"""The klaagmuur's writing page: signposts, a form, a check for client data, a receipt.

Whatever goes wrong, the page that says so holds the text that was typed.
"""

from __future__ import annotations

import logging
from enum import StrEnum

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock, logs
from monitor.context import AppContext, current_context
from monitor.errors import Refusal, StoreBusy, StoreFailing
from monitor.inputs import client_data
from monitor.inputs.client_data import Mark
from monitor.klaagmuur import access_word, receipts, vents
from monitor.klaagmuur.content import LONGEST, Feeling, Intention, Theme
from monitor.klaagmuur.quarters import ANNOUNCED, LIFETIMES, MOST_EXTRA
from monitor.klaagmuur.rate_limit import HourlyCap
from monitor.klaagmuur.refusals import KlaagmuurBusy, KlaagmuurClosed, VentRefused
from monitor.klaagmuur.vents import DEFAULT_LIFETIME
from monitor.locale import formats
from monitor.scheduler import process_clock
from monitor.web.http.forms import LONG_TEXT, Form, form_of
from monitor.web.http.language import language_of
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer
from monitor.web.klaagmuur import conversation
from monitor.web.klaagmuur.help_bar import help_values
from monitor.web.klaagmuur.today import KlaagmuurToday, klaagmuur_today, without_store
from monitor.web.klaagmuur.vent_form import VentForm, empty_vent_form, read_vent_form

ANSWER_SECONDS = 1.0
"""How long every form takes, whatever becomes of it: how long another one takes shows nowhere."""

PATIENT_SECONDS = 10.0
"""How long every form takes in an hour in which the access word is being guessed."""

vents_cap = HourlyCap()
wrong_words = HourlyCap(50, 150)
"""Wrong access words in an hour, of everybody together. Whoever has the word is never refused."""


class Step(StrEnum):
    """What the page shows of a form that was sent."""

    WRITE = "write"
    CHECK = "check"
    REFUSED = "refused"
    LATER = "later"


STATUS = {Step.WRITE: 200, Step.CHECK: 200, Step.REFUSED: 422, Step.LATER: 503}


async def show_form(request: Request) -> Response:
    """The page; 503 in words while there is nobody who can read."""
    form = empty_vent_form()
    try:
        klaagmuur = await run_reader(klaagmuur_today, current_context(), process_clock.today())
    except Exception as error:  # noqa: BLE001 - whatever it is, where help is stays in sight
        if not isinstance(error, StoreBusy):
            logs.note("klaagmuur.failed", level=logging.ERROR, error=type(error).__qualname__)
        is_brief = isinstance(error, StoreBusy) and not isinstance(error, StoreFailing)
        refusal = KlaagmuurBusy("store.busy" if is_brief else "klaagmuur.store_failing")
        return _page(request, None, form, Step.LATER, refusal)
    return _page(
        request,
        klaagmuur,
        form,
        Step.WRITE,
        status=200 if klaagmuur.active else 503,
    )


async def take_vent(request: Request) -> Response:
    """Check, seal and store; or the form again, with everything that was in it."""
    sent = await form_of(request, LONG_TEXT)
    arrived = anyio.current_time()
    seconds = PATIENT_SECONDS if wrong_words.is_full(clock.running()) else ANSWER_SECONDS
    answer = await _answer(request, sent)
    await anyio.sleep_until(arrived + seconds)
    return answer


async def _answer(request: Request, sent: Form) -> Response:
    form, klaagmuur = read_vent_form(sent), None
    try:
        klaagmuur, marks = await run_reader(_today_and_marks, current_context(), form)
        if sent.truncated:
            raise VentRefused("vent.cut", longest=LONGEST)
        await _check_may_send(klaagmuur, form)
        if marks:
            return _page(request, klaagmuur, form, Step.CHECK, marks=marks)
        code = await _send(klaagmuur, form)
    except (KlaagmuurClosed, KlaagmuurBusy, StoreBusy) as refusal:
        return _page(request, klaagmuur, form, Step.LATER, refusal)
    except Refusal as refusal:
        return _page(request, klaagmuur, form, Step.REFUSED, refusal)
    except Exception as error:  # noqa: BLE001 - whatever it is, the text is given back
        logs.note("klaagmuur.failed", level=logging.ERROR, error=type(error).__qualname__)
        return _page(request, klaagmuur, form, Step.LATER, KlaagmuurBusy("vent.failed"))
    return _receipt(request, klaagmuur, code, form)


def _today_and_marks(
    context: AppContext, form: VentForm
) -> tuple[KlaagmuurToday, tuple[Mark, ...]]:
    """The klaagmuur, and what in the text looks like client data unless it is to be sent anyway."""
    today = process_clock.today()
    look_for_marks = not form.anyway and len(form.text) <= LONGEST
    marks = client_data.find(form.text, today) if look_for_marks else ()
    return klaagmuur_today(context, today), marks


async def _check_may_send(klaagmuur: KlaagmuurToday, form: VentForm) -> None:
    """Refuse what could not be stored, and last what comes without the access word.

    A word is looked at only in a form that would be stored with it, so that a right guess costs a
    vent that the luisteraar sees.
    """
    vents.check(form.draft, klaagmuur.everyone, klaagmuur.today)
    if not access_word.is_word(klaagmuur.access_word, form.word):
        await _count_wrong_word()
        raise VentRefused("vent.word")


async def _count_wrong_word() -> None:
    """Count a wrong word; the one that makes the hour full is written down."""
    moment = clock.running()
    if wrong_words.take(moment) and wrong_words.is_full(moment):
        logs.note("klaagmuur.word_guessed", level=logging.WARNING)
        await run_writer(access_word.note_guessing, current_context().engine, clock.now())


async def _send(klaagmuur: KlaagmuurToday, form: VentForm) -> str:
    """Store the vent; returns the receipt code."""
    return await run_writer(
        vents.send,
        current_context(),
        form.draft,
        process_clock.now(),
        klaagmuur.everyone,
        vents_cap,
    )


def _page(
    request: Request,
    klaagmuur: KlaagmuurToday | None,
    form: VentForm,
    step: Step,
    refusal: Refusal | None = None,
    marks: tuple[Mark, ...] = (),
    status: int = 0,
) -> Response:
    language = language_of(request).code
    shown = klaagmuur or without_store(process_clock.today())
    response = respond(
        request,
        "klaagmuur_form.html",
        status or STATUS[step],
        switch=step is Step.WRITE,
        klaagmuur=shown,
        closed=klaagmuur is not None and not klaagmuur.active,
        form=form,
        step=step,
        refusal=refusal,
        pieces=tuple(client_data.pieces(form.text, marks)),
        kinds=tuple(dict.fromkeys(mark.kind for mark in marks)),
        longest=LONGEST,
        intentions=tuple(Intention),
        themes=tuple(Theme),
        feelings=tuple(Feeling),
        lifetimes=LIFETIMES,
        default_lifetime=DEFAULT_LIFETIME,
        extra=MOST_EXTRA,
        day=lambda value: formats.day(value, language),
        weeks=ANNOUNCED.days // 7,
        **help_values(shown.contacts),
    )
    if STATUS[step] == 503:
        response.headers["retry-after"] = "60"
    return response


def _receipt(request: Request, klaagmuur: KlaagmuurToday, code: str, form: VentForm) -> Response:
    return respond(
        request,
        "klaagmuur_receipt.html",
        200,
        switch=False,
        code=receipts.show(code),
        intention=form.intention,
        lifetime=form.lifetime,
        extra=MOST_EXTRA,
        **help_values(klaagmuur.contacts),
    )


routes = [
    Route("/klaagmuur", show_form, methods=["GET"]),
    Route("/klaagmuur", take_vent, methods=["POST"]),
    *conversation.routes,
]
