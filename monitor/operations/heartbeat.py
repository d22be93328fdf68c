"""When this process last did what the calendar asks, for whoever watches it from outside."""

from __future__ import annotations

from datetime import datetime

from monitor import clock

STEP = 5 * 60
"""Seconds to which a moment is rounded down. A tick waits its turn among the people who answer;
to the second, its delay would tell of them."""

_last = [clock.now()]


def beat(now: datetime) -> None:
    """Note that a tick has finished."""
    _last[:] = [now]


def last_tick() -> int:
    """The last tick, or else the start of the process: seconds since 1970, in steps of `STEP`."""
    return int(_last[0].timestamp()) // STEP * STEP
