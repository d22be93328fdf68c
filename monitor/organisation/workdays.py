"""Working days: Monday to Friday, without public holidays and the organisation's days off."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import cache

SATURDAY = 5
ONE_DAY = timedelta(1)
Workday = Callable[[date], bool]
"""Tells whether people work on a day."""


def is_weekend(day: date) -> bool:
    """Whether `day` is a Saturday or a Sunday."""
    return day.weekday() >= SATURDAY


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The Dutch public holidays of a year."""
    # Loaded when first needed: it takes half a second and 19 MB.
    from holidays import country_holidays  # noqa: PLC0415

    return frozenset(country_holidays("NL", years=year))


def workdays(days_off: Collection[date] = (), *, holidays: bool = True) -> Workday:
    """The rule that says what is a working day.

    Parameters
    ----------
    days_off
        Other days on which the organisation is closed.
    holidays
        Whether people are free on Dutch public holidays.
    """

    def works(day: date) -> bool:
        if is_weekend(day) or day in days_off:
            return False
        return not (holidays and day in public_holidays(day.year))

    return works


def first_from(day: date, works: Workday) -> date:
    """`day`, or the first working day after it."""
    while not works(day):
        day += ONE_DAY
    return day


def after(day: date, count: int, works: Workday) -> date:
    """The day `count` working days later."""
    while count:
        day += ONE_DAY
        count -= works(day)
    return day


def nth_weekday(month: date, weekday: int, nth: int) -> date:
    """The `nth` (1 = first) `weekday` (0 = Monday) of the month that starts on `month`."""
    first = month.replace(day=1)
    return first + timedelta((weekday - first.weekday()) % 7 + 7 * (nth - 1))
