"""Sending letters in the background, while the app runs."""

from __future__ import annotations

import logging
from threading import Event

from monitor import logs
from monitor.context import AppContext
from monitor.mail import route
from monitor.pulse.invitations.sending import deliver

PAUSE = 60.0
"""Seconds before a mail server that could not be used is tried again."""


def send_waiting(context: AppContext, stop: Event) -> None:
    """Send the letters that wait, if the app sends mail; returns soon after `stop` is set."""
    if route.in_use(context) is None:
        return
    result = deliver(context, stop=stop)
    if result.sent or result.refused or result.put_off:
        logs.note("mail.sent", sent=result.sent, refused=result.refused, put_off=result.put_off)
    if result.error is not None:
        logs.note("mail.trouble", level=logging.WARNING, reason=result.error.key)
        stop.wait(PAUSE)
