"""What a page shows of a theme of a unit in a month: score, months before it, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.climate.figures import TEAM, Figure
from monitor.climate.results import Results
from monitor.climate.verdicts import TrendVerdict, own_level, verdict
from monitor.config import design
from monitor.dashboard.charts import sparkline
from monitor.dashboard.charts.sparkline import Span, Window
from monitor.pulse.questionnaire import in_language

MONTHS = 24
"""How many months a small picture shows."""


@dataclass(frozen=True, slots=True)
class ThemeState:
    """A theme of one unit as of one month. ``level`` is its own earlier level."""

    theme: str
    title: str
    figure: Figure
    verdict: TrendVerdict
    series: tuple[Figure, ...]
    control_limits: tuple[Figure, ...]
    window: Window
    level: int | None

    @property
    def span(self) -> Span | None:
        """From the beginning of the change that is reported to when it was noticed."""
        change = self.verdict
        if not change.direction or change.since is None or change.signalled is None:
            return None
        return Span(change.since, change.signalled, change.direction)

    @property
    def is_withheld(self) -> bool:
        """Whether nothing is shown of this month."""
        return self.figure.value is None

    @property
    def picture(self) -> str:
        """The months as the address of a small image."""
        series, limits = self.series, self.control_limits
        return sparkline.sparkline(series, limits, self.window, design.current(), self.span)


def theme_states(
    results: Results, unit: str, period: str, language: str, audience: str = TEAM
) -> tuple[ThemeState, ...]:
    """The state of every theme asked in that month, in the order of the questionnaire.

    With audience ``above`` by the stricter rule of pages with many units.
    """
    months = [p for p in results.periods if p <= period and unit in results.tree(p)]
    window = sparkline.window(results.periods, period, MONTHS)
    shown = [p for p in months if p >= window.first]
    limits = [f for p in shown for f in results.control_charts.control_limits(p, unit)]
    return tuple(
        _state(
            results,
            results.figure(period, unit, "theme", theme.key)
            or Figure(period, unit, "theme", theme.key, None, notes=frozenset({"withheld"})),
            in_language(theme.title, language),
            [
                figure
                for month in shown
                if (figure := results.figure(month, unit, "theme", theme.key)) is not None
            ],
            [figure for figure in limits if figure.key == theme.key],
            window,
            audience,
        )
        for theme in results.questionnaire(period).themes
    )


def _state(
    results: Results,
    figure: Figure,
    title: str,
    series: Sequence[Figure],
    control_limits: Sequence[Figure],
    window: Window,
    audience: str,
) -> ThemeState:
    change = verdict(results, figure.unit, figure.key, figure.period, audience)
    return ThemeState(
        theme=figure.key,
        title=title,
        figure=figure,
        verdict=change,
        series=tuple(series),
        control_limits=tuple(control_limits),
        window=window,
        level=own_level(results, figure.unit, figure.key, figure.period, change),
    )
