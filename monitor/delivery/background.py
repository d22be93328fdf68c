"""Sending by itself, while the app runs."""

from __future__ import annotations

import logging
from threading import Event

from monitor import logs
from monitor.delivery.sending import deliver
from monitor.organisation import mail_route
from monitor.wiring import House

REST = 60.0
"""Seconds before a mail server that lets us down is tried again."""


def send_waiting(house: House, stop: Event) -> None:
    """Send what waits, if the app sends mail at all; ends soon after `stop` is set."""
    if mail_route.of(house) is None:
        return
    done = deliver(house, stop=stop)
    if done.sent or done.refused or done.put_off:
        logs.note("mail.sent", sent=done.sent, refused=done.refused, put_off=done.put_off)
    if done.trouble is not None:
        logs.note("mail.trouble", level=logging.WARNING, reason=done.trouble.key)
        stop.wait(REST)
