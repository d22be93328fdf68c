"""Which figures stay with the team and its own leidinggevende, and which are shown above it.

Every figure is a sum of atoms, so no choice made here can narrow one down to fewer people than an
atom holds. What these rules protect is a team: its own figure must not follow from the figures
that are shown above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.pulse.disclosure.release import SUPPRESSED, MonthRelease
from monitor.pulse.questionnaire import Questionnaire

TEAM_ONLY = "team_only"
"""The note of a figure that is for the team and its own leidinggevende."""
FEWEST_TEAMS = 8
"""Above the team such a theme is shown over at least so many teams with a figure of their own."""

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Audience:
    """Per unit (row) and score (column) of a month, whether and to whom it is shown.

    ``is_shown`` is units × columns; ``is_team`` holds for units with nothing beneath them;
    ``team_only`` and ``hides_people`` are per column: for the team itself, and without the
    number of answers.
    """

    is_shown: Flags
    is_team: Flags
    team_only: Flags
    hides_people: Flags

    @staticmethod
    def of(month: MonthRelease, questionnaire: Questionnaire) -> Audience:
        """The audience of every score of a month."""
        themes = questionnaire.themes
        places = [place for place, theme in enumerate(themes) for _ in theme.questions]
        pooled = np.array([themes[p].team_only for p in (*range(len(themes)), *places)])
        of_team = np.array([False] * len(themes) + [q.team_only for q in questionnaire.questions])
        is_team = _without_children(month.parents)
        is_shown = np.ones(month.scores.shape, np.bool_)
        for column in np.flatnonzero(pooled).tolist():
            shown = is_team & (month.scores[:, column] != SUPPRESSED)
            is_shown[:, column] = is_team | shown_above(month.parents, shown, month.cells)
        is_shown &= is_team[:, None] | ~_shown_of_teams_only(questionnaire)
        return Audience(is_shown, is_team, pooled | of_team, pooled)

    def tells(self, row: int, column: int) -> bool:
        """Whether that score of that unit is shown to anybody."""
        return bool(self.is_shown[row, column])

    def is_for_team(self, row: int, column: int) -> bool:
        """Whether that score is for the unit itself and its own leidinggevende."""
        return bool(self.is_team[row] and self.team_only[column])


def shown_above(parents: Sequence[int], teams: Flags, cells: Flags) -> Flags:
    """Units above the team for which a figure over many teams may be shown.

    `teams` are those with a figure of their own, `cells` all units in which people answer. A unit
    is shown when it covers at least eight teams, and only where the remainder of the shown unit
    above it (less all units shown beneath that one) is nobody or eight teams as well: subtracting
    leaves no figure over fewer teams.
    """
    numbers = np.stack([teams, cells], axis=1).astype(np.int64)
    for row in range(len(parents) - 1, 0, -1):
        numbers[parents[row]] += numbers[row]
    is_shown = np.zeros(len(parents), np.bool_)
    remainder = numbers.copy()  # of each shown unit, what is in no shown unit beneath it
    above: list[int] = []  # per unit, the nearest shown unit above it; -1 for none
    for row, parent in enumerate(parents):
        nearest = -1 if parent < 0 else parent if is_shown[parent] else above[parent]
        above.append(nearest)
        rest = np.zeros(2, np.int64) if nearest < 0 else remainder[nearest] - numbers[row]
        enough = numbers[row, 0] >= FEWEST_TEAMS
        if enough and (rest[1] == 0 or rest[0] >= FEWEST_TEAMS):
            is_shown[row] = True
            if nearest >= 0:
                remainder[nearest] = rest
    return is_shown & ~_without_children(parents)


def beside_team_only(questionnaire: Questionnaire) -> frozenset[str]:
    """Every statement of a theme with a statement that is for the team only.

    With the theme's score and the other statements, the one that is left out would follow.
    """
    themes = [t for t in questionnaire.themes if any(q.team_only for q in t.questions)]
    return frozenset(question.key for theme in themes for question in theme.questions)


def _shown_of_teams_only(questionnaire: Questionnaire) -> Flags:
    """The columns of `beside_team_only`."""
    beside = beside_team_only(questionnaire)
    of_questions = [question.key in beside for question in questionnaire.questions]
    return np.array([False] * len(questionnaire.themes) + of_questions)


def _without_children(parents: Sequence[int]) -> Flags:
    alone = np.ones(len(parents), np.bool_)
    alone[[parent for parent in parents if parent >= 0]] = False
    return alone
