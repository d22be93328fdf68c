"""The hourly cap on what all senders together may store; above it everything is refused.

The cap does not look at addresses, because a whole office may share one. Nothing gets slower as an
hour fills up: a growing wait would show others that somebody wrote. The cap is drawn at random each
hour, so that whoever fills an hour cannot count how much others wrote.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.klaagmuur.refusals import KlaagmuurBusy

HOUR = 3600.0
LEAST, MOST = 500, 1000
"""Between these lies what one process stores in an hour: more than a town hall writes."""


@dataclass(slots=True)
class HourlyCap:
    """The places left in an hour, in seconds on a clock that only goes forward.

    Parameters
    ----------
    least, most
        Between these, both included, the number of places of an hour is drawn.
    draw
        A random whole number from 0 up to, and without, the one that is passed.
    """

    least: int = LEAST
    most: int = MOST
    draw: Callable[[int], int] = secrets.randbelow
    _hour: int = -1
    _left: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self, moment: float) -> bool:
        """Take a place in the hour of `moment`; False when there is none left."""
        with self._lock:
            self._begin(moment)
            if self._left <= 0:
                return False
            self._left -= 1
            return True

    def give_back(self, moment: float) -> None:
        """Give back a place that was taken at `moment`: nothing was stored for it."""
        with self._lock:
            if self._hour == int(moment // HOUR):
                self._left += 1

    def is_full(self, moment: float) -> bool:
        """Whether there is no place left in the hour of `moment`."""
        with self._lock:
            self._begin(moment)
            return self._left <= 0

    def _begin(self, moment: float) -> None:
        hour = int(moment // HOUR)
        if hour > self._hour:
            self._hour = hour
            self._left = self.least + self.draw(self.most - self.least + 1)


def store_within(cap: HourlyCap | None, moment: float, store: Callable[[], bool]) -> None:
    """Store something in a place of the hour of `moment`.

    The place is given back when `store` fails, or says that it stored nothing.

    Raises
    ------
    KlaagmuurBusy
        When there is no place left in this hour.
    """
    if cap is not None and not cap.take(moment):
        raise KlaagmuurBusy("vent.flood")
    stored = False
    try:
        stored = store()
    finally:
        if cap is not None and not stored:
            cap.give_back(moment)
