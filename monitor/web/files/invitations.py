"""Fresh codes as a table or on paper: made in the answer, handed over once, kept nowhere."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from monitor.access.roles import Permission
from monitor.context import AppContext
from monitor.errors import InputRefused, Refusal, StoreBusy
from monitor.inputs.csv_text import csv_text
from monitor.locale import formats
from monitor.organisation.unit_files import Noted
from monitor.web.files import fresh_codes
from monitor.web.files.fresh_codes import Handout, Mailed, read_open_round
from monitor.web.files.permission import PermittedRequest, require_permission
from monitor.web.files.uploads import MOST_SHOWN, WHOLE_LIST
from monitor.web.http.forms import Form, form_of
from monitor.web.http.language import language_of
from monitor.web.http.multipart import form_with_file_of
from monitor.web.http.threads import run_reader, run_writer

MOST_TYPED = 150
"""Units for which a number can be typed; an organisation with more hands in a file."""
AGAIN_SECONDS = 15.0
"""How long a second click on the same button gets the answer of the first."""
MOST_REMEMBERED = 64
MOST_DIGITS = 6
MakeCodes = Callable[[AppContext, str, Form], Handout | Mailed]

_tasks: dict[tuple[str, str], asyncio.Task[Handout | Mailed]] = {}
"""What was asked for a moment ago, by session and by the mark in the form."""


async def show_invitations(permitted: PermittedRequest) -> Response:
    """The form for codes of the open round."""
    return await _page(permitted)


async def make_invitations(permitted: PermittedRequest) -> Response:
    """Make codes for units that have none, and hand them over."""
    form = await form_with_file_of(permitted.request)
    permitted.check_form(form)
    try:
        noted = await run_reader(fresh_codes.read_count_file, permitted.context, form)
    except InputRefused as refusal:
        return await _page(permitted, refusal)
    if noted is not None:
        return await _confirmation(permitted, form, noted)
    return await _once(permitted, form, fresh_codes.invite)


async def make_confirmed(permitted: PermittedRequest) -> Response:
    """Make codes for the counts of a file, after a report of how it was read."""
    form = await form_of(permitted.request, WHOLE_LIST)
    permitted.check_form(form)
    return await _once(permitted, form, fresh_codes.invite)


async def make_replacements(permitted: PermittedRequest) -> Response:
    """Replace the codes of one unit, and hand the new ones over."""
    form = await form_with_file_of(permitted.request)
    permitted.check_form(form)
    return await _once(permitted, form, fresh_codes.replace)


async def _once(permitted: PermittedRequest, form: Form, make: MakeCodes) -> Response:
    """The file, made once however often the button was hit: a code is in one file only."""
    key = (permitted.session, form.value("eenmalig"))
    task = _tasks.get(key)
    if task is None:
        task = asyncio.create_task(
            run_writer(make, permitted.context, permitted.person.email, form)
        )
        if len(_tasks) < MOST_REMEMBERED:
            _tasks[key] = task
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, _tasks.pop, key, None)
    try:
        # A browser that disconnects must not take the answer away from the second click.
        return (await asyncio.shield(task)).response()
    except Refusal as refusal:
        _tasks.pop(key, None)
        if isinstance(refusal, StoreBusy):
            raise
        return await _page(permitted, refusal)


async def _page(permitted: PermittedRequest, refusal: Refusal | None = None) -> Response:
    open_round = await run_reader(read_open_round, permitted.context)
    language = language_of(permitted.request).code
    return permitted.respond(
        "invitations.html",
        422 if refusal else 200,
        errors=permitted.refusal_texts(refusal),
        open_round=open_round,
        mailed=_mailed(permitted),
        month=formats.month(open_round.round.period, language) if open_round else "",
        idempotency_key=secrets.token_urlsafe(12),
        may_type=open_round is not None and len(open_round.fresh) <= MOST_TYPED,
        people=sum(map(len, open_round.listed.values())) if open_round else 0,
    )


async def _confirmation(
    permitted: PermittedRequest, form: Form, noted: Noted[dict[str, int]]
) -> Response:
    """What was read of a file with counts: the answer is a file, which can tell nothing beside."""
    counts = noted.content
    open_round = await run_reader(read_open_round, permitted.context)
    named = (
        [(open_round.tree.get(unit).name, n) for unit, n in counts.items()] if open_round else []
    )
    return permitted.respond(
        "invitations_confirm.html",
        notes=permitted.phrases(noted.notes),
        counts=named[:MOST_SHOWN],
        not_shown=max(0, len(named) - MOST_SHOWN),
        total=sum(counts.values()),
        kind=form.value("soort"),
        content=csv_text(("unit", "count"), counts.items()),
        idempotency_key=secrets.token_urlsafe(12),
    )


def _mailed(permitted: PermittedRequest) -> int | None:
    """How many letters were queued a moment ago, according to the address; None for no number."""
    text = permitted.request.query_params.get("gemaild", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


routes = [
    Route(
        "/bestanden/uitnodigingen",
        require_permission(Permission.MANAGE_ROUNDS, show_invitations),
        methods=["GET"],
    ),
    Route(
        "/bestanden/uitnodigingen",
        require_permission(Permission.MANAGE_ROUNDS, make_invitations),
        methods=["POST"],
    ),
    Route(
        "/bestanden/uitnodigingen/bevestigd",
        require_permission(Permission.MANAGE_ROUNDS, make_confirmed),
        methods=["POST"],
    ),
    Route(
        "/bestanden/uitnodigingen/vervangen",
        require_permission(Permission.MANAGE_ROUNDS, make_replacements),
        methods=["POST"],
    ),
]
