"""Days as people type them."""

from __future__ import annotations

from datetime import date

from monitor.errors import InputRefused


def parse_day(typed: str) -> date:
    """The day that was typed as ``3-11-2026`` or ``2026-11-03``.

    Raises
    ------
    InputRefused
        When it is no day.
    """
    parts = typed.strip().replace("/", "-").replace(".", "-").split("-")
    try:
        numbers = [int(part) for part in parts]
        if len(parts[0]) != 4:
            numbers.reverse()
        return date(*numbers)
    except (ValueError, TypeError):
        raise InputRefused("form.day", value=typed.strip()[:20]) from None


def parse_days(typed: str) -> tuple[date, ...]:
    """The days that were typed, one a line or with commas between; each once, in order.

    Raises
    ------
    InputRefused
        When one of them is no day.
    """
    words = typed.replace(",", "\n").replace(";", "\n").split("\n")
    return tuple(sorted({parse_day(word) for word in words if word.strip()}))


def typed_day(day: date | None) -> str:
    """The day as :func:`parse_day` reads it; empty without one."""
    return f"{day.day}-{day.month}-{day.year}" if day else ""
