"""When a team looks back at what it agreed: pure rules over released months."""

from __future__ import annotations

from monitor.climate.results import Results
from monitor.followup.records import Action


def months_since(results: Results, action: Action) -> int:
    """Released months of the action's unit after the month in which it started."""
    later = [period for period in results.periods if period > action.start]
    return sum(is_released(results, period, action.unit) for period in later)


def is_due(results: Results, action: Action) -> bool:
    """Whether the team means to look back by now; an action that is closed never is."""
    return action.is_open and months_since(results, action) >= action.look_back


def is_released(results: Results, period: str, unit: str) -> bool:
    """Whether any theme of the unit has a score in that month."""
    figures = (
        results.figure(period, unit, "theme", theme.key)
        for theme in results.questionnaire(period).themes
    )
    return any(figure is not None and figure.value is not None for figure in figures)
