"""A new key on its way: made, printed, and stored only when the sheet is proven to be in hand."""

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
"""Seconds a sheet can be fetched and proven; after that one starts anew."""
GROUPS = receipts.RECOVERY_SYMBOLS // 4


@dataclass(slots=True)
class Pending:
    """A key that waits for proof.

    Parameters
    ----------
    asked
        The two groups of the recovery code (from 1) that have to be typed over from the sheet.
    """

    name: str
    new: NewKey = field(repr=False)
    asked: tuple[int, int]
    started: float


class Enrolments:
    """Keys on their way in this process, by session."""

    def __init__(self, moment: Callable[[], float] = time.monotonic) -> None:
        self._moment = moment
        self._pending: dict[bytes, Pending] = {}
        self._turn = threading.Lock()

    def start(self, session: bytes, name: str, new: NewKey) -> Pending:
        """Keep a new key until its sheet is proven; replaces an earlier one of this session."""
        first, second = sorted(secrets.SystemRandom().sample(range(1, GROUPS + 1), 2))
        with self._turn:
            self._forget_old()
            self._pending[session] = Pending(name, new, (first, second), self._moment())
            return self._pending[session]

    def get(self, session: bytes) -> Pending | None:
        """What waits for this session."""
        with self._turn:
            self._forget_old()
            return self._pending.get(session)

    def prove(self, session: bytes, typed: tuple[str, str]) -> Pending:
        """Check what was typed over from the sheet; the key may then be stored.

        Raises
        ------
        KeyRefused
            When nothing waits, or the groups are not those on the sheet.
        """
        waiting = self.get(session)
        if waiting is None:
            raise KeyRefused("enrol.gone")
        code = waiting.new.recovery_code
        right = [
            receipts.same_group(code, group, given)
            for group, given in zip(waiting.asked, typed, strict=True)
        ]
        if not all(right):
            raise KeyRefused("enrol.proof")
        return waiting

    def forget(self, session: bytes) -> None:
        """Drop what waits for a session."""
        with self._turn:
            self._pending.pop(session, None)

    def _forget_old(self) -> None:
        old = [
            session
            for session, waiting in self._pending.items()
            if self._moment() - waiting.started > PATIENCE
        ]
        for session in old:
            del self._pending[session]


WAITING = Enrolments()
"""The one of this process."""
sessions.when_ended(WAITING.forget)
