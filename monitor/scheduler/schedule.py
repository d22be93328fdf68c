"""The days on which a round opens, reminds and closes: pure rules over dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from monitor.clock import AMSTERDAM, local_day
from monitor.organisation import workdays
from monitor.organisation.preferences import Preferences
from monitor.pulse import periods

ONE_DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class DueRound:
    """A round that should be open now, and the last day to answer if it opens today."""

    period: str
    closes_on: date


def opening_day(period: str, preferences: Preferences) -> date:
    """The day on which the period's round opens, moved to the first working day from then."""
    day = workdays.nth_weekday(periods.first_day(period), preferences.weekday, preferences.week)
    return workdays.first_from(day, preferences.works)


def closing_day(opens_on: date, preferences: Preferences) -> date:
    """The last day to answer in a round that opened on `opens_on`."""
    return workdays.after(opens_on, preferences.working_days, preferences.works)


def reminder_days(opens_on: date, preferences: Preferences) -> tuple[date, ...]:
    """The days on which everybody is reminded."""
    return tuple(
        workdays.after(opens_on, days, preferences.works) for days in preferences.remind_after
    )


def due_round(preferences: Preferences, now: datetime) -> DueRound | None:
    """The round that should have opened by now and is not too late to open.

    Of several that were missed only the last counts. A late round is open as long as any other,
    but closes before the next one opens; once the day has passed on which it would have closed, it
    is skipped.
    """
    if not is_working_hour(preferences, now):
        return None
    today = local_day(now)
    this_month = periods.containing(today)
    for period in (this_month, periods.shifted(this_month, -1)):
        day = opening_day(period, preferences)
        if preferences.calendar_from is not None and day < preferences.calendar_from:
            return None
        if day <= today:
            if today > closing_day(day, preferences):
                return None
            before_next = opening_day(periods.shifted(period, 1), preferences) - ONE_DAY
            return DueRound(period, min(closing_day(today, preferences), before_next))
    return None


def due_reminder(
    opens_on: date, closes_on: date | None, preferences: Preferences, now: datetime
) -> int:
    """How many reminders should have been sent by now; 0 when none may be sent now."""
    today = local_day(now)
    if not is_working_hour(preferences, now) or (closes_on is not None and today > closes_on):
        return 0
    return sum(day <= today for day in reminder_days(opens_on, preferences))


def next_opening(preferences: Preferences, now: datetime) -> datetime:
    """When the next round opens, in Dutch time."""
    local = now.astimezone(AMSTERDAM)
    period = periods.shifted(periods.containing(local.date()), -1)
    while True:
        day = opening_day(period, preferences)
        moment = datetime.combine(day, time(preferences.hour), AMSTERDAM)
        if moment > local and (
            preferences.calendar_from is None or day >= preferences.calendar_from
        ):
            return moment
        period = periods.shifted(period, 1)


def is_working_hour(preferences: Preferences, now: datetime) -> bool:
    """Whether it is a working day in the Netherlands, and the hour has come."""
    local = now.astimezone(AMSTERDAM)
    return preferences.works(local.date()) and local.hour >= preferences.hour
