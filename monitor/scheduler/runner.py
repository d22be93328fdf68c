"""Doing what is due: close, open, invite, remind, and the nightly work on the store."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from monitor import logs
from monitor.climate import close_round, results
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import KeyMissing, Refusal, RoundRefused, StoreBusy, StoreFailing
from monitor.followup.nightly import follow_up_due
from monitor.mail import route
from monitor.operations import checklist
from monitor.organisation import preferences
from monitor.organisation.members import by_unit
from monitor.organisation.preferences import Delivery, Preferences
from monitor.pulse.ballot import adoption, batch_settlement
from monitor.pulse.count.closing import sweep
from monitor.pulse.invitations import issue, reminders
from monitor.pulse.rounds import genuine, questionnaire_in_use, rounds
from monitor.pulse.rounds.rounds import UNDER_WAY, Round, RoundStatus
from monitor.scheduler import reminder_mail, schedule
from monitor.store import claims, purge, row_shuffle
from monitor.store.engine import reading, writing
from monitor.store.run_once import run_once

ACTOR = "calendar"


@dataclass(frozen=True, slots=True)
class TickResult:
    """The periods of the rounds on which a tick acted, or could not act."""

    closed: tuple[str, ...] = ()
    keyless: tuple[str, ...] = ()
    """Rounds that should close, but whose key this process does not have."""
    opened: tuple[str, ...] = ()
    invited: tuple[str, ...] = ()
    """Rounds whose invitations are now queued."""
    reminded: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """Keys of the sentences that say why something was not done."""
    night: bool = field(default=False, compare=False)
    """Whether the nightly work was done in this tick."""


def tick(context: AppContext, now: datetime) -> TickResult:
    """Close what is due (or was left half closed), open, invite and remind.

    Once a night also shuffle the rows of the store, freeze and erase what is due of actions, and
    remind who leads a team.
    """
    closed, keyless = _close_due(context, now)
    sweep(context, now)  # a store that failed right after a close left its key
    done, refused = _follow_calendar(context, now)
    current = rounds.current_open(context.engine)
    if current is None:
        purge.purge_leftovers(context.engine)  # a slow reader may have held up the purge
    else:
        adoption.ensure(context, current.period)
        batch_settlement.settle(context, current)
    night = row_shuffle.shuffle_rows_due(context.engine, now)
    follow_up_due(context.engine, now, again=bool(closed))
    reminder_mail.enqueue_due(context, now)
    with suppress(StoreBusy, StoreFailing):  # whatever is not kept is worked out again
        results.keep(context.engine)
    return TickResult(closed, keyless, **done, refused=refused, night=night)


def _follow_calendar(
    context: AppContext, now: datetime
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Open, invite and remind where the calendar is on: the periods, and the refusals."""
    chosen = preferences.read(context.engine)
    if not chosen.calendar:
        return {}, ()
    done: dict[str, tuple[str, ...]] = {}
    refused: list[str] = []
    for name, step in (("opened", _open_due), ("invited", _invite), ("reminded", _remind_due)):
        try:
            period = step(context, chosen, now)
        except Refusal as refusal:
            refused.append(refusal.key)
            logs.note("calendar.refused", level=logging.WARNING, reason=refusal.key)
        else:
            done[name] = (period,) if period else ()
    return done, tuple(refused)


def _close_due(context: AppContext, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Close what is due: the periods closed, and those whose key this process does not have.

    A round that cannot be closed keeps nothing else of a tick from being done.
    """
    today = local_day(now)
    closed, keyless = [], []
    for period in (
        each.period for each in rounds.all_rounds(context.engine) if _is_over(each, today)
    ):
        try:
            # Who chooses the closing moment chooses who is in it.
            if _is_over(genuine.get(context.engine, period), today):
                close_round.close(context, period, ACTOR, now)
                closed.append(period)
        except (RoundRefused, StoreFailing) as refusal:
            if rounds.get(context.engine, period).status not in UNDER_WAY:
                continue  # another process was first
            is_keyless = isinstance(refusal, KeyMissing)
            if is_keyless:
                keyless.append(period)
            _log_unclosed(period, "key" if is_keyless else refusal.key)
    return tuple(closed), tuple(keyless)


def _log_unclosed(period: str, reason: str) -> None:
    """Say in the log, at every try, that a round whose closing day has passed is still open."""
    logs.note("round.not_closed", level=logging.ERROR, period=period, reason=reason)


def _is_over(round_: Round, today: date) -> bool:
    if round_.status is RoundStatus.CLOSING:
        return True
    is_open = round_.status is RoundStatus.OPEN
    return is_open and round_.closes_on is not None and round_.closes_on < today


def _open_due(context: AppContext, chosen: Preferences, now: datetime) -> str | None:
    """Open the round that is due, unless there is one of that period, be it abandoned."""
    due = schedule.due_round(chosen, now)
    if due is None:
        return None
    opened = False

    def work() -> bool:
        nonlocal opened
        if due.period not in {round_.period for round_ in rounds.all_rounds(context.engine)}:
            checklist.require(context, local_day(now))
            questions = questionnaire_in_use.in_use(context)
            _claim_invitations(context, due.period, now)
            rounds.open_round(context, due.period, questions, due.closes_on, ACTOR, now)
            opened = True
        return True

    run_once(context.engine, f"open:{due.period}", now, work)
    return due.period if opened else None


def _claim_invitations(context: AppContext, period: str, now: datetime) -> None:
    """Record that the calendar opens this round, so that it sends the invitations too.

    Recorded before the round opens: if the process dies in between, the round is still invited.
    """
    with writing(context.engine) as connection:
        claims.take(connection, f"invite:{period}", claims.new_holder(), now, timedelta(0))


def _invite(context: AppContext, chosen: Preferences, now: datetime) -> str | None:
    """Queue the invitations of the round that the calendar opened."""
    round_ = rounds.current_open(context.engine)
    if round_ is None or chosen.delivery is not Delivery.MAIL or route.in_use(context) is None:
        return None
    name = f"invite:{round_.period}"
    with reading(context.engine) as connection:
        if not claims.is_known(connection, name) or claims.is_done(connection, name):
            return None
    emails = by_unit(context.engine)
    if not emails:
        return None

    def work() -> bool:
        issue.mail(context, round_.period, emails, ACTOR, now)
        return True

    return round_.period if run_once(context.engine, name, now, work) else None


def _remind_due(context: AppContext, chosen: Preferences, now: datetime) -> str | None:
    """Queue the reminder that is due; one only where two were missed."""
    round_ = rounds.current_open(context.engine)
    if round_ is None:
        return None
    due = schedule.due_reminder(round_.opens_on, round_.closes_on, chosen, now)
    if not due:
        return None
    mailed = reminders.can_remind(context.engine, round_.period)
    if mailed and not reminders.is_time(context.engine, round_.period, chosen, local_day(now)):
        return None
    queued = False

    def work() -> bool:
        nonlocal queued
        if reminders.count(context.engine, round_.period) >= due:
            return True  # sent by hand, or by a process that died before it recorded that
        if not mailed:
            return True  # the codes went out on paper, or in somebody else's mail
        queued = not reminders.remind(context, round_.period, ACTOR, now).resumed
        return queued

    # By the round's key: a month that is given up and begun anew is reminded like any other.
    key = (round_.public_key or b"").hex()[:16]
    run_once(context.engine, f"remind:{round_.period}:{due}:{key}", now, work)
    return round_.period if queued else None
