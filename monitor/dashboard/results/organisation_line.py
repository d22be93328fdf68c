"""The score of the whole organisation beside that of one unit, where enough other teams made it.

Other are the teams that whoever looks does not see: those one does see can be subtracted.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from monitor.climate.figures import Figure, Month
from monitor.climate.results import Results
from monitor.followup.others import FEWEST_OTHERS
from monitor.pulse.disclosure.release import SUPPRESSED


def organisation_line(
    results: Results, unit: str, theme: str, visible: Iterable[str]
) -> tuple[Figure, ...]:
    """The organisation's score in each month with at least eight other teams with a score.

    None beside the organisation itself, and none where the line would be about few other teams.

    Parameters
    ----------
    visible
        The units whose figures whoever looks may see.
    """
    visible_units = frozenset(visible)
    line = []
    for month in results.months:
        period, root = month.arrays.period, month.tree.root
        if root == unit or unit not in month.tree:
            continue
        figure = results.figure(period, root, "theme", theme)
        if figure is not None and _other_teams(month, unit, theme, visible_units) >= FEWEST_OTHERS:
            line.append(figure)
    return tuple(line)


def _other_teams(month: Month, unit: str, theme: str, visible_units: frozenset[str]) -> int:
    """Teams with a score outside the unit and outside `visible_units`."""
    arrays = month.arrays
    has_score = arrays.scores[:, month.columns[("theme", theme)]] != SUPPRESSED
    is_team = np.ones(len(arrays.units), np.bool_)
    is_team[[parent for parent in arrays.parents if parent >= 0]] = False
    not_other = visible_units.union(month.tree.beneath(unit))
    is_team[[row for key, row in arrays.row_of.items() if key in not_other]] = False
    return int(np.count_nonzero(has_score & is_team))
