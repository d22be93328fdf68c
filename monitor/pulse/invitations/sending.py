"""Sending what waits: at a steady rate, whatever the mail server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from threading import Event

from monitor import clock as clocks
from monitor.context import AppContext
from monitor.errors import KeyMissing, MailRefused
from monitor.mail import mailer
from monitor.mail.smtp import AddressRefused, SmtpConnection, TryLater
from monitor.organisation import preferences
from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.invitations import letter_text, letters, outbox
from monitor.pulse.invitations import send_lease as turn
from monitor.pulse.invitations.letter_text import Content, RoundFacts
from monitor.pulse.invitations.letters import Letter, State
from monitor.pulse.invitations.send_lease import Clock, SendLease
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round

TIRED = 3
"""So many letters put off in a row, and the server is left alone for a while."""
SUSPICIOUS = 10
"""So many addresses refused before any was taken: then it is not the addresses."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How patient to be; the defaults are for real mail servers."""

    lease: timedelta = timedelta(seconds=10)
    """After so long a silence another process takes over."""
    rest: timedelta = timedelta(seconds=30)
    """How long a server that asks for time is left alone, by every process."""
    again: float = 1.0
    """Seconds between looks at what another process is doing."""


@dataclass(slots=True)
class Pass:
    """What one go at the outbox did, in numbers of letters."""

    sent: int = 0
    refused: int = 0
    put_off: int = 0
    elsewhere: bool = False
    """Another process is at it, or the server is being left alone."""
    trouble: MailRefused | None = None
    """Why it stopped early."""


def deliver(
    context: AppContext,
    clock: Clock = clocks.now,
    *,
    tell: Callable[[], None] = lambda: None,
    stop: Event | None = None,
    pace: Pace | None = None,
) -> Pass:
    """Try every letter that waits, once.

    Parameters
    ----------
    clock
        Gives the present moment.
    tell
        Called after each letter.
    stop
        When another thread sets it, this ends after the letter in hand.
    pace
        How patient to be.

    Raises
    ------
    MailRefused
        When no mail server has been set.
    """
    smtp, pace, done = mailer.connection(context), pace or Pace(), Pass()
    opened = _open_round(context)
    today = clocks.local_day(clock())
    if opened is None or not outbox.anything_left(context.engine, opened[0].period, today):
        return done
    taken = turn.take(context, clock, pace.lease)
    if taken is None:
        return Pass(elsewhere=True)
    try:
        with taken.kept(), smtp:
            _Errand(context, *opened, taken, smtp, tell, stop or Event(), done).run()
    finally:
        taken.give_up(pace.rest if done.put_off and done.trouble is None else None)
    return done


@dataclass(frozen=True, slots=True)
class _Errand:
    """One go past every letter of a round that waits."""

    context: AppContext
    opened: Round
    key: RoundKey
    turn: SendLease
    smtp: SmtpConnection
    tell: Callable[[], None]
    stop: Event
    done: Pass

    def run(self) -> None:
        """Bring them one by one, until all had their try or something says stop."""
        between = 60 / preferences.read(self.context.engine).mails_a_minute
        in_a_row = 0
        today = clocks.local_day(self.turn.clock())
        for letter in outbox.waiting(self.context.engine, self.opened.period, today):
            started, put_off = time.monotonic(), self.done.put_off
            began = self.turn.begin(letter)
            if began is None:
                return
            if not began:
                continue
            self.turn.end(letter, self._bring(letter))
            self.tell()
            in_a_row = in_a_row + 1 if self.done.put_off > put_off else 0
            if self.done.trouble is not None or in_a_row >= TIRED:
                return
            if self.stop.wait(max(0.0, started + between - time.monotonic())):
                return

    def _bring(self, letter: Letter) -> State:
        """Hand one letter in; what became of it."""
        done = self.done
        try:
            self.smtp.send(self._written(letter))
        except TryLater:
            done.put_off += 1
            return State.WAITING
        except MailRefused as trouble:
            done.trouble = trouble
            return State.WAITING
        except AddressRefused:
            done.refused += 1
            if done.refused >= SUSPICIOUS and not done.sent:
                done.trouble = MailRefused("mail.all_refused", count=done.refused)
            return State.REFUSED
        done.sent += 1
        return State.SENT

    def _written(self, letter: Letter) -> EmailMessage:
        code = letters.code_of(self.key, letter)
        content = Content(
            letter.kind,
            letter.email,
            code,
            envelope.message_mark(self.key.code_key, letter.kind, code),
            replaced=letter.generation > 0,
        )
        about = RoundFacts(self.opened.period, self.opened.minimum, self.opened.closes_on)
        head = mailer.letterhead(self.context)
        return letter_text.letter_to(head, about, content, self.turn.clock())


def _open_round(context: AppContext) -> tuple[Round, RoundKey] | None:
    """The open round with its key, where this process has it."""
    found = rounds.current_open(context.engine)
    if found is None:
        return None
    try:
        return found, rounds.key_of(context.keys, found)
    except KeyMissing:
        return None
