"""The only place that reads the clock; everything else is handed a date."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """The present moment, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def ticking() -> datetime:
    """As :func:`now`, for default arguments: it asks anew whatever `now` is at each call."""
    return now()


def running() -> float:
    """Seconds of a clock that only goes forward, whatever happens to the date."""
    return time.monotonic()


def today() -> date:
    """The present calendar day in the Netherlands."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """The calendar day in the Netherlands on which `moment` falls."""
    return moment.astimezone(AMSTERDAM).date()
