"""Remembering the device on which somebody signs in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from monitor import clock
from monitor.access import known_devices, sessions
from monitor.access.tokens import digest, new_token
from monitor.context import current_context
from monitor.errors import StoreBusy
from monitor.web.account import cookies
from monitor.web.http.threads import run_reader, run_writer


async def remember_device(request: Request, response: Response, session: str) -> None:
    """Note that the account of this new `session` signed in on this device, and mark the device."""
    context, now = current_context(), clock.now()
    person = await run_reader(sessions.person, context.engine, session, now)
    sent = cookies.device(request, context.settings)
    token = sent if sent is not None and digest(sent) is not None else new_token()
    if person is None:
        return
    try:
        await run_writer(known_devices.remember, context.engine, person.account, token, now)
    except StoreBusy:
        return  # they are signed in; the device is remembered another time
    cookies.set_device(response, token, context.settings)
