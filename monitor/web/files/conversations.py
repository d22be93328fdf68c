"""A planned conversation on paper and as a file for a calendar, for whoever leads its unit."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from monitor import clock
from monitor.access.roles import Permission, Person, may
from monitor.clock import local_day
from monitor.context import AppContext, current_context
from monitor.followup import actions, conversations, sleeping
from monitor.followup.agenda import agenda
from monitor.followup.calendar_file import calendar_file
from monitor.followup.library import library
from monitor.followup.records import Conversation, ConversationState
from monitor.locale import formats
from monitor.organisation.register import current_tree
from monitor.pulse.questionnaire import in_language
from monitor.reports import agenda_sheet, make
from monitor.reports.agenda_sheet import AgendaSheet
from monitor.web.account import redirects
from monitor.web.account.signed_in import person_of
from monitor.web.files.papers import run_paper
from monitor.web.http.language import language_of, texts_of
from monitor.web.http.pages import message, respond
from monitor.web.http.threads import run_reader


async def show_agenda(request: Request) -> Response:
    """The agenda as a page to print."""
    person = await person_of(request)
    if person is None:
        return _sign_in(request)
    name = request.path_params["name"]
    page = await run_reader(agenda_page, current_context(), person, name)
    if page is None:
        raise HTTPException(404)
    language = language_of(request).code
    return respond(
        request,
        "agenda.html",
        page=page,
        moment=formats.moment(page.conversation.starts_at, language),
        words=lambda text: in_language(text, language),
    )


async def download_agenda(request: Request) -> Response:
    """The agenda as a PDF."""
    person = await person_of(request)
    if person is None:
        return _sign_in(request)
    name = request.path_params["name"]
    page = await run_reader(agenda_page, current_context(), person, name)
    if page is None:
        raise HTTPException(404)
    document = agenda_sheet.document(page, texts_of(request))
    content = await run_paper(person.account, make.set_document, document, clock.today())
    headers = {"content-disposition": 'attachment; filename="agenda.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def download_calendar_file(request: Request) -> Response:
    """The conversation for a calendar; not before the night after the signal is over."""
    person = await person_of(request)
    if person is None:
        return _sign_in(request)
    context, now = current_context(), clock.now()
    conversation = await run_reader(readable, context, person, request.path_params["name"])
    if conversation is None or conversation.state is not ConversationState.PLANNED:
        raise HTTPException(404)
    first = await run_reader(sleeping.may_go_from, context.engine, conversation)
    if first > local_day(now):
        day = formats.day(first, language_of(request).code)
        return message(request, "sleep_on_it", 403, day=day)
    return _file(conversation, now)


def readable(context: AppContext, person: Person, name: str) -> Conversation | None:
    """The conversation of that id; None when there is none, or `person` does not lead its unit."""
    conversation = conversations.get(context.engine, name)
    if conversation is None:
        return None
    tree = current_tree(context.engine)
    allowed = may(person, Permission.REPLY_TO_TEAM, conversation.unit, tree)
    return conversation if allowed else None


def agenda_page(context: AppContext, person: Person, name: str) -> AgendaSheet | None:
    """What is printed; None where :func:`readable` is, or its form is not there any more."""
    conversation = readable(context, person, name)
    book = library(context.settings.data_dir).methods
    methods = {method.key: method for method in book.methods}
    if conversation is None or conversation.method not in methods:
        return None
    method = methods[conversation.method]
    open_titles = tuple(
        action.title
        for action in actions.listing(context.engine, [conversation.unit])
        if action.is_open
    )
    return AgendaSheet(
        conversation=conversation,
        unit=current_tree(context.engine).get(conversation.unit).name,
        book=book,
        method=method,
        items=agenda(method, conversation.minutes, has_open_actions=bool(open_titles)),
        open_titles=open_titles,
    )


def _file(conversation: Conversation, now: datetime) -> Response:
    headers = {"content-disposition": 'attachment; filename="teamgesprek.ics"'}
    content = calendar_file(conversation, now)
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _sign_in(request: Request) -> Response:
    here = quote(request.scope["path"], safe="")
    return RedirectResponse(f"{redirects.SIGN_IN}?{redirects.NEXT}={here}", 303)


routes = [
    Route("/gesprekken/{name}/agenda", show_agenda, methods=["GET"]),
    Route("/gesprekken/{name}/agenda.pdf", download_agenda, methods=["GET"]),
    Route("/gesprekken/{name}/teamgesprek.ics", download_calendar_file, methods=["GET"]),
]
