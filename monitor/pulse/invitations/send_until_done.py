"""Sending until nothing is left, as the command line does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from monitor import clock as clocks
from monitor.context import AppContext
from monitor.organisation import preferences
from monitor.pulse.invitations import outbox, undelivered
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.invitations.send_lease import Clock
from monitor.pulse.invitations.sending import SendResult, SendTiming, deliver

MAX_FRUITLESS = 3
"""After so many runs in which the server accepted nothing, the rest is left for later."""


@dataclass(slots=True)
class _ProgressReporter:
    """Reports progress whenever it has changed."""

    engine: Engine
    period: str
    on_progress: Callable[[Progress], None]
    last: Progress

    def report(self) -> None:
        progress = outbox.progress(self.engine, self.period)
        if progress != self.last:
            self.last = progress
            self.on_progress(progress)


def send_until_done(
    context: AppContext,
    period: str,
    on_progress: Callable[[Progress], None],
    clock: Clock = clocks.ticking,
    timing: SendTiming | None = None,
    on_wait: Callable[[], None] = lambda: None,
) -> Progress:
    """Send until nothing waits, the mail server keeps putting letters off, or the day is over.

    Where another process is sending, its progress is followed, and its work is taken over when it
    dies.

    Parameters
    ----------
    on_progress
        Called with the progress each time it changed.
    on_wait
        Called once, when it has to wait for another process or for the mail server.

    Raises
    ------
    MailRefused
        When the server cannot be reached or accepts no mail of ours; letters stay queued.
    """
    timing = timing or SendTiming()
    start = outbox.progress(context.engine, period)
    reporter = _ProgressReporter(context.engine, period, on_progress, start)
    fruitless, waited = 0, False
    while fruitless < MAX_FRUITLESS:
        result = _deliver(context, clock, reporter, timing)
        if not worth_waiting(context.engine, period, clock, timing.patience):
            break
        if (result.lease_held or result.put_off) and not waited:
            waited = True
            on_wait()
        if result.put_off:
            fruitless = fruitless + 1 if not result.sent else 0
        time.sleep(timing.poll_seconds)
    return outbox.progress(context.engine, period)


def _deliver(
    context: AppContext, clock: Clock, reporter: _ProgressReporter, timing: SendTiming
) -> SendResult:
    """One run past the letters that wait; raises the error that ended it."""
    result = deliver(context, clock, on_letter=reporter.report, timing=timing)
    if result.error is not None:
        raise result.error
    reporter.report()
    return result


def worth_waiting(engine: Engine, period: str, clock: Clock, patience: timedelta) -> bool:
    """Whether letters wait now, or are to be tried again before patience ends, in office hours."""
    now = clock()  # of one moment: what falls due between two would be neither
    if not preferences.read(engine).in_office_hours(now):
        return False
    next_try = undelivered.first_due(engine, period)
    if outbox.anything_left(engine, period, now):
        return True
    return next_try is not None and timedelta(0) < next_try - now <= patience
