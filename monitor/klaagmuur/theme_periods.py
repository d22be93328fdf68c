"""The periods over which themes are counted: quarters, or half years from a chosen January on.

A change begins in a January only. Otherwise a half year would overlap a quarter that was released,
and the difference of the two would be a count of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine

from monitor.clock import local_day
from monitor.klaagmuur import quarters
from monitor.store import audit, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.stored_settings import StoredSetting

HALF = "H"
"""Stands in the name of a half year where a quarter has Q: ``2027H1``."""


class PeriodLength(StrEnum):
    """How long a period of counting is."""

    QUARTER = "quarter"
    HALF_YEAR = "half_year"


Choices = Mapping[int, PeriodLength]
"""The length from the January of each of these years on."""


def choices(engine: Engine) -> Choices:
    """What was chosen so far."""
    with reading(engine) as connection:
        return choices_in(connection)


def choices_in(connection: Connection) -> Choices:
    """As :func:`choices`, inside a transaction of the caller."""
    stored = stored_settings.get(connection, StoredSetting.THEME_PERIODS) or {}
    return {int(year): PeriodLength(length) for year, length in stored.items()}


def choose(engine: Engine, length: PeriodLength, actor: str, now: datetime) -> int:
    """Have periods of this length from the next January on; returns the year it begins in."""
    year = local_day(now).year + 1
    with writing(engine) as connection:
        before = choices_in(connection)
        after = {start: each for start, each in before.items() if start < year}
        if length_in(after, year) is not length:
            after[year] = length
        if after != before:
            value = {str(start): each.value for start, each in sorted(after.items())}
            stored_settings.put(connection, StoredSetting.THEME_PERIODS, value)
            audit.note(connection, actor, f"klaagmuur.themes_{length}", str(year), now)
    return year


def length_in(chosen: Choices, year: int) -> PeriodLength:
    """How long the periods of a year are."""
    starts = [start for start in chosen if start <= year]
    return chosen[max(starts)] if starts else PeriodLength.QUARTER


def period(day: date, chosen: Choices) -> str:
    """The period of a day, as ``2026Q4`` or ``2027H1``."""
    if length_in(chosen, day.year) is PeriodLength.QUARTER:
        return quarters.quarter(day)
    return f"{day.year}{HALF}{1 if day.month <= 6 else 2}"


def last_day(name: str) -> date:
    """The last day of a period."""
    months = 6 if name[4] == HALF else 3
    month = int(name[5:]) * months
    first_after = date(int(name[:4]) + month // 12, month % 12 + 1, 1)
    return first_after - timedelta(1)
