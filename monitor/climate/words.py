"""The one word that stands beside a score."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.climate.figures import Figure

MONTHS_NEEDED = 3
"""Released months before anything is said of change."""


def word(series: Sequence[Figure]) -> str:
    """``too_few`` or ``stable``. A difference between two months is no reason for another word:
    a team of 12 differs by ten points from one month to the next without any change at all."""
    released = sum(figure.value is not None for figure in series)
    return "too_few" if released < MONTHS_NEEDED else "stable"
