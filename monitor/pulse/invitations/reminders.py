"""Reminders: to everybody, with the same link, at most two a round, never at the weekend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import RoundRefused
from monitor.organisation.workdays import is_weekend
from monitor.pulse.invitations import letters
from monitor.pulse.invitations.letters import REMINDERS, Kind, State
from monitor.pulse.invitations.outbox import Progress, letter_of, states
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import audit
from monitor.store.delivery_tables import outbox
from monitor.store.engine import reading, writing
from monitor.store.tables import member


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that was queued, or one that had not wholly gone yet (`again`)."""

    kind: Kind
    letters: int
    again: bool


def remind(context: AppContext, period: str, actor: str, now: datetime) -> Reminder:
    """Queue a reminder to everybody whose invitation the app has sent, with the same link.

    Everybody, because the app does not look at who has answered. A reminder that has not wholly
    gone is gone on with instead, so that it is safe to repeat after a crash.

    Raises
    ------
    RoundRefused
        At the weekend, after two reminders, before any invitation has gone, when the app did not
        mail the invitations, or when the round is not open.
    """
    today = local_day(now)
    with writing(context.engine) as connection:
        found = rounds.lock(connection, period)
        if found.status is not RoundStatus.OPEN:
            raise RoundRefused(f"round.is_{found.status}", period=period)
        known = states(connection, period)
        if Kind.INVITE not in known:
            raise RoundRefused("remind.not_ours", period=period)
        if is_weekend(today):
            raise RoundRefused("remind.weekend")
        for kind in REMINDERS:
            left = known.get(kind, Progress()).left
            if left:
                return Reminder(kind, left, again=True)
            if kind not in known:
                return _queue(connection, period, kind, actor, now)
    raise RoundRefused("remind.enough", period=period)


def count(engine: Engine, period: str) -> int:
    """How many reminders the round has had, those under way included."""
    with reading(engine) as connection:
        return sum(kind in REMINDERS for kind in states(connection, period))


def _queue(connection: Connection, period: str, kind: Kind, actor: str, now: datetime) -> Reminder:
    invited = (
        select(outbox)
        .join(member, member.c.email == outbox.c.email)  # who has left is left alone
        .where(
            outbox.c.period == period,
            outbox.c.kind == Kind.INVITE,
            outbox.c.state == State.SENT,
        )
    )
    to = [letter_of(row, kind) for row in connection.execute(invited)]
    if not to:
        raise RoundRefused("remind.too_early", period=period)
    letters.queue(connection, to)
    audit.note(connection, actor, "round.remind", f"{period}: {len(to)}", now)
    return Reminder(kind, len(to), again=False)


def can_remind(engine: Engine, period: str) -> bool:
    """Whether the app mailed invitations of the round, so that it can remind."""
    with reading(engine) as connection:
        return Kind.INVITE in states(connection, period)
