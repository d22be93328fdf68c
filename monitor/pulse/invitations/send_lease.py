"""The lease on sending mail: one process holds it, for as long as it keeps renewing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import StoreBusy
from monitor.pulse.invitations import last_mailing, outbox, undelivered
from monitor.pulse.invitations.letters import Letter, Outcome, State
from monitor.store import claims
from monitor.store.engine import writing

CLAIM = "post"
RENEWALS = 4
"""Renewals per duration of the lease; they go on while a slow mail server keeps us waiting."""
STORE_TRIES = 12
"""How often to try to record what became of a letter; each try waits for the store."""
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class SendLease:
    """The right of one process to send mail, which lapses `duration` after the last renewal."""

    context: AppContext
    holder: str
    clock: Clock
    duration: timedelta

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Keep renewing the lease until the end of the block."""
        over = Event()
        thread = Thread(target=self._renew_until, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def start(self, letter: Letter) -> bool | None:
        """Mark the letter as sending.

        Returns False when it need not be sent any more, None when the lease is lost.
        """
        with writing(self.context.engine) as connection:
            if not claims.renew(connection, CLAIM, self.holder, self.clock(), self.duration):
                return None
            return outbox.mark_sending(connection, letter)

    def finish(self, letter: Letter, outcome: Outcome) -> None:
        """Record what became of the letter, so that it is not sent again by mistake."""
        for attempt in range(1, STORE_TRIES + 1):
            try:
                with writing(self.context.engine) as connection:
                    now = self.clock()
                    if claims.renew(connection, CLAIM, self.holder, now, self.duration):
                        outbox.mark_done(connection, letter, outcome, now)
                        if outcome.state is State.SENT:
                            last_mailing.note(connection, letter.period, local_day(now))
            except StoreBusy:
                if attempt == STORE_TRIES:
                    raise
            else:
                return

    def put_back(self, letters: Iterable[tuple[Letter, Outcome]]) -> None:
        """Let letters wait again that were refused along with everything else."""
        now = self.clock()
        with writing(self.context.engine) as connection:
            if claims.renew(connection, CLAIM, self.holder, now, self.duration):
                undelivered.put_back(connection, letters, int(now.timestamp()))

    def release(self, backoff: timedelta | None = None) -> None:
        """Let another process acquire the lease, now or after `backoff`."""
        with writing(self.context.engine) as connection:
            if backoff is None:
                claims.release(connection, CLAIM, self.holder)
            else:
                claims.renew(connection, CLAIM, self.holder, self.clock(), backoff)

    def _renew_until(self, over: Event) -> None:
        while not over.wait(self.duration.total_seconds() / RENEWALS):
            try:
                with writing(self.context.engine) as connection:
                    claims.renew(connection, CLAIM, self.holder, self.clock(), self.duration)
            except (StoreBusy, SQLAlchemyError):
                continue  # the next one may succeed; when none does, the lease lapses


def acquire(context: AppContext, clock: Clock, duration: timedelta) -> SendLease | None:
    """Acquire the lease, and with it the letters of a process that died.

    Returns None when another process holds it.
    """
    lease = SendLease(context, claims.new_holder(), clock, duration)
    with writing(context.engine) as connection:
        if not claims.take(connection, CLAIM, lease.holder, clock(), duration):
            return None
        outbox.requeue_interrupted(connection)
    return lease
