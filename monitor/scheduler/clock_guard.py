"""Whether the clock can be trusted with acts that cannot be undone.

Closing a round and letting a message expire destroy keys. A clock that is wrong for a minute (a
machine that wakes up, a time server that errs) must not cause that. So the date is compared with a
clock that only counts seconds: after a jump of one against the other nothing is done by itself
until the date has been steady for an hour, time enough for a wrong clock to be corrected.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from monitor import logs

JUMP = 10 * 60
"""Seconds by which the date may run ahead or behind between two calls."""
STEADY = 60 * 60
"""Seconds without a jump after which a new date is trusted."""


@dataclass(slots=True)
class ClockGuard:
    """Compares the clocks of one process; the date at its start is trusted.

    An offset is the date less the counting clock, in seconds: ``_offset`` at the last call,
    ``_trusted`` when the date was last trusted. ``_steady_since`` is when the date last jumped.
    """

    _offset: float | None = None
    _trusted: float | None = None
    _steady_since: float = 0.0

    def trusts(self, now: datetime, running: float) -> bool:
        """Whether the date `now` can be trusted.

        Parameters
        ----------
        running
            Seconds of a clock that only goes forward, from any beginning.
        """
        offset = now.timestamp() - running
        if self._offset is None or self._trusted is None:
            self._offset = self._trusted = offset
        if abs(offset - self._offset) > JUMP:
            self._steady_since = running
            logs.note("clock.jumped", level=logging.WARNING)
        self._offset = offset
        if abs(offset - self._trusted) <= JUMP or running - self._steady_since >= STEADY:
            self._trusted = offset
            return True
        return False

    def steady(self, now: datetime, running: float) -> datetime:
        """`now` when it can be trusted; otherwise the trusted date, gone on since then."""
        if self.trusts(now, running) or self._trusted is None:
            return now
        return datetime.fromtimestamp(running + self._trusted, now.tzinfo).replace(microsecond=0)
