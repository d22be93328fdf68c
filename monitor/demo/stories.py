"""How the made-up teams fare, and what their people answer.

Answers come from ordered categories: a person's leaning and a question's own noise on a
continuous scale of 1 to 5, rounded. Two questions of a theme correlate by about 0.4.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.demo.municipality import team_key
from monitor.pulse.questionnaire import Questionnaire

BASE = {"respect": 68.0, "druk": 56.0, "steun": 66.0}
"""Where a theme lies when nothing happens, 0 to 100."""
TEAM_SD, MONTH_SD = 5.0, 3.0
ITEM_SD, CORRELATION = 1.0, 0.4
SKIP = 0.03
QUIET_MONTHS_AGO = 4
"""The month with little response lies this many months before the present one."""

SQUEEZED = team_key("Intake en Poort")
RECOVERING = team_key("Wijkteam Lindenhof")
ALWAYS_CARRIED_UP = team_key("Tolken")


@dataclass(frozen=True, slots=True)
class Climate:
    """Where a team's themes truly lie in one month, and how many of its people answer."""

    level: Mapping[str, float]
    response: float


def character(teams: list[str], lot: random.Random) -> dict[str, dict[str, float]]:
    """What each team is like when nothing happens."""
    return {
        team: {theme: base + lot.gauss(0, TEAM_SD) for theme, base in BASE.items()}
        for team in teams
    }


def climate(team: str, usual: Mapping[str, float], months_ago: int, lot: random.Random) -> Climate:
    """A team's climate `months_ago` months before the present round."""
    level = {theme: value + lot.gauss(0, MONTH_SD) for theme, value in usual.items()}
    response = min(0.95, max(0.4, lot.gauss(0.74, 0.08)))
    if team == SQUEEZED:
        level["druk"] -= _ramp(months_ago, start=14, months=3) * 20
        level["respect"] -= _ramp(months_ago, start=10, months=4) * 22
    if team == RECOVERING:
        level["steun"] -= 20 - _ramp(months_ago, start=12, months=5) * 24
        level["respect"] -= 10 - _ramp(months_ago, start=10, months=5) * 12
    if months_ago == QUIET_MONTHS_AGO:
        response *= 0.45
    return Climate(level, response)


def answers(level: Mapping[str, float], questions: Questionnaire, lot: random.Random) -> list[int]:
    """One person's sheet: 1..5 per question, 0 where it is skipped."""
    sheet: list[int] = []
    for theme in questions.themes:
        centre = 1 + level.get(theme.key, 60.0) / 25
        leaning = lot.gauss(0, ITEM_SD * math.sqrt(CORRELATION))
        for _ in theme.questions:
            own = lot.gauss(0, ITEM_SD * math.sqrt(1 - CORRELATION))
            given = min(5, max(1, round(centre + leaning + own)))
            sheet.append(0 if lot.random() < SKIP else given)
    return sheet


def _ramp(months_ago: int, start: int, months: int) -> float:
    """0 before `start` months ago, then rising to 1 in `months` months."""
    return min(1.0, max(0.0, (start - months_ago) / months))
