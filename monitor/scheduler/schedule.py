"""On which days a round opens, reminds and closes: rules over dates, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from monitor.clock import AMSTERDAM, local_day
from monitor.organisation import workdays
from monitor.organisation.preferences import Preferences
from monitor.pulse import periods

ONE_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Due:
    """A round that should be open now, and the last day to answer if it opens today."""

    period: str
    closes_on: date


def opening_day(period: str, chosen: Preferences) -> date:
    """The day on which the period's round opens; the first working day after it, if it is none."""
    day = workdays.nth_weekday(periods.first_day(period), chosen.weekday, chosen.week)
    return workdays.first_from(day, chosen.works)


def closing_day(opens_on: date, chosen: Preferences) -> date:
    """The last day to answer in a round that opened on `opens_on`."""
    return workdays.after(opens_on, chosen.working_days, chosen.works)


def reminder_days(opens_on: date, chosen: Preferences) -> tuple[date, ...]:
    """The days on which everybody is reminded."""
    return tuple(workdays.after(opens_on, days, chosen.works) for days in chosen.remind_after)


def due_round(chosen: Preferences, now: datetime) -> Due | None:
    """The round that should have opened by now and is not too late to open.

    Of several that were missed only the last one counts. A late round is open as long as any
    other, but never until the next one opens; later than the day on which it would have closed
    it is left out.
    """
    if not is_working_hour(chosen, now):
        return None
    today = local_day(now)
    for period in (periods.containing(today), _shifted(today, -1)):
        day = opening_day(period, chosen)
        if chosen.calendar_from is not None and day < chosen.calendar_from:
            return None
        if day <= today:
            if today > closing_day(day, chosen):
                return None
            before_next = opening_day(_after(period), chosen) - ONE_DAY
            return Due(period, min(closing_day(today, chosen), before_next))
    return None


def due_reminder(opens_on: date, closes_on: date | None, chosen: Preferences, now: datetime) -> int:
    """How many reminders should have gone by now; 0 when this is no moment to send one."""
    today = local_day(now)
    if not is_working_hour(chosen, now) or (closes_on is not None and today > closes_on):
        return 0
    return sum(day <= today for day in reminder_days(opens_on, chosen))


def next_opening(chosen: Preferences, now: datetime) -> datetime:
    """When the next round opens, in Dutch time."""
    local = now.astimezone(AMSTERDAM)
    period = _shifted(local.date(), -1)
    while True:
        day = opening_day(period, chosen)
        moment = datetime.combine(day, time(chosen.hour), AMSTERDAM)
        if moment > local and (chosen.calendar_from is None or day >= chosen.calendar_from):
            return moment
        period = _after(period)


def is_working_hour(chosen: Preferences, now: datetime) -> bool:
    """Whether it is a working day in the Netherlands, and the hour has come."""
    local = now.astimezone(AMSTERDAM)
    return chosen.works(local.date()) and local.hour >= chosen.hour


def _after(period: str) -> str:
    return periods.from_number(periods.number(period) + 1)


def _shifted(day: date, months: int) -> str:
    return periods.from_number(periods.number(periods.containing(day)) + months)
