"""Files for somebody who is signed in: made on the spot, kept nowhere, checked every time."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import clock
from monitor.access import tokens
from monitor.access.roles import Permission, may
from monitor.context import current_context
from monitor.klaagmuur import recovery_sheet
from monitor.klaagmuur.enrolment import WAITING
from monitor.klaagmuur.recovery_sheet import RecoverySheet
from monitor.locale import texts
from monitor.web.account.auth_cookies import person_of, session_token
from monitor.web.http.language import language_of
from monitor.web.http.threads import run_reader


async def recovery(request: Request) -> Response:
    """The recovery sheet of the key that waits in this very session; to anybody else, nothing."""
    person = await person_of(request)
    if not may(person, Permission.READ_VENTS):
        raise HTTPException(404)
    digest = tokens.digest(session_token(request, current_context().settings))
    waiting = WAITING.get(digest) if digest else None
    if waiting is None:
        raise HTTPException(404)
    sheet = RecoverySheet.of(waiting.name, waiting.new, clock.today())
    content = await run_reader(recovery_sheet.pdf, sheet, texts(language_of(request)))
    return Response(
        content,
        media_type="application/pdf",
        headers={"content-disposition": 'attachment; filename="herstelblad.pdf"'},
    )


routes = [Route("/downloads/herstelblad.pdf", recovery, methods=["GET"])]
