"""Who is signed in."""

from __future__ import annotations

from starlette.requests import Request

from monitor import clock
from monitor.access import sessions
from monitor.access.roles import Person
from monitor.context import current_context
from monitor.web.account.cookies import session_token
from monitor.web.http.threads import run_reader


async def person_of(request: Request) -> Person | None:
    """The person whose session the browser sent, as the store knows it now; else None."""
    context = current_context()
    token = session_token(request, context.settings)
    if token is None:
        return None
    return await run_reader(sessions.person, context.engine, token, clock.now())
