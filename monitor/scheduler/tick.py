"""One look at the calendar: do what is due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor import logs
from monitor.climate import close_round
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import KeyMissing, Refusal, RoundRefused
from monitor.mail import route
from monitor.operations import checklist
from monitor.organisation import preferences
from monitor.organisation.preferences import Delivery, Preferences
from monitor.organisation.register import by_unit
from monitor.pulse import questionnaire
from monitor.pulse.invitations import issue, reminders
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.scheduler import schedule
from monitor.scheduler.box_estimate import estimate_box
from monitor.store import claims, purge, row_shuffle
from monitor.store.engine import reading, writing
from monitor.store.run_once import run_once

ACTOR = "calendar"


@dataclass(frozen=True, slots=True)
class TickResult:
    """What one tick did, as periods, and what it could not do."""

    closed: tuple[str, ...] = ()
    keyless: tuple[str, ...] = ()
    """Rounds that should close, but whose key is not here."""
    opened: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    """Rounds whose letters now wait to be sent."""
    reminded: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """Names of the sentences that say what stood in the way."""


def tick(context: AppContext, now: datetime) -> TickResult:
    """Close what is due (or was left half closed), open, invite and remind; once a night
    look at the box and let the store forget in which order things came."""
    closed, keyless = _close_due(context, now)
    refused: list[str] = []

    def attempt(step: Callable[[AppContext, Preferences, datetime], str | None]) -> tuple[str, ...]:
        try:
            done = step(context, chosen, now)
        except Refusal as refusal:
            refused.append(refusal.key)
            logs.note("calendar.refused", level=logging.WARNING, reason=refusal.key)
            return ()
        return (done,) if done else ()

    chosen = preferences.read(context.engine)
    steps = (_open_due, _invite, _remind_due) if chosen.calendar else ()
    opened, invited, reminded = [attempt(step) for step in steps] or [(), (), ()]
    today = local_day(now)
    estimate_box(context.engine, today)
    if rounds.current_open(context.engine) is None:
        purge.purge_leftovers(context.engine)  # a slow reader may have kept the box as it was
    row_shuffle.shuffle_rows_due(context.engine, now)
    return TickResult(closed, keyless, opened, invited, reminded, tuple(refused))


def _close_due(context: AppContext, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    today = local_day(now)
    closed, keyless = [], []
    for found in rounds.all_rounds(context.engine):
        if not _is_over(found, today):
            continue
        try:
            close_round.close(context, found.period, ACTOR, now)
        except KeyMissing:
            keyless.append(found.period)
        except RoundRefused:
            continue  # another process was first
        else:
            closed.append(found.period)
    return tuple(closed), tuple(keyless)


def _is_over(found: Round, today: date) -> bool:
    if found.status is RoundStatus.CLOSING:
        return True
    return (
        found.status is RoundStatus.OPEN and found.closes_on is not None and found.closes_on < today
    )


def _open_due(context: AppContext, chosen: Preferences, now: datetime) -> str | None:
    """Open the round that is due. One that was opened by hand, or abandoned, is left as it is."""
    due = schedule.due_round(chosen, now)
    if due is None:
        return None
    opened = False

    def work() -> bool:
        nonlocal opened
        if not any(known.period == due.period for known in rounds.all_rounds(context.engine)):
            checklist.require(context, local_day(now))
            questions = questionnaire.load(context.settings.questionnaire_file)
            _announce(context, due.period, now)
            rounds.open_round(context, due.period, questions, due.closes_on, ACTOR, now)
            opened = True
        return True

    run_once(context.engine, f"open:{due.period}", now, work)
    return due.period if opened else None


def _announce(context: AppContext, period: str, now: datetime) -> None:
    """Note that this round is the calendar's own, so that its invitations are too.

    Noted before it opens: a process that dies in between leaves a round that is yet invited.
    """
    with writing(context.engine) as connection:
        claims.take(connection, f"invite:{period}", claims.new_holder(), now, timedelta(0))


def _invite(context: AppContext, chosen: Preferences, now: datetime) -> str | None:
    """Queue the invitations of a round that the calendar opened."""
    found = rounds.current_open(context.engine)
    if found is None or chosen.delivery is not Delivery.MAIL or route.in_use(context) is None:
        return None
    name = f"invite:{found.period}"
    with reading(context.engine) as connection:
        if not claims.is_known(connection, name) or claims.is_done(connection, name):
            return None
    emails = by_unit(context.engine)
    if not emails:
        return None

    def work() -> bool:
        issue.mail(context, found.period, emails, ACTOR, now)
        return True

    return found.period if run_once(context.engine, name, now, work) else None


def _remind_due(context: AppContext, chosen: Preferences, now: datetime) -> str | None:
    """Queue the reminder that is due; of two that were missed, one."""
    found = rounds.current_open(context.engine)
    if found is None:
        return None
    due = schedule.due_reminder(found.opens_on, found.closes_on, chosen, now)
    if not due:
        return None
    queued = False

    def work() -> bool:
        nonlocal queued
        if reminders.count(context.engine, found.period) >= due:
            return True  # done by hand, or by a process that died before it could say so
        if not reminders.can_remind(context.engine, found.period):
            return True  # handed out on paper, or by somebody else's mail
        queued = not reminders.remind(context, found.period, ACTOR, now).resumed
        return queued

    run_once(context.engine, f"remind:{found.period}:{due}", now, work)
    return found.period if queued else None
