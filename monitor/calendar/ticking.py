"""One look at the calendar: do what is due."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor import checklist, logs, questionnaire
from monitor.calendar import days
from monitor.calendar.nightly import look_at_box
from monitor.calendar.once import once
from monitor.climate import closing
from monitor.clock import AMSTERDAM
from monitor.delivery import reminders
from monitor.errors import KeyMissing, Refusal, RoundRefused
from monitor.organisation import mail_route, preferences
from monitor.organisation.preferences import Delivery, Preferences
from monitor.organisation.register import by_unit
from monitor.pulse import invitations, rounds
from monitor.pulse.rounds import Round, RoundStatus
from monitor.store import claims, leftovers, settling
from monitor.store.engine import reading, writing
from monitor.wiring import House

ACTOR = "calendar"


@dataclass(frozen=True, slots=True)
class Ticked:
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


def tick(house: House, now: datetime) -> Ticked:
    """Close what is due (or was left half closed), open, invite and remind; once a night
    look at the box and let the store forget in which order things came."""
    closed, keyless = _close_due(house, now)
    refused: list[str] = []

    def attempt(step: Callable[[House, Preferences, datetime], str | None]) -> tuple[str, ...]:
        try:
            done = step(house, chosen, now)
        except Refusal as refusal:
            refused.append(refusal.key)
            logs.note("calendar.refused", level=logging.WARNING, reason=refusal.key)
            return ()
        return (done,) if done else ()

    chosen = preferences.read(house.engine)
    steps = (_open_due, _invite, _remind_due) if chosen.calendar else ()
    opened, invited, reminded = [attempt(step) for step in steps] or [(), (), ()]
    today = now.astimezone(AMSTERDAM).date()
    look_at_box(house.engine, today)
    if rounds.current_open(house.engine) is None:
        leftovers.clear(house.engine)  # a slow reader may have kept the box as it was
    settling.settle_due(house.engine, today)
    return Ticked(closed, keyless, opened, invited, reminded, tuple(refused))


def _close_due(house: House, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
    today = now.astimezone(AMSTERDAM).date()
    closed, keyless = [], []
    for found in rounds.all_rounds(house.engine):
        if not _is_over(found, today):
            continue
        try:
            closing.close(house, found.period, ACTOR, now)
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


def _open_due(house: House, chosen: Preferences, now: datetime) -> str | None:
    """Open the round that is due. One that was opened by hand, or abandoned, is left as it is."""
    due = days.due_round(chosen, now)
    if due is None:
        return None
    opened = False

    def work() -> bool:
        nonlocal opened
        if not any(known.period == due.period for known in rounds.all_rounds(house.engine)):
            checklist.require(house, now.astimezone(AMSTERDAM).date())
            questions = questionnaire.load(house.settings.questionnaire_file)
            _announce(house, due.period, now)
            rounds.open_round(house, due.period, questions, due.closes_on, ACTOR, now)
            opened = True
        return True

    once(house, f"open:{due.period}", now, work)
    return due.period if opened else None


def _announce(house: House, period: str, now: datetime) -> None:
    """Note that this round is the calendar's own, so that its invitations are too.

    Noted before it opens: a process that dies in between leaves a round that is yet invited.
    """
    with writing(house.engine) as connection:
        claims.take(connection, f"invite:{period}", claims.new_holder(), now, timedelta(0))


def _invite(house: House, chosen: Preferences, now: datetime) -> str | None:
    """Queue the invitations of a round that the calendar opened."""
    found = rounds.current_open(house.engine)
    if found is None or chosen.delivery is not Delivery.MAIL or mail_route.of(house) is None:
        return None
    name = f"invite:{found.period}"
    with reading(house.engine) as connection:
        if not claims.is_known(connection, name) or claims.is_done(connection, name):
            return None
    emails = by_unit(house.engine)
    if not emails:
        return None

    def work() -> bool:
        invitations.mail(house, found.period, emails, ACTOR, now)
        return True

    return found.period if once(house, name, now, work) else None


def _remind_due(house: House, chosen: Preferences, now: datetime) -> str | None:
    """Queue the reminder that is due; of two that were missed, one."""
    found = rounds.current_open(house.engine)
    if found is None:
        return None
    due = days.due_reminder(found.opens_on, found.closes_on, chosen, now)
    if not due:
        return None
    queued = False

    def work() -> bool:
        nonlocal queued
        if reminders.count(house.engine, found.period) >= due:
            return True  # done by hand, or by a process that died before it could say so
        if not reminders.can_remind(house.engine, found.period):
            return True  # handed out on paper, or by somebody else's mail
        queued = not reminders.remind(house, found.period, ACTOR, now).again
        return queued

    once(house, f"remind:{found.period}:{due}", now, work)
    return found.period if queued else None
