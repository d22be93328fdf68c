"""Days, months and numbers of people as people say them."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from monitor.locale import texts


def day(value: date, language: str) -> str:
    """A day: ``30 november 2026``."""
    return format_date(value, "d MMMM y", locale=language)


def month(period: str, language: str) -> str:
    """A period as a month: ``november 2026``."""
    return format_date(date.fromisoformat(f"{period}-01"), "LLLL y", locale=language)


def short_month(period: str, language: str) -> str:
    """A period for an axis or a narrow column: ``nov 2026``."""
    return format_date(date.fromisoformat(f"{period}-01"), "LLL y", locale=language)


def band(value: str, language: str) -> str:
    """A band of people: ``10-14`` as ``10 tot en met 14``, ``50+`` as ``50 of meer``."""
    t = texts(language)
    low, _, high = value.partition("-")
    if not high:
        return t("band.open", low=low.rstrip("+"))
    return t("band.closed", low=low, high=high)
