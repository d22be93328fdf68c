"""Keys that are made but not stored: they wait until their recovery sheet is proven to exist."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from monitor.access import sessions
from monitor.klaagmuur import receipts
from monitor.klaagmuur.luisteraars import NewKey
from monitor.klaagmuur.refusals import KeyRefused

PATIENCE = 60 * 60
"""Seconds in which the sheet can be fetched and proven; after that a new key has to be made."""
GROUPS = receipts.RECOVERY_SYMBOLS // 4


@dataclass(slots=True)
class Pending:
    """A key that waits for proof.

    Parameters
    ----------
    group_numbers
        The numbers (from 1) of the two groups of the recovery code that have to be typed over
        from the sheet.
    started
        Seconds of the clock of :class:`Enrolments`.
    """

    name: str
    new: NewKey = field(repr=False)
    group_numbers: tuple[int, int]
    started: float


class Enrolments:
    """The pending keys of this process, by session."""

    def __init__(self, moment: Callable[[], float] = time.monotonic) -> None:
        self._moment = moment
        self._pending: dict[bytes, Pending] = {}
        self._lock = threading.Lock()

    def start(self, session: bytes, name: str, new: NewKey) -> Pending:
        """Hold a new key until its sheet is proven, instead of an earlier one of this session."""
        first, second = sorted(secrets.SystemRandom().sample(range(1, GROUPS + 1), 2))
        with self._lock:
            self._forget_old()
            self._pending[session] = Pending(name, new, (first, second), self._moment())
            return self._pending[session]

    def get(self, session: bytes) -> Pending | None:
        """The pending key of this session, or None."""
        with self._lock:
            self._forget_old()
            return self._pending.get(session)

    def prove(self, session: bytes, typed: tuple[str, str]) -> Pending:
        """Check what was typed over from the sheet; the key may then be stored.

        Raises
        ------
        KeyRefused
            When no key is pending, or the groups are not those on the sheet.
        """
        pending = self.get(session)
        if pending is None:
            raise KeyRefused("enrol.gone")
        code = pending.new.recovery_code
        matches = [
            receipts.same_group(code, number, group)
            for number, group in zip(pending.group_numbers, typed, strict=True)
        ]
        if not all(matches):
            raise KeyRefused("enrol.proof")
        return pending

    def forget(self, session: bytes) -> None:
        """Drop the pending key of a session."""
        with self._lock:
            self._pending.pop(session, None)

    def _forget_old(self) -> None:
        old = [
            session
            for session, pending in self._pending.items()
            if self._moment() - pending.started > PATIENCE
        ]
        for session in old:
            del self._pending[session]


WAITING = Enrolments()
"""Those of this process."""
sessions.when_ended(WAITING.forget)
