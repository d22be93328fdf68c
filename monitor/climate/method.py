"""The method on one page: which sentences stand in it, and the numbers they are told with.

The page at both doors is made from this; the numbers come from where they are used.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.climate.cusum import FIRST_MONTHS
from monitor.climate.thresholds import ABOVE_YEARS, TEAM_YEARS
from monitor.climate.verdicts import SHOWN_MONTHS
from monitor.locale import Texts

SECTIONS = {
    "scores": ("points", "interval", "ends"),
    "signals": ("months", "start", "doubt", "restart", "told"),
    "promise": ("team", "above", "speed"),
    "chart": ("band", "two_months", "hollow"),
    "weak": ("early", "low", "slow", "small", "memory", "many", "ceiling", "why"),
}
"""The parts of the page, in order, with the points each makes."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page."""

    title: str
    points: tuple[str, ...]


def sections(t: Texts, minimum: int) -> tuple[Section, ...]:
    """The page in words; `minimum` is the fewest answers of which anything is shown."""
    known = {
        "minimum": minimum,
        "first": FIRST_MONTHS,
        "shown": SHOWN_MONTHS,
        "team": f"{TEAM_YEARS:g}",
        "above": f"{ABOVE_YEARS:g}",
    }
    return tuple(
        Section(
            t(f"method.{part}.title"),
            tuple(t(f"method.{part}.{point}", **known) for point in points),
        )
        for part, points in SECTIONS.items()
    )
