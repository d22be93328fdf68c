"""The date that requests use where a wrong one would do harm: the date the clock guard trusts.

While a jump of the clock is not trusted, the date goes on from before the jump. So a clock that
runs two weeks ahead does not make an announced key count.
"""

from __future__ import annotations

from datetime import date, datetime

from monitor import clock
from monitor.scheduler.clock_guard import ClockGuard

guard = ClockGuard()
"""One for the process: the calendar asks it every minute, requests in between."""


def now() -> datetime:
    """The present moment, or where it would be without a jump that is not trusted."""
    return guard.steady(clock.now(), clock.running())


def today() -> date:
    """The calendar day in the Netherlands of :func:`now`."""
    return clock.local_day(now())
