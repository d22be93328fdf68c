"""Seeing a sending through to its end, as the command line does."""

from __future__ import annotations

import time
from collections.abc import Callable

from monitor import clock as clocks
from monitor.context import AppContext
from monitor.pulse.invitations import outbox
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.invitations.send_lease import Clock
from monitor.pulse.invitations.sending import Pace, deliver

FRUITLESS = 3
"""So many goes in which the server took nothing, and the rest is left for later."""


def send_until_done(
    context: AppContext,
    period: str,
    tell: Callable[[Progress], None],
    clock: Clock = clocks.now,
    pace: Pace | None = None,
    wait: Callable[[], None] = lambda: None,
) -> Progress:
    """Send until nothing waits, or the mail server keeps asking for time.

    Where another process is sending, its progress is followed, and its work is taken over when it
    dies.

    Parameters
    ----------
    tell
        Called with the progress each time something changed.
    wait
        Called once when it has to wait for another process, or for the mail server.

    Raises
    ------
    MailRefused
        When the server cannot be reached or takes no mail of ours; what waits is kept.
    """
    pace = pace or Pace()
    seen = outbox.progress(context.engine, period)

    def look() -> None:
        nonlocal seen
        now = outbox.progress(context.engine, period)
        if now != seen:
            seen = now
            tell(now)

    fruitless, waited = 0, False
    while fruitless < FRUITLESS:
        done = deliver(context, clock, tell=look, pace=pace)
        if done.trouble is not None:
            raise done.trouble
        look()
        today = clocks.local_day(clock())
        if not outbox.anything_left(context.engine, period, today):
            break
        if (done.elsewhere or done.put_off) and not waited:
            waited = True
            wait()
        if done.put_off:
            fruitless = fruitless + 1 if not done.sent else 0
        time.sleep(pace.again)
    return outbox.progress(context.engine, period)
