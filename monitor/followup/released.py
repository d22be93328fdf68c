"""A unit's series as it was released: scores in whole points, people as bands, breaks, signals."""

from __future__ import annotations

from monitor.bands import people_in
from monitor.climate.figures import PLACES, Figure
from monitor.climate.results import Results
from monitor.followup.before_after import MONTHS_BEFORE, ScoredMonth, SignalBefore
from monitor.locale.formats import is_share
from monitor.pulse import periods

UNUSED_VARIANCE = 1.0
"""In the place of the variance of a month that has no score."""


def series(results: Results, unit: str, theme: str) -> tuple[ScoredMonth, ...]:
    """The months of a theme of a unit, oldest first."""
    charts = results.control_charts
    months = []
    for figure in results.series(unit, "theme", theme):
        score = figure.value if isinstance(figure.value, int) else None
        variance = UNUSED_VARIANCE
        if score is not None:
            variance = charts.noise(unit, theme, figure.period, _people(results, figure))
        months.append(ScoredMonth(figure.period, score, variance, "break" in figure.notes))
    return tuple(months)


def _people(results: Results, figure: Figure) -> int:
    """A cautious estimate of the people behind a score; without a band, the fewest there may be."""
    charts = results.control_charts
    if not figure.n_band:
        return charts.minimums[charts.periods.index(figure.period)]
    if not is_share(figure.n_band):
        return people_in(figure.n_band)
    places = results.figure(figure.period, figure.unit, "invited", PLACES)
    assert places is not None
    return people_in(figure.n_band, int(places.value or 0))


def signal_before(results: Results, unit: str, theme: str, start: str) -> SignalBefore | None:
    """The last signal of the unit itself in the twelve months before `start`.

    Whoever plans an action does not choose whether it follows a signal: a level before it from
    which months of an older level are left out would be as lucky as one from the signal's month.
    """
    first = periods.shifted(start, -MONTHS_BEFORE)
    for period in reversed([p for p in results.periods if first <= p < start]):
        figure = results.figure(period, unit, "signal", theme)
        if figure is None:
            continue
        since = next(n.partition("=")[2] for n in figure.notes if n.startswith("since="))
        level = results.control_charts.level_before(unit, theme, since)
        return None if level is None else SignalBefore(period, since, level)
    return None
