"""Whether the clock can be trusted with what cannot be undone.

Closing a round and letting a message expire destroy keys. A clock that is wrong for a minute (a
machine that wakes up, a time server that errs) must not do that. So the date is held against a
clock that only counts: when they part, nothing is done by itself until the date has been steady
for an hour, by which time whoever keeps clocks right has done so.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from monitor import logs

JUMP = 10 * 60
"""Seconds by which the date may run ahead or behind between two looks."""
STEADY = 60 * 60
"""Seconds without a jump after which a new date is believed."""


@dataclass(slots=True)
class ClockGuard:
    """One process's memory of its clocks. Starting is trusted: there is nothing to compare with."""

    _offset: float | None = None
    _believed: float | None = None
    _since: float = 0.0

    def trusts(self, now: datetime, running: float) -> bool:
        """Whether the date `now` can be relied on.

        Parameters
        ----------
        running
            Seconds of a clock that only goes forward, from any beginning.
        """
        offset = now.timestamp() - running
        if self._offset is None or self._believed is None:
            self._offset = self._believed = offset
        if abs(offset - self._offset) > JUMP:
            self._since = running
            logs.note("clock.jumped", level=logging.WARNING)
        self._offset = offset
        if abs(offset - self._believed) <= JUMP or running - self._since >= STEADY:
            self._believed = offset
            return True
        return False
