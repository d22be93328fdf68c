"""Sending the notices that wait: nobody is skipped, and nobody gets one twice.

One process at a time sends, under a claim. A notice is *waiting*, *sending* from just before the
mail server hears of it, then *sent*. When a process dies in between, the next one sends that notice
again, with the same Message-ID, by which many mailboxes recognise a copy.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from enum import StrEnum
from threading import Event

from monitor import clock as clocks
from monitor import logs
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import MailRefused, StoreBusy
from monitor.locale import texts
from monitor.mail import mailer, route
from monitor.mail.message import Letterhead, Part, compose, signature
from monitor.mail.put_off import PutOffStreak
from monitor.mail.smtp import AddressRefused, SmtpConnection, TryLater
from monitor.organisation import preferences
from monitor.store import claims
from monitor.store import notices as queue
from monitor.store.engine import reading, writing
from monitor.store.notices import Notice, NoticeKind, NoticeState

CLAIM = "notices"
TIMEOUT = 20.0
"""Seconds to wait for each of the server's replies."""
LEASE = timedelta(minutes=5)
"""After so long without a sign of life another process takes over: longer than the server can
take over one message."""
REST = timedelta(minutes=1)
"""How long a server that took nothing is left alone, by every process."""
REST_AFTER_REFUSALS = timedelta(minutes=15)
"""The same where it refused whatever it was sent."""
STORE_TRIES = 12
"""How often to try to write down what became of a notice; each try waits for the store."""


class Outcome(StrEnum):
    """What became of a notice in one pass."""

    SENT = "sent"
    REFUSED = "refused"
    PUT_OFF = "put_off"


def send_waiting(
    context: AppContext,
    stop: Event | None = None,
    clock: Callable[[], datetime] = clocks.ticking,
) -> Counter[Outcome]:
    """Try every notice that may go now, once, in office hours of working days.

    What was put off is tried by a later call.

    Parameters
    ----------
    stop
        When another thread sets it, this ends after the notice in hand.

    Returns
    -------
    How many notices had each outcome; empty as well while another process is sending.
    """
    today = local_day(clock())
    _delete_expired(context, today)
    in_office_hours = preferences.read(context.engine).in_office_hours(clock())
    if route.in_use(context) is None or not in_office_hours or not _ready(context, today):
        return Counter()
    with _leased(context, clock) as lease:
        if lease is None:
            return Counter()
        lease.send(_ready(context, today), stop or Event())
    if lease.outcomes:
        logs.note("mail.notices", **{each.value: lease.outcomes[each] for each in Outcome})
    return lease.outcomes


def letter(head: Letterhead, to: str, kind: NoticeKind, mark: str, now: datetime) -> EmailMessage:
    """The mail of a kind of notice; apart from address, mark and date always the same."""
    t = texts(head.language)
    *before, last = t(kind.text).split("\n\n")
    link = Part(last, head.base_url + kind.path)
    parts = (*map(Part, before), link, signature(head, t))
    return compose(head, to, t(kind.subject), parts, mark, now)


