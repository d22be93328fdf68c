"""Rows of a benchmark, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what, its value and unit, and what was aimed at (or another's figure)."""

    what: str
    value: float
    unit: str
    aim: str = ""

    def as_dict(self) -> dict[str, object]:
        """For the JSON file."""
        return asdict(self)


def show(name: str, rows: Sequence[Row]) -> str:
    """The rows as a plain table."""
    lines = [f"\n{name}", f"{'':<58} {'value':>10} {'unit':<12} aim"]
    lines += [f"{row.what:<58} {row.value:>10.4g} {row.unit:<12} {row.aim}" for row in rows]
    return "\n".join(lines)
