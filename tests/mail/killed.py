"""What a sender in a process of its own does."""

from __future__ import annotations

from datetime import timedelta

from monitor import clock
from monitor.context import current_context
from monitor.pulse.invitations import send_until_done
from monitor.pulse.invitations.sending import SendTiming


def send(period: str, ahead: float, lease: float) -> None:
    """Send with a clock that is so many seconds ahead.

    After `lease` seconds of silence another process takes over.
    """
    timing = SendTiming(
        timedelta(seconds=lease),
        timedelta(seconds=1),
        waits=(timedelta(seconds=1),),
        poll_seconds=0.05,
    )
    moment = timedelta(seconds=ahead)
    send_until_done.send_until_done(
        current_context(), period, lambda _: None, lambda: clock.now() + moment, timing
    )
