"""Days, months, bands of people and scores, written alike on every page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from babel.dates import format_date, format_datetime, format_skeleton

from monitor.clock import AMSTERDAM
from monitor.locale import Localized


@dataclass(frozen=True, slots=True)
class Month(Localized):
    """A period in a sentence, written as `month` does; as text it is the period itself.

    One that is no month is written as it stands: somebody may have put it in the store.
    """

    period: str

    def written(self, language: str) -> str:
        """The month in that language."""
        try:
            return month(self.period, language)
        except ValueError:
            return self.period

    def __str__(self) -> str:
        return self.period


@dataclass(frozen=True, slots=True)
class Day(Localized):
    """A date in a sentence, written as `day` does."""

    date: date

    def written(self, language: str) -> str:
        """The day in that language."""
        return day(self.date, language)


def day(value: date, language: str, *, short: bool = False) -> str:
    """A day: ``30 november 2026``, or ``30 nov 2026`` where there is little room."""
    return str(format_date(value, "d MMM y" if short else "d MMMM y", locale=language))


def moment(value: datetime, language: str) -> str:
    """A moment in Dutch time: ``24 nov 2026 11:00``."""
    return str(format_datetime(value.astimezone(AMSTERDAM), "d MMM y HH:mm", locale=language))


def appointment(value: datetime, language: str) -> str:
    """A moment to be there, in Dutch time: ``donderdag 3 december 2026, 13.00 uur``."""
    pattern = "EEEE d MMMM y, HH.mm 'uur'" if language == "nl" else "EEEE d MMMM y, HH:mm"
    return str(format_datetime(value.astimezone(AMSTERDAM), pattern, locale=language))


def month(period: str, language: str) -> str:
    """A period as a month: ``november 2026``."""
    return str(format_skeleton("yMMMM", _first(period), locale=language))


def short_month(period: str, language: str) -> str:
    """A period for an axis or a narrow column: ``nov 2026``."""
    return str(format_skeleton("yMMM", _first(period), locale=language))


def ends(band: str) -> tuple[str, str]:
    """The lower and the upper end of a band such as ``10-14``; that of ``50+`` is empty.

    Those of a share such as ``30-39%`` are without the sign.
    """
    low, _, high = band.partition("-")
    return low.rstrip("+"), high.rstrip("%")


def is_share(band: str) -> bool:
    """Whether a band is in per cent of the people invited."""
    return band.endswith("%")


def score(shown: str) -> str:
    """A score as shown on a page: ``62``, ``≤ 10``, ``≥ 90``."""
    return shown.replace("<=", "≤ ").replace(">=", "≥ ")


def signed(points: int) -> str:
    """A difference with its sign: ``+3``, ``−2`` with a true minus sign, ``0``."""
    return f"{points:+d}".replace("-", "\N{MINUS SIGN}") if points else "0"


def _first(period: str) -> date:
    return date.fromisoformat(f"{period}-01")
