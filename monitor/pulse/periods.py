"""Periods: one calendar month each, written ``2026-11``."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

from monitor.errors import InputRefused

_FIRST_YEAR = 1990
_MONTHS = 1024
_SHAPE = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def check(period: str) -> str:
    """Return `period` when it is a month such as ``2026-11``.

    Raises
    ------
    InputRefused
        When it is not, or lies outside 1990-01 to 2075-04.
    """
    match = _SHAPE.fullmatch(period)
    if match and 1 <= int(match[2]) <= 12 and 0 <= _count(match[1], match[2]) < _MONTHS:
        return period
    raise InputRefused("period.shape", value=period[:20])


def number(period: str) -> int:
    """Months since January 1990; 0 to 1023."""
    return _count(*check(period).split("-"))


def from_number(months: int) -> str:
    """The period `months` after January 1990."""
    return f"{_FIRST_YEAR + months // 12:04d}-{months % 12 + 1:02d}"


def shifted(period: str, months: int) -> str:
    """The period so many months later; earlier when `months` is negative."""
    return from_number(number(period) + months)


@lru_cache(maxsize=8192)
def months_between(earlier: str, later: str) -> int:
    """How many months `later` comes after `earlier`."""
    return number(later) - number(earlier)


def first_day(period: str) -> date:
    """The month's first day."""
    return date.fromisoformat(f"{check(period)}-01")


def last_day(period: str) -> date:
    """The last day of the month."""
    first = first_day(period)
    return first.replace(day=monthrange(first.year, first.month)[1])


def containing(day: date) -> str:
    """The period in which `day` falls."""
    return f"{day.year:04d}-{day.month:02d}"


def _count(year: str, month: str) -> int:
    return (int(year) - _FIRST_YEAR) * 12 + int(month) - 1
