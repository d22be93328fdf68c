"""The score of the whole organisation beside that of one unit, where enough other teams made it."""

from __future__ import annotations

import numpy as np

from monitor.climate.figures import Figure, Month
from monitor.climate.results import Results
from monitor.followup.others import FEWEST_OTHERS
from monitor.pulse.disclosure.release import SUPPRESSED


def organisation_line(results: Results, unit: str, theme: str) -> tuple[Figure, ...]:
    """The organisation's score in each month with at least eight other teams with a score.

    None beside the organisation itself, and none where the line would be about few other teams.
    """
    line = []
    for month in results.months:
        period, root = month.arrays.period, month.tree.root
        if root == unit or unit not in month.tree:
            continue
        figure = results.figure(period, root, "theme", theme)
        if figure is not None and _other_teams(month, unit, theme) >= FEWEST_OTHERS:
            line.append(figure)
    return tuple(line)


def _other_teams(month: Month, unit: str, theme: str) -> int:
    """Teams with a score that do not lie beneath the unit."""
    arrays = month.arrays
    has_score = arrays.scores[:, month.columns[("theme", theme)]] != SUPPRESSED
    is_team = np.ones(len(arrays.units), np.bool_)
    is_team[[parent for parent in arrays.parents if parent >= 0]] = False
    is_team[[arrays.row_of[key] for key in month.tree.beneath(unit) if key in arrays.row_of]] = (
        False
    )
    return int(np.count_nonzero(has_score & is_team))
