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
from monitor.klaagmuur.enrolment import WAITING
from monitor.reports import recovery_sheet
from monitor.reports.recovery_sheet import RecoverySheet
from monitor.web.account.cookies import session_token
from monitor.web.account.signed_in import person_of
from monitor.web.files.papers import run_paper
from monitor.web.http.language import texts_of


async def download_recovery_sheet(request: Request) -> Response:
    """The recovery sheet of the key that was made in this very session; 404 for anybody else."""
    person = await person_of(request)
    if person is None or not may(person, Permission.READ_VENTS):
        raise HTTPException(404)
    digest = tokens.digest(session_token(request, current_context().settings))
    waiting = WAITING.get(digest) if digest else None
    if waiting is None:
        raise HTTPException(404)
    sheet = RecoverySheet.of(waiting.name, waiting.new, clock.today())
    content = await run_paper(person.account, recovery_sheet.pdf, sheet, texts_of(request))
    return Response(
        content,
        media_type="application/pdf",
        headers={"content-disposition": 'attachment; filename="herstelblad.pdf"'},
    )


routes = [Route("/downloads/herstelblad.pdf", download_recovery_sheet, methods=["GET"])]
