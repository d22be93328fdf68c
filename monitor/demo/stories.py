"""The made-up teams: how their scores move over the months, and what their people answer.

Answers are ordered categories: a person's latent mean plus noise of the question, on a continuous
scale of 1 to 5, rounded. Two questions of a theme correlate by about 0.4.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from monitor.demo.municipality import team_key
from monitor.pulse.questionnaire import Questionnaire

BASE = {"respect": 68.0, "druk": 56.0, "steun": 66.0}
"""The mean score of each theme, 0 to 100."""
NOTICED = "opvolging"
NOTICED_BEFORE, NOTICED_AFTER = 42.0, 68.0
"""What people say of following up, before and after their team agreed on something."""
DOES_NOT_APPLY = 0.15
"""The share that says of one of these statements that it does not apply."""
TEAM_SD, MONTH_SD = 5.0, 3.0
ITEM_SD, CORRELATION = 1.0, 0.4
SKIP = 0.03
QUIET_MONTHS_AGO = 4
"""How many months before the present one the month with little response is."""

SQUEEZED = team_key("Intake en Poort")
RECOVERING = team_key("Wijkteam Lindenhof")
ROSE = team_key("Bijstand Noord")
ASKED = team_key("Bijzondere Bijstand")
FALLING = team_key("Bijstand Zuid")
AGREED_MONTHS_AGO = {ROSE: 15, SQUEEZED: 12, ASKED: 9}
"""After the results of which month a team first agreed on something."""
ALWAYS_CARRIED_UP = team_key("Tolken")


@dataclass(frozen=True, slots=True)
class Climate:
    """A team's true scores per theme in one month, and the share of its people who answer."""

    level: Mapping[str, float]
    response: float


def character(teams: list[str], rng: random.Random) -> dict[str, dict[str, float]]:
    """Each team's own mean score per theme."""
    return {
        team: {theme: base + rng.gauss(0, TEAM_SD) for theme, base in BASE.items()}
        for team in teams
    }


def climate(team: str, usual: Mapping[str, float], months_ago: int, rng: random.Random) -> Climate:
    """A team's climate `months_ago` months before the present round."""
    level = {theme: value + rng.gauss(0, MONTH_SD) for theme, value in usual.items()}
    response = min(0.95, max(0.4, rng.gauss(0.74, 0.08)))
    if team == SQUEEZED:
        level["druk"] -= _ramp(months_ago, start=16, months=2) * 20
        level["respect"] -= _ramp(months_ago, start=10, months=4) * 22
    if team == RECOVERING:
        level["steun"] -= 20 - _ramp(months_ago, start=12, months=5) * 24
        level["respect"] -= 10 - _ramp(months_ago, start=10, months=5) * 12
    if team == ROSE:
        level["steun"] -= _ramp(months_ago, start=18, months=2) * 28
        level["steun"] += _ramp(months_ago, start=15, months=2) * 32
    if team == ASKED:
        level["druk"] -= _ramp(months_ago, start=15, months=2) * 18
        level["druk"] += _ramp(months_ago, start=4, months=1) * 34
    if team == FALLING:
        level["respect"] -= _ramp(months_ago, start=4, months=2) * 24
    agreed = AGREED_MONTHS_AGO.get(team, -1)
    level[NOTICED] = NOTICED_AFTER if months_ago < agreed else NOTICED_BEFORE
    if months_ago == QUIET_MONTHS_AGO:
        response *= 0.45
    return Climate(level, response)


def answers(level: Mapping[str, float], questions: Questionnaire, rng: random.Random) -> list[int]:
    """One person's answers: 1..5 per question, 0 where it is skipped."""
    sheet: list[int] = []
    for theme in questions.themes:
        centre = 1 + level.get(theme.key, 60.0) / 25
        person = rng.gauss(0, ITEM_SD * math.sqrt(CORRELATION))
        for _ in theme.questions:
            noise = rng.gauss(0, ITEM_SD * math.sqrt(1 - CORRELATION))
            answer = min(5, max(1, round(centre + person + noise)))
            skip = DOES_NOT_APPLY if theme.not_applicable else SKIP
            sheet.append(0 if rng.random() < skip else answer)
    return sheet


def _ramp(months_ago: int, start: int, months: int) -> float:
    """0 before `start` months ago, then rising to 1 in `months` months."""
    return min(1.0, max(0.0, (start - months_ago) / months))
