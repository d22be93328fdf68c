"""Guessing a luisteraar's passphrase: each key makes wait, longer after every failure.

In memory: who can restart the server can copy the locked key and guess elsewhere. Against that
only the passphrase itself and the cost of trying one help.
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
        self._turn = threading.Lock()

    def begin(self, key: str) -> None:
        """Count an attempt as a failure before it is looked at, so that many at once gain nothing.

        Raises
        ------
        KeyRefused
            When it comes too early; it then counts for nothing.
        """
        moment = int(self._moment())
        with self._turn:
            count = self._counts.get(key, Backoff(0, None))
            if count.waits(moment):
                raise KeyRefused("unlock.wait", minutes=LONGEST_WAIT // 60)
            self._counts[key] = count.one_more(moment)

    def forgive(self, key: str) -> None:
        """Forget the failures: the passphrase was right."""
        with self._turn:
            self._counts.pop(key, None)


GUESSES = UnlockThrottle()
"""Those of this process."""
