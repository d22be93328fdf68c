"""Fresh codes as a table or on paper: made in the answer, handed over once, kept nowhere."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from starlette.responses import Response
from starlette.routing import Route

from monitor.access.roles import Permission
from monitor.context import AppContext
from monitor.errors import Refusal, StoreBusy
from monitor.locale import formats
from monitor.web.files import fresh_codes
from monitor.web.files.fresh_codes import Handout, Mailed, open_form
from monitor.web.files.multipart import Form, read_form
from monitor.web.files.permission import FIELD, FileRequest, require_permission
from monitor.web.http.language import language_of
from monitor.web.http.threads import run_reader, run_writer

MOST_FIELDS = 150
"""Units for which a number can be typed; an organisation with more hands in a file."""
AGAIN_SECONDS = 15.0
"""So long a second click on the same button gets the answer of the first."""
MOST_WAITING = 64
MOST_DIGITS = 6
Make = Callable[[AppContext, str, Form], Handout | Mailed]

_asked: dict[tuple[str, str], asyncio.Task[Handout | Mailed]] = {}


async def show_invitations(desk: FileRequest) -> Response:
    """The form for codes of the open round."""
    return await _page(desk)


async def make_invitations(desk: FileRequest) -> Response:
    """Make codes for units that have none, and hand them over."""
    form = await read_form(desk.request)
    desk.check_form(form.fields.get(FIELD, ""))
    return await _once(desk, form, fresh_codes.invite)


async def make_replacements(desk: FileRequest) -> Response:
    """Replace the codes of one unit, and hand the new ones over."""
    form = await read_form(desk.request)
    desk.check_form(form.fields.get(FIELD, ""))
    return await _once(desk, form, fresh_codes.replace)


async def _once(desk: FileRequest, form: Form, make: Make) -> Response:
    """The file, made once however often the button was hit: a code is in one file only."""
    name = (desk.session, form.fields.get("eenmalig", ""))
    task = _asked.get(name)
    if task is None:
        task = asyncio.create_task(run_writer(make, desk.context, desk.person.email, form))
        if len(_asked) < MOST_WAITING:
            _asked[name] = task
            asyncio.get_running_loop().call_later(AGAIN_SECONDS, _asked.pop, name, None)
    try:
        # Whoever goes away must not take the answer from the second click with them.
        return (await asyncio.shield(task)).response()
    except Refusal as refusal:
        _asked.pop(name, None)
        if isinstance(refusal, StoreBusy):
            raise
        return await _page(desk, refusal)


async def _page(desk: FileRequest, refusal: Refusal | None = None) -> Response:
    sheet = await run_reader(open_form, desk.context)
    language = language_of(desk.request)
    return desk.page(
        "invitations.html",
        422 if refusal else 200,
        errors=desk.sentences(refusal) if refusal else (),
        handed=sheet,
        mailed=_mailed(desk),
        month=formats.month(sheet.round.period, language) if sheet else "",
        once=secrets.token_urlsafe(12),
        typed=sheet is not None and len(sheet.fresh) <= MOST_FIELDS,
        people=sum(map(len, sheet.listed.values())) if sheet else 0,
    )


def _mailed(desk: FileRequest) -> int | None:
    """How many letters went off a moment ago; only what can be a number is believed."""
    said = desk.request.query_params.get("gemaild", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) <= MOST_DIGITS else None


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
        "/bestanden/uitnodigingen/vervangen",
        require_permission(Permission.MANAGE_ROUNDS, make_replacements),
        methods=["POST"],
    ),
]
