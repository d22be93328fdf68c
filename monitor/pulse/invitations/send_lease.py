"""Whose turn it is to send: one process, for as long as it gives signs of life."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from monitor.context import AppContext
from monitor.errors import StoreBusy
from monitor.pulse.invitations import outbox
from monitor.pulse.invitations.letters import Letter, State
from monitor.store import claims
from monitor.store.engine import writing

CLAIM = "post"
BEATS = 4
"""Signs of life per lease; they go on while a slow mail server keeps us waiting."""
STORE_TRIES = 12
"""How often to try to write down what became of a letter; each try waits for the store."""
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class SendLease:
    """The right to send, of one process."""

    context: AppContext
    holder: str
    clock: Clock
    lease: timedelta

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Give signs of life until the end of the block."""
        over = Event()

        def beat() -> None:
            while not over.wait(self.lease.total_seconds() / BEATS):
                try:
                    with writing(self.context.engine) as connection:
                        claims.renew(connection, CLAIM, self.holder, self.clock(), self.lease)
                except (StoreBusy, SQLAlchemyError):
                    continue  # the next one may get through; without any, the turn is over

        thread = Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def begin(self, letter: Letter) -> bool | None:
        """Mark the letter *sending*; False when it need not go, None when the turn is over."""
        with writing(self.context.engine) as connection:
            if not claims.renew(connection, CLAIM, self.holder, self.clock(), self.lease):
                return None
            return outbox.start(connection, letter)

    def end(self, letter: Letter, state: State) -> None:
        """Write down what became of it: a letter that has gone must not look as if it had not."""
        for attempt in range(1, STORE_TRIES + 1):
            try:
                with writing(self.context.engine) as connection:
                    if claims.renew(connection, CLAIM, self.holder, self.clock(), self.lease):
                        outbox.end(connection, letter, state)
            except StoreBusy:
                if attempt == STORE_TRIES:
                    raise
            else:
                return

    def give_up(self, rest: timedelta | None = None) -> None:
        """Let another have it, now or when the mail server has had its rest."""
        with writing(self.context.engine) as connection:
            if rest is None:
                claims.release(connection, CLAIM, self.holder)
            else:
                claims.renew(connection, CLAIM, self.holder, self.clock(), rest)


def take(context: AppContext, clock: Clock, lease: timedelta) -> SendLease | None:
    """Take the turn, and with it the letters of a process that died; None when another has it."""
    turn = SendLease(context, claims.new_holder(), clock, lease)
    with writing(context.engine) as connection:
        if not claims.take(connection, CLAIM, turn.holder, clock(), lease):
            return None
        outbox.take_back(connection)
    return turn
