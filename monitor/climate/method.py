"""The page that explains the method: its sentences, and the numbers filled in.

Both the plain pages and the dashboard show it; the numbers are taken from the rules themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.climate.cusum import LEARNING_MONTHS
from monitor.climate.thresholds import ABOVE_YEARS, TEAM_YEARS
from monitor.climate.verdicts import SHOWN_MONTHS
from monitor.locale import Texts

SECTIONS = {
    "scores": ("points", "interval", "ends"),
    "signals": ("months", "start", "noise", "doubt", "restart", "told"),
    "promise": ("team", "above", "leeway", "speed"),
    "chart": ("band", "two_months", "hollow"),
    "before": ("luck", "level", "wrong", "seldom", "depth", "at_once", "cause"),
    "weak": ("early", "low", "slow", "small", "memory", "same", "many", "ceiling", "why"),
}
"""The parts of the page, in order, with the points each makes."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page."""

    title: str
    points: tuple[str, ...]


def sections(t: Texts, minimum: int) -> tuple[Section, ...]:
    """The page in words; `minimum` is the fewest answers a figure may be shown of."""
    numbers = {
        "minimum": minimum,
        "first": LEARNING_MONTHS,
        "shown": SHOWN_MONTHS,
        "team": f"{TEAM_YEARS:g}",
        "above": f"{ABOVE_YEARS:g}",
    }
    return tuple(
        Section(
            t(f"method.{part}.title"),
            tuple(t(f"method.{part}.{point}", **numbers) for point in points),
        )
        for part, points in SECTIONS.items()
    )