@dataclass(slots=True)
class _SendLease:
    """The right of one process to send."""

    context: AppContext
    holder: str
    clock: Callable[[], datetime]
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    in_trouble: bool = False
    streak: PutOffStreak = field(default_factory=PutOffStreak)
    refused: list[Notice] = field(default_factory=list)

    def send(self, rows: list[Notice], stop: Event) -> None:
        """Send the notices one by one, until each was tried or there is a reason to stop."""
        pause = 60 / preferences.read(self.context.engine).mails_a_minute
        try:
            with mailer.connection(self.context, TIMEOUT) as smtp:
                for row in rows:
                    self._send_one(smtp, row)
                    if self.in_trouble or self.streak.is_long or stop.wait(pause):
                        return
        finally:
            self._judge_refusals()

    def _judge_refusals(self) -> None:
        """Give refused notices up only if the server took another one: else it is at fault."""
        blame_server = not self.outcomes[Outcome.SENT]
        for row in self.refused:
            self._end(row, NoticeState.WAITING if blame_server else NoticeState.SENT)

    def _send_one(self, smtp: SmtpConnection, row: Notice) -> None:
        """Hand one notice to the mail server, unless it need not or cannot go."""
        kind = queue.kind_named(row.kind)
        address = self._start(row) if kind is not None else None
        if kind is None or address is None:
            return
        mark = _mark(self.context.secret, row)
        message = letter(mailer.letterhead(self.context), address, kind, mark, self.clock())
        outcome = self._hand_in(smtp, message, kind)
        self.outcomes[outcome] += 1
        if outcome is Outcome.REFUSED:
            self.refused.append(row)
        else:
            put_off = outcome is Outcome.PUT_OFF
            self._end(row, NoticeState.WAITING if put_off else NoticeState.SENT)

    def _hand_in(self, smtp: SmtpConnection, message: EmailMessage, kind: NoticeKind) -> Outcome:
        try:
            smtp.send(message)
        except AddressRefused:
            self.streak.taken()
            logs.note(f"{kind.package}.mail_refused", level=logging.ERROR)
            return Outcome.REFUSED
        except TryLater as later:
            self.streak.put_off(str(message["To"]).rpartition("@")[2].lower(), later)
            return Outcome.PUT_OFF
        except MailRefused as refusal:
            self.in_trouble = True
            logs.note("mail.trouble", level=logging.WARNING, reason=refusal.key)
            return Outcome.PUT_OFF
        self.streak.taken()
        return Outcome.SENT

    def _start(self, row: Notice) -> str | None:
        """Mark the notice *sending*; its address, or None when it need not go."""
        with writing(self.context.engine) as connection:
            if not claims.renew(connection, CLAIM, self.holder, self.clock(), LEASE):
                self.in_trouble = True  # silent for so long that another process took over
                return None
            return queue.start(connection, row)

    def _end(self, row: Notice, state: NoticeState) -> None:
        """Write down what became of it: a notice that has gone must not look as if it had not."""
        for attempt in range(1, STORE_TRIES + 1):
            try:
                with writing(self.context.engine) as connection:
                    queue.end(connection, row, state)
            except StoreBusy:
                if attempt == STORE_TRIES:
                    raise
            else:
                return

    def give_up(self) -> None:
        """Release the claim for another process: at once, or after a pause for the mail server."""
        with writing(self.context.engine) as connection:
            if self.refused and not self.outcomes[Outcome.SENT]:
                claims.renew(connection, CLAIM, self.holder, self.clock(), REST_AFTER_REFUSALS)
            elif self.in_trouble or self.outcomes[Outcome.PUT_OFF]:
                claims.renew(connection, CLAIM, self.holder, self.clock(), REST)
            else:
                claims.release(connection, CLAIM, self.holder)


@contextmanager
def _leased(context: AppContext, clock: Callable[[], datetime]) -> Iterator[_SendLease | None]:
    """Hold the claim, and with it the notices of a process that died; None: another has it."""
    lease = _SendLease(context, claims.new_holder(), clock)
    with writing(context.engine) as connection:
        is_held = claims.take(connection, CLAIM, lease.holder, clock(), LEASE)
        if is_held:
            queue.take_back(connection)
    if not is_held:
        yield None
        return
    try:
        yield lease
    finally:
        lease.give_up()


def _ready(context: AppContext, today: date) -> list[Notice]:
    """What may go today, in an order drawn by lot: no address is always behind a slow one."""
    with reading(context.engine) as connection:
        rows = list(queue.unsent(connection, today))
    secrets.SystemRandom().shuffle(rows)
    return rows


def _delete_expired(context: AppContext, today: date) -> None:
    with reading(context.engine) as connection:
        if not queue.any_expired(connection, today):
            return
    with writing(context.engine) as connection:
        lapsed = queue.delete_expired(connection, today)
    if lapsed:
        logs.note("mail.notices_lapsed", level=logging.WARNING, count=lapsed)


def _mark(secret: bytes, row: Notice) -> str:
    """Names the notice in its Message-ID, the same each time, without telling the account."""
    key = "\0".join((row.account, row.kind, row.once_key)).encode()
    return hmac.digest(secret, b"notice\0" + key, hashlib.sha256).hex()[:32]
