"""The organisation's preferences: the calendar of rounds, and how codes are handed out."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine

from monitor.clock import AMSTERDAM, local_day
from monitor.errors import InputRefused
from monitor.organisation.workdays import Workday, workdays
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing

LONGEST_ROUND = 15
"""Working days. More, and a round would still be open when the next one is due."""
MOST_REMINDERS = 2
OFFICE_OPENS, OFFICE_CLOSES = 8, 18
"""Hours, in the Netherlands, between which mail to colleagues goes."""


class Delivery(StrEnum):
    """How people receive their code."""

    MAIL = "mail"
    SLIPS = "slips"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Preferences:
    """All preferences, with the defaults that hold until somebody chooses.

    Raises
    ------
    InputRefused
        When a value is out of range.
    """

    calendar: bool = False
    """Whether rounds open, remind and close by themselves."""
    calendar_from: date | None = None
    """No round that was due before this day is opened; set when the calendar is switched on."""
    weekday: int = 1
    """The day on which a round opens: 0 is Monday, 4 is Friday."""
    week: int = 1
    """Which of those days in the month: 1 is the first, 4 the fourth."""
    hour: int = 9
    """From which hour on, in the Netherlands, a round opens and reminders go: 0 to 23."""
    working_days: int = 10
    """How many working days after the opening is the last one to answer on: 1 to 15."""
    remind_after: tuple[int, ...] = (5, 8)
    """How many working days after the opening everybody is reminded: at most twice."""
    delivery: Delivery = Delivery.MAIL
    holidays: bool = True
    """Whether people are free on Dutch public holidays."""
    days_off: tuple[date, ...] = ()
    """Other days on which the organisation is shut."""
    mails_a_minute: int = 300
    """The most mails sent in a minute, to spare the mail server: 1 to 6000."""

    def __post_init__(self) -> None:
        for name, least, most in (
            ("weekday", 0, 4),
            ("week", 1, 4),
            ("hour", 0, 23),
            ("working_days", 1, LONGEST_ROUND),
            ("mails_a_minute", 1, 6000),
        ):
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise InputRefused("preferences.number", name=name, least=least, most=most)
        days = self.remind_after
        if len(days) > MOST_REMINDERS or list(days) != sorted(set(days)):
            raise InputRefused("preferences.reminders", most=MOST_REMINDERS)
        if any(not 1 <= day <= self.working_days for day in days):
            raise InputRefused("preferences.reminder_day", most=self.working_days)

    @property
    def works(self) -> Workday:
        """The working days, by holidays and days off."""
        return workdays(self.days_off, holidays=self.holidays)

    @property
    def office_hours(self) -> tuple[int, int]:
        """The hours between which mail goes; they include the hour at which a round opens."""
        return min(OFFICE_OPENS, self.hour), max(OFFICE_CLOSES, self.hour + 1)

    def in_office_hours(self, now: datetime) -> bool:
        """Whether letters may go now: on working days, in office hours, in the Netherlands."""
        local, (opens, closes) = now.astimezone(AMSTERDAM), self.office_hours
        return opens <= local.hour < closes and self.works(local.date())


def read(engine: Engine) -> Preferences:
    """The preferences that hold now."""
    with reading(engine) as connection:
        return _read(connection)


def change(engine: Engine, actor: str, now: datetime, **chosen: Any) -> Preferences:
    """Change the fields of :class:`Preferences` named in `chosen`; the rest stays.

    Raises
    ------
    InputRefused
        When the result would not be valid; nothing has changed.
    """
    with writing(engine) as connection:
        before = _read(connection)
        if chosen.get("calendar") and not before.calendar:
            chosen.setdefault("calendar_from", local_day(now))
        after = dataclasses.replace(before, **chosen)
        for field in dataclasses.fields(after):
            value = getattr(after, field.name)
            if value == getattr(before, field.name):
                continue
            stored = _to_json(value)
            stored_settings.put(connection, field.name, stored)
            detail = f"{field.name}: {json.dumps(stored)}"
            audit.note(connection, actor, "preferences.change", detail, now)
    return after


def _read(connection: Connection) -> Preferences:
    names = {field.name for field in dataclasses.fields(Preferences)}
    stored = stored_settings.get_many(connection, names)
    return Preferences(**{name: _from_json(name, value) for name, value in stored.items()})


def _to_json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [item.isoformat() if isinstance(item, date) else item for item in value]
    return value


def _from_json(name: str, value: Any) -> Any:
    if name == "calendar_from":
        return date.fromisoformat(value) if value else None
    if name == "days_off":
        return tuple(date.fromisoformat(day) for day in value)
    if name == "remind_after":
        return tuple(value)
    return Delivery(value) if name == "delivery" else value
