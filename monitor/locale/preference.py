"""The language a browser asks for, among those the app has."""

from __future__ import annotations

from monitor.locale import languages

MOST_RANGES = 20
"""Entries of the header that are read."""


def preferred(accept_language: str) -> str | None:
    """The language that an ``Accept-Language`` header prefers among the app's, or None.

    Examples
    --------
    >>> preferred("de, en-GB;q=0.7, nl;q=0.9")
    'nl'
    """
    ranked: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:MOST_RANGES]:
        tag, _, rest = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        weight = _weight(rest)
        if code in languages() and weight > 0:
            ranked.append((-weight, code))
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
