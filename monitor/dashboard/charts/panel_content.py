"""What is drawn of one theme over the months, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.climate.figures import Figure
from monitor.dashboard.charts.sparkline import Span


@dataclass(frozen=True, slots=True)
class Flag:
    """An action: its number in the list beneath, the month it began in, and its title."""

    number: int
    start: str
    title: str


@dataclass(frozen=True, slots=True)
class Panel:
    """All that is drawn of one theme of one unit.

    Parameters
    ----------
    months
        The months of the axis, oldest first.
    series
        Scores, withheld ones among them.
    control_limits
        Figures of kind ``chance``.
    spans
        Each change there was a signal of, from where it began to where it was noticed.
    flags
        The actions of the unit.
    organisation
        The score of the whole organisation, in the months in which it may be shown.
    """

    title: str
    months: tuple[str, ...]
    series: tuple[Figure, ...]
    control_limits: tuple[Figure, ...] = ()
    spans: tuple[Span, ...] = ()
    flags: tuple[Flag, ...] = ()
    organisation: tuple[Figure, ...] = ()

    @property
    def washed_out(self) -> frozenset[str]:
        """The months in which an action began: they count neither as before nor as after."""
        return frozenset(flag.start for flag in self.flags)

    @property
    def visible_spans(self) -> list[Span]:
        """The changes noticed within the months of the axis."""
        return [s for s in self.spans if self.months[0] <= s.noticed <= self.months[-1]]
