"""A patient brake against floods: for everybody together, and it makes wait before it refuses.

It knows no addresses: a whole office may sit behind one. A town hall writing at once goes
through at full speed; a machine that keeps sending fills the bucket and then gets a trickle.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

BURST = 2000
"""Vents that may come at once."""
PER_SECOND = 0.2
"""How fast room comes back: over 17,000 a day."""
LONGEST_WAIT = 15.0
"""Seconds somebody waits at most; after that the text is given back."""


@dataclass(slots=True)
class RateLimit:
    """How much room there is; moments are seconds on a clock that only goes forward."""

    room: float = BURST
    seen: float = 0.0
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait(self, moment: float) -> float | None:
        """Seconds to wait before going on; None when that would be too long."""
        with self._turn:
            self.room = min(BURST, self.room + max(0.0, moment - self.seen) * PER_SECOND)
            self.seen = max(self.seen, moment)
            short = 1.0 - self.room
            if short / PER_SECOND > LONGEST_WAIT:
                return None
            self.room -= 1.0
            return max(0.0, short / PER_SECOND)
