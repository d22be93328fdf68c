"""Dates: of the first mail after a vent, of its expiry, and the quarter a day is in."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from monitor.clock import AMSTERDAM
from monitor.organisation import workdays
from monitor.organisation.workdays import Workday

LIFETIMES = (7, 14, 30)
"""How many days a vent may exist, at the sender's choice."""
MOST_EXTRA = 3
"""The most random days that are added, so that the day of expiry does not tell the day sent."""
MAIL_AT = time(8, 0)
"""From this hour on, in Dutch time, the daily mail goes out."""
ANNOUNCED = timedelta(14)
"""How long a new key is announced before anything is sealed to it."""
ANNOUNCED_AFTER_OBJECTION = timedelta(28)
"""How long before toezicht may let a key begin that the person it belongs to objected to."""


def first_mail_after(sent: datetime, works: Workday) -> date:
    """The day of the first daily mail after a vent was sent."""
    local = sent.astimezone(AMSTERDAM)
    if local.time() < MAIL_AT and works(local.date()):
        return local.date()
    return workdays.after(local.date(), 1, works)


def expires_on(sent: datetime, lifetime: int, extra: int, works: Workday) -> date:
    """The first day on which a vent no longer exists.

    Parameters
    ----------
    lifetime
        One of ``LIFETIMES``, in days, counted from the first mail after sending.
    extra
        Random, 0 to ``MOST_EXTRA`` days.
    works
        The organisation's working days: there is a daily mail on each of them.
    """
    if lifetime not in LIFETIMES or not 0 <= extra <= MOST_EXTRA:
        raise ValueError("not a lifetime")
    return first_mail_after(sent, works) + timedelta(lifetime + extra)


def quarter(day: date) -> str:
    """The quarter of a day, as ``2026Q4``."""
    return f"{day.year}Q{(day.month + 2) // 3}"
