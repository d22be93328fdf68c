"""Released figures as the rows of the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.climate.figures import Figure, shown

COLUMNS = ("period", "unit", "kind", "key", "value", "n_band", "low", "high", "note")
SIGNED = ("difference", "pooled")
"""Kinds whose value may be below 0."""


def rows(figures: Iterable[Figure]) -> Iterator[tuple[object, ...]]:
    """A row per figure; see ``COLUMNS``."""
    for figure in figures:
        yield (
            figure.period,
            figure.unit,
            figure.kind,
            figure.key,
            figure.value if figure.kind in SIGNED else shown(figure),
            figure.n_band,
            "" if figure.low is None else figure.low,
            "" if figure.high is None else figure.high,
            " ".join(sorted(figure.notes)),
        )
