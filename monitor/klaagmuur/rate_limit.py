"""A rate limit on vents, for all senders together: a token bucket that delays before it refuses.

It distinguishes no addresses, because a whole office may share one. A town hall that writes at
once is not slowed down; a machine that keeps sending is.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

BURST = 2000
"""Vents that may come at once: the size of the bucket."""
PER_SECOND = 0.2
"""How fast the bucket fills again: over 17,000 vents a day."""
LONGEST_WAIT = 15.0
"""Seconds a sender waits at most; who would wait longer gets the text back."""


@dataclass(slots=True)
class RateLimit:
    """The tokens left in the bucket, at a moment in seconds on a clock that only goes forward."""

    tokens: float = BURST
    filled_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self, moment: float) -> float | None:
        """Take a token; seconds to wait before going on, None when that would be too long."""
        with self._lock:
            elapsed = max(0.0, moment - self.filled_at)
            self.tokens = min(BURST, self.tokens + elapsed * PER_SECOND)
            self.filled_at = max(self.filled_at, moment)
            lacking = 1.0 - self.tokens
            if lacking / PER_SECOND > LONGEST_WAIT:
                return None
            self.tokens -= 1.0
            return max(0.0, lacking / PER_SECOND)
