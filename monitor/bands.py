"""Bands: a number of people is shown as a range, never as a count."""

from __future__ import annotations

BANDS: tuple[tuple[int, int | None], ...] = ((5, 9), (10, 14), (15, 24), (25, 49), (50, None))
"""Fewest and most people of each band; the last one is open."""
OPEN_BAND_STEP = 25
"""Steps in which the open band continues where the response is judged; otherwise 50 of 400 could
not be told from 300 of 400."""


def band(people: int) -> str:
    """The band in which a number of people is shown, such as ``10-14``; empty below the first."""
    for low, high in BANDS:
        if high is None and people >= low:
            return f"{low}+"
        if high is not None and low <= people <= high:
            return f"{low}-{high}"
    return ""


def band_floor(people: int) -> int:
    """Lower end of the band, 0 below the first; the open band goes on in steps of 25."""
    open_from = BANDS[-1][0]
    if people >= open_from:
        return people // OPEN_BAND_STEP * OPEN_BAND_STEP
    return max((low for low, _ in BANDS if low <= people), default=0)
