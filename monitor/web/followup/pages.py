"""Methods, dilemmas and cards, to read and print: no session, no token, nothing is stored."""

from __future__ import annotations

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor.context import current_context
from monitor.followup.cards import Kind
from monitor.followup.content_file import Text
from monitor.followup.library import Library, library
from monitor.followup.methods import Method, MethodBook, Step
from monitor.locale import formats
from monitor.pulse.questionnaire import in_language
from monitor.web.http.language import language_of
from monitor.web.http.pages import respond

METHODS, DILEMMAS, CARDS = "/methoden", "/dilemmas", "/kaarten"
FIRST = "uitkomsten_lezen"
"""The method that is for everybody: it stands first, whatever the order of the file."""


async def show_methods(request: Request) -> Response:
    """Every method in short, and what there is to read beside them."""
    books = _library()
    chosen = sorted(books.methods.methods, key=lambda method: method.key != FIRST)
    return _respond(
        request,
        "methods.html",
        methods=chosen,
        cards=[card for card in books.cards.cards if card.kind is Kind.CARD],
        pages=[card for card in books.cards.cards if card.kind is not Kind.CARD],
        dilemmas=len(books.dilemmas.dilemmas),
    )


async def show_method(request: Request) -> Response:
    """One method: its agenda in minutes, what not to do, and what is known of it."""
    book = _library().methods
    key = request.path_params["key"]
    if key not in {method.key for method in book.methods}:
        raise HTTPException(404)
    method = book.method(key)
    return _respond(request, "method_agenda.html", **_agenda(book, method))


async def show_dilemmas(request: Request) -> Response:
    """Every dilemma card."""
    book = _library().dilemmas
    day = formats.day(book.law_of, language_of(request).code)
    return _respond(request, "dilemmas.html", book=book, law_of=day)


async def show_card(request: Request) -> Response:
    """One card, page or sheet."""
    card = _library().cards.card(request.path_params["key"])
    if card is None:
        raise HTTPException(404)
    return _respond(request, "reading_card.html", card=card, is_sheet=card.kind is Kind.SHEET)


def minutes_of(steps: tuple[Step, ...]) -> tuple[tuple[int, int], ...]:
    """The first and the last minute of every step."""
    begin, spans = 0, []
    for step in steps:
        spans.append((begin, begin + step.minutes))
        begin += step.minutes
    return tuple(spans)


def _agenda(book: MethodBook, method: Method) -> dict[str, object]:
    steps = zip(method.steps, minutes_of(method.steps), strict=True)
    return {"method": method, "steps": tuple(steps), "rules": book.rules, "apart": book.apart}


def _library() -> Library:
    return library(current_context().settings.data_dir)


def _respond(request: Request, template: str, **values: object) -> Response:
    return respond(request, template, 200, say=_said_in(language_of(request).code), **values)


def _said_in(language: str) -> Callable[[Text], str]:
    return lambda text: in_language(text, language)


routes = [
    Route(METHODS, show_methods, methods=["GET"]),
    Route(f"{METHODS}/{{key}}", show_method, methods=["GET"]),
    Route(DILEMMAS, show_dilemmas, methods=["GET"]),
    Route(f"{CARDS}/{{key}}", show_card, methods=["GET"]),
]
