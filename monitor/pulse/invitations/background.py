"""Sending by itself, while the app runs."""

from __future__ import annotations

import logging
from threading import Event

from monitor import logs
from monitor.context import AppContext
from monitor.mail import route
from monitor.pulse.invitations.sending import deliver

REST = 60.0
"""Seconds before a mail server that lets us down is tried again."""


def send_waiting(context: AppContext, stop: Event) -> None:
    """Send what waits, if the app sends mail at all; ends soon after `stop` is set."""
    if route.in_use(context) is None:
        return
    done = deliver(context, stop=stop)
    if done.sent or done.refused or done.put_off:
        logs.note("mail.sent", sent=done.sent, refused=done.refused, put_off=done.put_off)
    if done.trouble is not None:
        logs.note("mail.trouble", level=logging.WARNING, reason=done.trouble.key)
        stop.wait(REST)
