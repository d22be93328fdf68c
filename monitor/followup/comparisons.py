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

    ``cautious`` holds the estimate drawn towards 0 with its interval, ``measured`` what was
    measured. ``beyond`` is the cautious estimate less the change of comparable units; None with
    fewer than eight of them.
    """

    theme: str
    window: int
    cautious: Estimated
    measured: int
    word: str
    broken: bool
    beyond: Estimated | None


def comparisons(action: Action, stored: Iterable[Estimate]) -> tuple[Comparison, ...]:
    """What may be said of an action: per theme that over most months."""
    longest: dict[str, Estimate] = {}
    for estimate in stored:
        before = longest.get(estimate.theme)
        if estimate.action == action.id and (before is None or before.window < estimate.window):
            longest[estimate.theme] = estimate
    return tuple(_comparison(action, estimate) for _, estimate in sorted(longest.items()))


def _comparison(action: Action, estimate: Estimate) -> Comparison:
    own, *beyond = figures.differences(action, estimate)
    notes = dict(note.split("=", 1) for note in own.notes if "=" in note)
    return Comparison(
        theme=estimate.theme,
        window=estimate.window,
        cautious=_estimated(own),
        measured=int(notes["measured"]),
        word=notes["word"],
        broken=estimate.broken,
        beyond=_estimated(beyond[0]) if beyond else None,
    )


def _estimated(figure: Figure) -> Estimated:
    assert isinstance(figure.value, int)
    assert figure.low is not None
    assert figure.high is not None
    return Estimated(figure.value, figure.low, figure.high)
