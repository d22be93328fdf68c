"""Reminders: to everybody, with the same link, at most two a round, after the invitations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine, select

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import RoundRefused
from monitor.locale.formats import Month
from monitor.organisation import preferences, workdays
from monitor.organisation.preferences import Preferences
from monitor.pulse.invitations import last_mailing, letters, outbox, undelivered
from monitor.pulse.invitations.letters import REMINDERS, Kind, State
from monitor.pulse.invitations.outbox import Progress
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import audit
from monitor.store.delivery_tables import outbox as outbox_table
from monitor.store.engine import reading, writing
from monitor.store.tables import member

DAYS_BETWEEN = 2
"""Working days between two letters to the same people, unless a reminder was chosen for sooner."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that was queued now, or an earlier one that is not wholly sent (`resumed`)."""

    kind: Kind
    letters: int
    resumed: bool


def remind(context: AppContext, period: str, actor: str, now: datetime) -> Reminder:
    """Queue a reminder to everybody whose invitation the app has sent, with the same link.

    It goes to everybody because the app does not read who has answered. A reminder that is not
    wholly sent is resumed instead, so that it is safe to repeat after a crash.

    Raises
    ------
    RoundRefused
        On a day off, after two reminders, before the invitations have been sent, when the app did
        not mail the invitations, or when the round is not open.
    """
    works = preferences.read(context.engine).works(local_day(now))
    with writing(context.engine) as connection:
        status = rounds.lock(connection, period).status
        if status is not RoundStatus.OPEN:
            raise RoundRefused(f"round.is_{status}", period=Month(period))
        queued = outbox.progress_by_kind(connection, period)
        if Kind.INVITE not in queued:
            raise RoundRefused("remind.not_ours", period=Month(period))
        if not works:
            raise RoundRefused("remind.weekend")
        if undelivered.invitations_wait(connection, period):
            raise RoundRefused("remind.too_early", period=Month(period))
        for kind in REMINDERS:
            unsent = queued.get(kind, Progress()).left
            if unsent:
                return Reminder(kind, unsent, resumed=True)
            if kind not in queued:
                return _queue(connection, period, kind, actor, now)
    raise RoundRefused("remind.enough", period=Month(period))


def is_time(engine: Engine, period: str, chosen: Preferences, today: date) -> bool:
    """Whether the calendar may remind: the invitations are out, and that is some days ago.

    The days count from the last letter of the round, which may have been late.
    """
    with reading(engine) as connection:
        if undelivered.invitations_wait(connection, period):
            return False
        last = last_mailing.read(connection, period)
    days = min((DAYS_BETWEEN, *chosen.remind_after))
    return last is None or workdays.after(last, days, chosen.works) <= today


def count(engine: Engine, period: str) -> int:
    """How many reminders the round has had, including one that is not wholly sent."""
    with reading(engine) as connection:
        return sum(kind in REMINDERS for kind in outbox.progress_by_kind(connection, period))


def _queue(connection: Connection, period: str, kind: Kind, actor: str, now: datetime) -> Reminder:
    invited = (
        select(outbox_table)
        .join(member, member.c.email == outbox_table.c.email)  # not to people who have left
        .where(
            outbox_table.c.period == period,
            outbox_table.c.kind == Kind.INVITE,
            outbox_table.c.state == State.SENT,
        )
    )
    to_send = [outbox.letter_of(row, kind) for row in connection.execute(invited)]
    if not to_send:
        raise RoundRefused("remind.too_early", period=Month(period))
    letters.queue(connection, to_send)
    audit.note(connection, actor, "round.remind", f"{period}: {len(to_send)}", now)
    return Reminder(kind, len(to_send), resumed=False)


def can_remind(engine: Engine, period: str) -> bool:
    """Whether the app mailed invitations of the round, so that it can remind."""
    with reading(engine) as connection:
        return Kind.INVITE in outbox.progress_by_kind(connection, period)
