"""Unlocked keys: in this process's memory only, each for one session.

A key is found by the digest of the session's token, so a new session starts locked. It is wiped
on locking, when the session ends, after a time without use, and when the process ends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.access import sessions
from monitor.klaagmuur.reader_key import ReaderKey

IDLE = 15 * 60
"""Seconds without use after which a key is wiped."""
LOOK_SECONDS = 15.0
"""Seconds between checks whether a session ended elsewhere: in another process, or by its age."""
MOST = 200
"""Sessions with a key in memory at once; far more than there are luisteraars."""


@dataclass(slots=True)
class _Held:
    luisteraar: str
    seed: bytearray = field(repr=False)
    used: float
    signed_in: Callable[[], bool]


class Unlocked:
    """The keys that are unlocked in this process."""

    def __init__(self, moment: Callable[[], float] = time.monotonic, idle: float = IDLE) -> None:
        self._moment = moment
        self._idle = idle
        self._held: dict[bytes, _Held] = {}
        self._lock = threading.Lock()
        self._reaper: threading.Timer | None = None

    def put(
        self,
        session: bytes,
        luisteraar: str,
        key: ReaderKey,
        signed_in: Callable[[], bool] = lambda: True,
    ) -> None:
        """Hold a key for a session, while `signed_in`; an earlier one of that session is wiped."""
        with self._lock:
            self._wipe(session)
            if len(self._held) >= MOST:
                self._wipe(min(self._held, key=lambda name: self._held[name].used))
            self._held[session] = _Held(luisteraar, bytearray(key.seed), self._moment(), signed_in)
            self._watch()

    def use(self, session: bytes, luisteraar: str) -> ReaderKey | None:
        """The unlocked key of this session, or None; this counts as use."""
        with self._lock:
            held = self._live(session)
            if held is None or held.luisteraar != luisteraar:
                return None
            held.used = self._moment()
            return ReaderKey(bytes(held.seed))

    def is_open(self, session: bytes) -> bool:
        """Whether a key is unlocked; this does not count as use."""
        with self._lock:
            return self._live(session) is not None

    def left(self, session: bytes) -> float:
        """Seconds until a key is wiped for lack of use; 0 when there is none. No use of it."""
        with self._lock:
            held = self._live(session)
            return self._idle - (self._moment() - held.used) if held else 0.0

    def lock(self, session: bytes) -> None:
        """Wipe the key of a session."""
        with self._lock:
            self._wipe(session)

    def reap(self) -> None:
        """Wipe every key that was idle for too long, or whose session has ended."""
        with self._lock:
            held = dict(self._held)
        ended = [session for session, each in held.items() if _has_ended(each)]
        with self._lock:
            for session in list(self._held):
                self._live(session)
            for session in ended:
                if self._held.get(session) is held[session]:
                    self._wipe(session)
            self._reaper = None
            if self._held:
                self._watch()

    def _live(self, session: bytes) -> _Held | None:
        held = self._held.get(session)
        if held is not None and self._moment() - held.used >= self._idle:
            self._wipe(session)
            return None
        return held

    def _wipe(self, session: bytes) -> None:
        held = self._held.pop(session, None)
        if held is not None:
            held.seed[:] = bytes(len(held.seed))

    def _watch(self) -> None:
        if self._reaper is None:
            self._reaper = threading.Timer(min(self._idle, LOOK_SECONDS), self.reap)
            self._reaper.daemon = True
            self._reaper.start()


def _has_ended(held: _Held) -> bool:
    try:
        return not held.signed_in()
    except Exception:  # noqa: BLE001 - the store cannot answer: the idle time still counts
        return False


HOLDER = Unlocked()
"""The keys of this process; each belongs to one session."""
sessions.when_ended(HOLDER.lock)
