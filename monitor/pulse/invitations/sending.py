"""Sending the letters that wait, at a steady rate, and coping with what the mail server does."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from threading import Event

from monitor import clock as clocks
from monitor.context import AppContext
from monitor.errors import KeyMissing, MailRefused
from monitor.mail import mailer
from monitor.mail.put_off import WAITS, PutOffStreak, wait_after
from monitor.mail.smtp import AddressRefused, SmtpConnection, TryLater
from monitor.organisation import preferences
from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.invitations import letter_text, letters, outbox, send_lease
from monitor.pulse.invitations.letter_text import LetterContent, RoundFacts
from monitor.pulse.invitations.letters import Letter, Outcome, State
from monitor.pulse.invitations.send_lease import Clock, SendLease
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round

MAX_REFUSED = 10
"""When so many addresses are refused before any is accepted, the addresses are not the cause."""
MIN_REFUSED = 3
"""So many refusals and nothing accepted in a whole run, and the addresses are not the cause."""


@dataclass(frozen=True, slots=True)
class SendTiming:
    """How long to wait for what; the defaults are for real mail servers."""

    lease: timedelta = timedelta(seconds=10)
    """After so long a silence another process takes over."""
    backoff: timedelta = timedelta(seconds=30)
    """How long every process leaves a server alone that puts off whatever it is sent."""
    waits: tuple[timedelta, ...] = WAITS
    """How long a letter waits that was put off once, twice, and so on."""
    patience: timedelta = timedelta(minutes=6)
    """The longest wait of a letter for which a command stays."""
    poll_seconds: float = 1.0
    """Between looks at the progress of another process."""


@dataclass(slots=True)
class SendResult:
    """What one run past the outbox did, in numbers of letters."""

    sent: int = 0
    refused: int = 0
    put_off: int = 0
    stopped: bool = False
    """It stopped early because the server put off whatever it was sent."""
    lease_held: bool = False
    """Nothing was tried: another process is sending, or the server is being left alone."""
    error: MailRefused | None = None
    """Why it stopped early."""


def deliver(
    context: AppContext,
    clock: Clock = clocks.ticking,
    *,
    on_letter: Callable[[], None] = lambda: None,
    stop: Event | None = None,
    timing: SendTiming | None = None,
) -> SendResult:
    """Try once to send every letter that waits, in office hours of working days.

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
    if opened is None or not outbox.anything_left(context.engine, opened[0].period, clock()):
        return result
    if not preferences.read(context.engine).in_office_hours(clock()):
        return result
    lease = send_lease.acquire(context, clock, timing.lease)
    if lease is None:
        return SendResult(lease_held=True)
    try:
        with lease.renewed(), smtp:
            run = _Run(context, *opened, lease, smtp, on_letter, stop or Event(), result, timing)
            run.run()
    finally:
        lease.release(timing.backoff if result.stopped and result.error is None else None)
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
    timing: SendTiming
    streak: PutOffStreak = field(default_factory=PutOffStreak)
    refused: list[tuple[Letter, Outcome]] = field(default_factory=list)

    def run(self) -> None:
        """Send letters at the chosen rate, until all were tried or there is a reason to stop."""
        try:
            self._send_all()
        finally:
            self._judge_refusals()

    def _send_all(self) -> None:
        chosen = preferences.read(self.context.engine)
        interval = 60 / chosen.mails_a_minute
        now = self.lease.clock()
        for letter in outbox.waiting(self.context.engine, self.round.period, now):
            if not chosen.in_office_hours(self.lease.clock()):
                return
            started_at = time.monotonic()
            started = self.lease.start(letter)
            if started is None:
                return
            if not started:
                continue
            self.lease.finish(letter, self._send(letter))
            self.on_letter()
            self.result.stopped = self.streak.is_long
            if self.result.error is not None or self.result.stopped or self._all_refused():
                return
            if self.stop.wait(max(0.0, started_at + interval - time.monotonic())):
                return

    def _send(self, letter: Letter) -> Outcome:
        """Hand one letter to the mail server; returns what became of it."""
        result, wait = self.result, wait_after(letter.put_off + 1, self.timing.waits)
        try:
            self.smtp.send(self._message(letter))
        except TryLater as later:
            result.put_off += 1
            self.streak.put_off(letter.domain, later)
            return Outcome(State.WAITING, later.reply, wait)
        except MailRefused as error:
            result.error = error
            return Outcome(State.WAITING)
        except AddressRefused as refusal:
            self.streak.taken()
            result.refused += 1
            self.refused.append((letter, Outcome(State.REFUSED, refusal.reply, wait)))
            return Outcome(State.REFUSED, refusal.reply)
        self.streak.taken()
        result.sent += 1
        return Outcome(State.SENT)

    def _all_refused(self) -> bool:
        return not self.result.sent and self.result.refused >= MAX_REFUSED

    def _judge_refusals(self) -> None:
        """Put the refused letters back where nothing shows that the addresses are at fault."""
        if self.result.sent or not self.refused:
            return
        if len(self.refused) < MIN_REFUSED:
            earlier = outbox.progress(self.context.engine, self.round.period).sent
            if earlier:
                return
        self.lease.put_back(self.refused)
        reply = self.refused[-1][1].reply
        self.result.error = MailRefused("mail.all_refused", count=len(self.refused), reply=reply)

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
