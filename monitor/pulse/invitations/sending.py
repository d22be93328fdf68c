"""Sending the letters that wait, at a steady rate, and coping with what the mail server does."""

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
from monitor.pulse.invitations import letter_text, letters, outbox, send_lease
from monitor.pulse.invitations.letter_text import LetterContent, RoundFacts
from monitor.pulse.invitations.letters import Letter, State
from monitor.pulse.invitations.send_lease import Clock, SendLease
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round

MAX_PUT_OFF = 3
"""After so many letters put off in a row, the server is left alone for a while."""
MAX_REFUSED = 10
"""When so many addresses are refused before any is accepted, the addresses are not the cause."""


@dataclass(frozen=True, slots=True)
class SendTiming:
    """How long to wait for what; the defaults are for real mail servers."""

    lease: timedelta = timedelta(seconds=10)
    """After so long a silence another process takes over."""
    backoff: timedelta = timedelta(seconds=30)
    """How long every process leaves a server alone that puts letters off."""
    poll_seconds: float = 1.0
    """Between looks at the progress of another process."""


@dataclass(slots=True)
class SendResult:
    """What one run past the outbox did, in numbers of letters."""

    sent: int = 0
    refused: int = 0
    put_off: int = 0
    lease_held: bool = False
    """Nothing was tried: another process is sending, or the server is being left alone."""
    error: MailRefused | None = None
    """Why it stopped early."""


def deliver(
    context: AppContext,
    clock: Clock = clocks.now,
    *,
    on_letter: Callable[[], None] = lambda: None,
    stop: Event | None = None,
    timing: SendTiming | None = None,
) -> SendResult:
    """Try once to send every letter that waits.

    Parameters
    ----------
    clock
        Returns the present moment.
    on_letter
        Called after each letter.
    stop
        When another thread sets it, this returns after the current letter.

    Raises
    ------
    MailRefused
        When no mail server has been set.
    """
    smtp, timing, result = mailer.connection(context), timing or SendTiming(), SendResult()
    opened = _open_round(context)
    if opened is None or not outbox.anything_left(
        context.engine, opened[0].period, clocks.local_day(clock())
    ):
        return result
    lease = send_lease.acquire(context, clock, timing.lease)
    if lease is None:
        return SendResult(lease_held=True)
    try:
        with lease.renewed(), smtp:
            _Run(context, *opened, lease, smtp, on_letter, stop or Event(), result).run()
    finally:
        lease.release(timing.backoff if result.put_off and result.error is None else None)
    return result


@dataclass(frozen=True, slots=True)
class _Run:
    """One run past the letters of a round that wait."""

    context: AppContext
    round: Round
    key: RoundKey
    lease: SendLease
    smtp: SmtpConnection
    on_letter: Callable[[], None]
    stop: Event
    result: SendResult

    def run(self) -> None:
        """Send letters at the chosen rate, until all were tried or there is a reason to stop."""
        interval = 60 / preferences.read(self.context.engine).mails_a_minute
        put_off_in_a_row = 0
        today = clocks.local_day(self.lease.clock())
        for letter in outbox.waiting(self.context.engine, self.round.period, today):
            started_at, put_off = time.monotonic(), self.result.put_off
            started = self.lease.start(letter)
            if started is None:
                return
            if not started:
                continue
            self.lease.finish(letter, self._send(letter))
            self.on_letter()
            put_off_in_a_row = put_off_in_a_row + 1 if self.result.put_off > put_off else 0
            if self.result.error is not None or put_off_in_a_row >= MAX_PUT_OFF:
                return
            if self.stop.wait(max(0.0, started_at + interval - time.monotonic())):
                return

    def _send(self, letter: Letter) -> State:
        """Hand one letter to the mail server; returns its new state."""
        result = self.result
        try:
            self.smtp.send(self._message(letter))
        except TryLater:
            result.put_off += 1
            return State.WAITING
        except MailRefused as error:
            result.error = error
            return State.WAITING
        except AddressRefused:
            result.refused += 1
            if result.refused >= MAX_REFUSED and not result.sent:
                result.error = MailRefused("mail.all_refused", count=result.refused)
            return State.REFUSED
        result.sent += 1
        return State.SENT

    def _message(self, letter: Letter) -> EmailMessage:
        code = letters.code_of(self.key, letter)
        content = LetterContent(
            letter.kind,
            letter.email,
            code,
            envelope.message_mark(self.key.code_key, letter.kind, code),
            replaced=letter.codes_before > 0,
        )
        facts = RoundFacts(self.round.period, self.round.minimum, self.round.closes_on)
        head = mailer.letterhead(self.context)
        return letter_text.compose_letter(head, facts, content, self.lease.clock())


def _open_round(context: AppContext) -> tuple[Round, RoundKey] | None:
    """The open round with its key, if this process has the key."""
    round_ = rounds.current_open(context.engine)
    if round_ is None:
        return None
    try:
        return round_, rounds.key_of(context.keys, round_)
    except KeyMissing:
        return None
