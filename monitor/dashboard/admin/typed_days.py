"""Days as people type them."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from babel.dates import get_day_names, get_month_names

from monitor.errors import InputRefused
from monitor.locale import languages

LONGEST = 40
"""Characters of a day as people write it: ``donderdag 24 september 2026`` has 27."""
FIRST_YEAR = 1000
"""A year has four digits: 26 may be a year or a day."""


def parse_day(typed: str) -> date:
    """The day that was typed: ``3-11-2026``, ``2026-11-03`` or ``vrijdag 20 nov. 2026``.

    Names of months and days are read in any of the languages.

    Raises
    ------
    InputRefused
        When it is no day; the refusal holds all that was typed.
    """
    words = re.findall(r"\w+", typed.lower())
    parts = [_months().get(word, word) for word in words if word not in _weekdays()]
    try:
        numbers = [int(part) for part in parts]
        if len(parts[0]) != 4:
            numbers.reverse()
        if numbers[0] < FIRST_YEAR:
            raise ValueError
        return date(*numbers)
    except (ValueError, TypeError, IndexError, OverflowError):
        raise InputRefused("form.day", value=typed.strip()) from None


def parse_days(typed: str) -> tuple[date, ...]:
    """The days that were typed, one a line or with commas between; each once, in order.

    Raises
    ------
    InputRefused
        When one of them is no day.
    """
    lines = typed.replace(",", "\n").replace(";", "\n").split("\n")
    return tuple(sorted({parse_day(line) for line in lines if line.strip()}))


@cache
def _months() -> dict[str, str]:
    """The number of each month, by its names in every language."""
    return {
        name.lower().rstrip("."): str(number)
        for language in languages()
        for width in ("wide", "abbreviated")
        for number, name in get_month_names(width, locale=language).items()
    }


@cache
def _weekdays() -> frozenset[str]:
    """The names of the days of the week in every language."""
    return frozenset(
        name.lower().rstrip(".")
        for language in languages()
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, locale=language).values()
    )


def typed_day(day: date | None) -> str:
    """The day as :func:`parse_day` reads it; empty without one."""
    return f"{day.day}-{day.month}-{day.year}" if day else ""
