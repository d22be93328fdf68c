"""What reports add to the complete release, per released month, for the organisation as a whole.

``expected_false`` (key the months of a report, value how many teams are wrongly said to fall in
them, note ``teams``) and ``participation`` (key ``without_figures``, value at most how many teams
have no figures of their own, note ``teams``).
"""

from __future__ import annotations

from collections.abc import Iterator

from monitor.climate.figures import RESPONSE, Figure
from monitor.climate.results import Results
from monitor.pulse import periods
from monitor.reports import wording
from monitor.reports.scope import MONTHS, YEARS_PER_FALSE

WITHOUT_FIGURES = "without_figures"


def figures(results: Results) -> Iterator[Figure]:
    """Both figures of every released month."""
    for period in results.periods:
        tree = results.tree(period)
        teams = [unit.key for unit in tree.units if not tree.children(unit.key)]
        notes = frozenset({f"teams={len(teams)}"})
        first = max(results.periods[0], periods.shifted(period, 1 - MONTHS))
        months = periods.months_between(first, period) + 1
        expected = round(len(teams) * months / (YEARS_PER_FALSE * 12), 1)
        yield Figure(period, tree.root, "expected_false", str(months), f"{expected:g}", notes=notes)
        silent = sum(
            _is_silent(results.figure(period, team, "response", RESPONSE)) for team in teams
        )
        most = wording.band_of_teams(silent)
        yield Figure(period, tree.root, "participation", WITHOUT_FIGURES, most, notes=notes)


def _is_silent(figure: Figure | None) -> bool:
    return figure is None or figure.value is None
