"""Throttling guesses at a luisteraar's passphrase: per key, a longer wait after every failure.

The counts are in memory: who can restart the server can also copy the locked key and guess
elsewhere. Against that only a strong passphrase and the cost of each try help.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from monitor.access.backoff import LONGEST_WAIT, Backoff
from monitor.klaagmuur.refusals import KeyRefused


class UnlockThrottle:
    """Failures in a row, per key."""

    def __init__(self, moment: Callable[[], float] = time.monotonic) -> None:
        self._moment = moment
        self._counts: dict[str, Backoff] = {}
        self._lock = threading.Lock()

    def begin(self, key: str) -> None:
        """Count an attempt as a failure before it is tried, so that many at once gain nothing.

        Raises
        ------
        KeyRefused
            When it comes too early; it is then not counted.
        """
        moment = int(self._moment())
        with self._lock:
            count = self._counts.get(key, Backoff(0, None))
            if count.waits(moment):
                raise KeyRefused("unlock.wait", minutes=LONGEST_WAIT // 60)
            self._counts[key] = count.one_more(moment)

    def forgive(self, key: str) -> None:
        """Forget the failures: the passphrase was right."""
        with self._lock:
            self._counts.pop(key, None)


GUESSES = UnlockThrottle()
"""Those of this process."""
