"""What reports add to the complete release, per released month, for the organisation as a whole.

``expected_false`` (key the months of a report, value how many teams are wrongly said to fall in
them, note ``teams``) and ``participation`` (key ``without_figures``, value at most how many teams
have no figures of their own, note ``teams``).
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.climate.figures import Figure
from monitor.climate.results import Results
from monitor.pulse import periods
from monitor.reports import wording
from monitor.reports.scope import MONTHS, expected_false, teams_beneath, without_figures

WITHOUT_FIGURES = "without_figures"


def figures(results: Results) -> Iterator[Figure]:
    """Both figures of every released month."""
    for period in results.periods:
        tree = results.tree(period)
        teams = teams_beneath(tree, tree.root)
        notes = frozenset({f"teams={len(teams)}"})
        first = max(results.periods[0], periods.shifted(period, 1 - MONTHS))
        months = periods.months_between(first, period) + 1
        expected = round(expected_false(len(teams), months), 1)
        yield Figure(period, tree.root, "expected_false", str(months), f"{expected:g}", notes=notes)
        most = wording.band_of_teams(without_figures(results, period, teams))
        yield Figure(period, tree.root, "participation", WITHOUT_FIGURES, most, notes=notes)
