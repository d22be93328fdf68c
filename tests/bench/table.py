"""The rows of a benchmark and the table they are printed as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: what it is of, its value and unit, and the aim or somebody else's figure.

    A part that could not be measured is a row without a value, and the reason in place of the aim.
    """

    what: str
    value: float | None
    unit: str
    aim: str = ""

    def as_dict(self) -> dict[str, object]:
        """The row as it stands in the JSON file."""
        return asdict(self)


def skipped(part: str, reason: str) -> Row:
    """The row of a part that could not be measured here."""
    return Row(part, None, "", f"skipped: {reason}")


def show(name: str, rows: Sequence[Row]) -> str:
    """The rows as a plain table."""
    lines = [f"\n{name}", f"{'':<58} {'value':>10} {'unit':<12} aim"]
    for row in rows:
        value = "–" if row.value is None else f"{row.value:.4g}"
        lines.append(f"{row.what:<58} {value:>10} {row.unit:<12} {row.aim}")
    return "\n".join(lines)
