"""The klaagmuur's writing page: signposts, a form, a check for client data, a receipt.

Whatever goes wrong, the page that says so holds the text that was typed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock, logs
from monitor.context import AppContext, current_context
from monitor.errors import Refusal, StoreBusy
from monitor.inputs import client_data
from monitor.inputs.client_data import Mark
from monitor.klaagmuur import (
    access_word,
    contacts,
    key_pinning,
    luisteraars,
    readers,
    receipts,
    vents,
)
from monitor.klaagmuur.content import LONGEST, Feeling, Intention, Theme, check_length
from monitor.klaagmuur.help import Contact, Need
from monitor.klaagmuur.quarters import ANNOUNCED, LIFETIMES, MOST_EXTRA
from monitor.klaagmuur.rate_limit import RateLimit
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import KlaagmuurBusy, KlaagmuurClosed, VentRefused
from monitor.locale import formats
from monitor.store.engine import reading
from monitor.web.http.forms import read_long
from monitor.web.http.language import language_of
from monitor.web.http.pages import respond
from monitor.web.http.threads import run_reader, run_writer
from monitor.web.klaagmuur import conversation
from monitor.web.klaagmuur.conversation import AWAY
from monitor.web.klaagmuur.vent_form import VentForm, empty_form, read_form

LARGEST_FORM = 512 * 1024
"""Bytes that come back whole: far more than fits in a vent, for who pasted too much."""
SLOWLY = 1.0
"""Seconds a wrong access word takes."""

brake = RateLimit()


class Step(StrEnum):
    """What the page shows of a form that was sent."""

    WRITE = "write"
    CHECK = "check"
    REFUSED = "refused"
    LATER = "later"


STATUS = {Step.WRITE: 200, Step.CHECK: 200, Step.REFUSED: 422, Step.LATER: 503}


@dataclass(frozen=True, slots=True)
class WritingPage:
    """What the page tells about the klaagmuur today."""

    known: tuple[Luisteraar, ...]
    present: tuple[Luisteraar, ...]
    announced: tuple[Luisteraar, ...]
    word: str
    today: date
    contacts: tuple[Contact, ...]
    """Whom people can turn to."""

    def starts_on(self, who: Luisteraar) -> date:
        """Since when, or from when, vents are sealed to this luisteraar."""
        return readers.starts_on(who, self.known)

    def deputy(self, who: Luisteraar) -> Luisteraar | None:
        """Who stands in for somebody who is away, if that is a luisteraar too."""
        return readers.find(self.present, who.deputy) if who.is_absent(self.today) else None


async def show_form(request: Request) -> Response:
    """The page; 503 in words while there is nobody who can read."""
    wall_ = await run_reader(_wall, current_context(), clock.today())
    return _page(request, wall_, empty_form(), Step.WRITE, status=_open_status(wall_))


async def take_vent(request: Request) -> Response:
    """Check, seal and store; or the form again, with everything that was in it."""
    fields, is_cut = await read_long(request, LARGEST_FORM)
    form = read_form(fields)
    context, now = current_context(), clock.now()
    wall_ = None
    try:
        wall_, marks = await run_reader(_look, context, form, clock.today())
        if is_cut:
            raise VentRefused("vent.cut", longest=LONGEST)
        if not wall_.present:
            raise KlaagmuurClosed("wall.closed")
        if not access_word.is_word(wall_.word, form.word):
            await anyio.sleep(SLOWLY)
            raise VentRefused("vent.word")
        check_length(form.text)
        if marks:
            return _page(request, wall_, form, Step.CHECK, marks=marks)
        if not form.draft.vent.blank:
            await _take_turn()
        code = await run_writer(vents.send, context, form.draft, now, wall_.known)
    except (KlaagmuurClosed, KlaagmuurBusy, StoreBusy) as refusal:
        return _page(request, wall_, form, Step.LATER, refusal)
    except Refusal as refusal:
        return _page(request, wall_, form, Step.REFUSED, refusal)
    except Exception as error:  # noqa: BLE001 - whatever it is, the text is given back
        logs.note("klaagmuur.failed", level=logging.ERROR, error=type(error).__qualname__)
        return _page(request, wall_, form, Step.LATER, KlaagmuurBusy("vent.failed"))
    return _receipt(request, wall_, code, form)


def _look(context: AppContext, form: VentForm, today: date) -> tuple[WritingPage, tuple[Mark, ...]]:
    """What holds today, and what in the text looks like client data."""
    asking = not form.anyway and len(form.text) <= LONGEST
    return _wall(context, today), client_data.find(form.text, today) if asking else ()


async def _take_turn() -> None:
    wait = brake.wait(anyio.current_time())
    if wait is None:
        raise KlaagmuurBusy("vent.flood")
    await anyio.sleep(wait)


def _wall(context: AppContext, today: date) -> WritingPage:
    with reading(context.engine) as connection:
        known, word = luisteraars.listed(connection), access_word.word_in(connection)
        turn_to = contacts.shown_in(connection, context.settings.help_file)
    known = key_pinning.believed(context.keys, known, today)
    return WritingPage(
        known=known,
        present=readers.active(known, today),
        announced=readers.announced(known, today),
        word=word,
        today=today,
        contacts=turn_to,
    )


def _without_store() -> WritingPage:
    turn_to = contacts.shown_in(None, current_context().settings.help_file)
    return WritingPage((), (), (), "", clock.today(), turn_to)


def _page(
    request: Request,
    wall_: WritingPage | None,
    form: VentForm,
    step: Step,
    refusal: Refusal | None = None,
    marks: tuple[Mark, ...] = (),
    status: int = 0,
) -> Response:
    language = language_of(request)
    known = wall_ or _without_store()
    response = respond(
        request,
        "klaagmuur_form.html",
        status or STATUS[step],
        switch=step is Step.WRITE,
        wall=known,
        closed=wall_ is not None and not wall_.present,
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
        extra=MOST_EXTRA,
        day=lambda value: formats.day(value, language),
        away=AWAY,
        needs=tuple(Need),
        contacts=known.contacts,
        weeks=ANNOUNCED.days // 7,
    )
    if STATUS[step] == 503:
        response.headers["retry-after"] = "60"
    return response


def _receipt(request: Request, wall_: WritingPage, code: str, form: VentForm) -> Response:
    return respond(
        request,
        "klaagmuur_receipt.html",
        switch=False,
        code=receipts.show(code),
        intention=form.intention,
        lifetime=form.lifetime,
        extra=MOST_EXTRA,
        away=AWAY,
        needs=tuple(Need),
        contacts=wall_.contacts,
    )


def _open_status(wall_: WritingPage) -> int:
    return 200 if wall_.present else 503


routes = [
    Route("/klaagmuur", show_form, methods=["GET"]),
    Route("/klaagmuur", take_vent, methods=["POST"]),
    *conversation.routes,
]
