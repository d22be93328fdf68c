"""From the released figures of a theme to what its chart over the months draws."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.climate.figures import Figure
from monitor.climate.results import Results
from monitor.dashboard.charts.panel_content import Panel
from monitor.dashboard.charts.sparkline import Span
from monitor.dashboard.results.theme_state import ThemeState


def panel_of(results: Results, state: ThemeState, length: int = 0) -> Panel:
    """The panel of a theme up to its month: the last `length` months, or all."""
    unit, theme, until = state.figure.unit, state.theme, state.figure.period
    months = tuple(p for p in results.periods if p <= until)[-length:]
    series = tuple(f for f in results.series(unit, "theme", theme) if f.period in months)
    limits = (results.figure(f.period, unit, "chance", theme) for f in series)
    return Panel(
        title=state.title,
        months=months,
        series=series,
        control_limits=tuple(figure for figure in limits if figure is not None),
        spans=tuple(_signals(results, series)),
    )


def _signals(results: Results, series: tuple[Figure, ...]) -> Iterator[Span]:
    """Each signal the team itself reads, from where the change began to where it was noticed."""
    for figure in series:
        signal = results.figure(figure.period, figure.unit, "signal", figure.key)
        if signal is not None:
            since = next(n.partition("=")[2] for n in signal.notes if n.startswith("since="))
            yield Span(since, signal.period, str(signal.value))
