"""Frozen before and after in the whole points of the export, in words a page can fill in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.climate.figures import Figure
from monitor.followup import figures
from monitor.followup.estimates import Estimate
from monitor.followup.records import Action


@dataclass(frozen=True, slots=True)
class Estimated:
    """A difference in whole points, with its interval."""

    points: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference over a window in one theme.

    ``cautious`` holds the estimate drawn towards 0, ``measured`` what was measured, each with its
    interval. ``beyond`` is the cautious estimate less the change of comparable units; None with
    fewer than eight of them.
    """

    theme: str
    window: int
    cautious: Estimated
    measured: Estimated
    word: str
    broken: bool
    beyond: Estimated | None


def comparisons(action: Action, stored: Iterable[Estimate]) -> tuple[Comparison, ...]:
    """What may be said of an action: per theme, the shorter window first."""
    own = [_comparison(action, estimate) for estimate in stored if estimate.action == action.id]
    return tuple(sorted(own, key=lambda comparison: (comparison.theme, comparison.window)))


def longest(compared: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """Of each theme the comparison over most months, of those in the order of `comparisons`."""
    return tuple({comparison.theme: comparison for comparison in compared}.values())


def _comparison(action: Action, estimate: Estimate) -> Comparison:
    own, *beyond = figures.differences(action, estimate)
    notes = dict(note.split("=", 1) for note in own.notes if "=" in note)
    return Comparison(
        theme=estimate.theme,
        window=estimate.window,
        cautious=_estimated(own),
        measured=Estimated(
            *(int(notes[name]) for name in ("measured", "measured_low", "measured_high"))
        ),
        word=notes["word"],
        broken=estimate.broken,
        beyond=_estimated(beyond[0]) if beyond else None,
    )


def _estimated(figure: Figure) -> Estimated:
    assert isinstance(figure.value, int)
    assert figure.low is not None
    assert figure.high is not None
    return Estimated(figure.value, figure.low, figure.high)
