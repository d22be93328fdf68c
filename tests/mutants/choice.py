"""Which changes are made: a seeded sample, as many of every part."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

from cosmic_ray.commands.init import _all_work_items
from cosmic_ray.work_item import MutationSpec

from tests.mutants.parts import Part

Place = tuple[int, int]

SAME = (
    "ReplaceComparisonOperator_Eq_Is",
    "ReplaceComparisonOperator_NotEq_IsNot",
    "ReplaceComparisonOperator_Is_Eq",
    "ReplaceComparisonOperator_IsNot_NotEq",
)
"""Changes that change nothing for None, for a member of an enumeration and for a small number."""
MEMORY_ONLY = re.compile(r"\s*@(lru_)?cache\b")
"""Begins a line that only says what is remembered instead of computed again."""
CLASS_ONLY = re.compile(r"\s*@staticmethod$")
"""A function that makes something of its class is called on the class, with or without this."""
CHECKED_BY_TYPES = re.compile(r"\s*@dataclass\(")
"""Begins a line of which the arguments (``frozen``, ``slots``) are for the type checker and for
memory; without the line itself nothing would work."""


def sample(part: Part, most: int, seed: int) -> list[MutationSpec]:
    """At most `most` changes to a part, each at a place of its own."""
    places: dict[tuple[str, Place], list[MutationSpec]] = defaultdict(list)
    for module in part.modules:
        path = Path("monitor") / f"{module}.py"
        for mutation in _changes(path):
            places[str(path), mutation.start_pos].append(mutation)
    draw = Random(f"{seed} {part.name}")
    chosen = draw.sample(sorted(places), min(most, len(places)))
    return [draw.choice(places[place]) for place in chosen]


def _changes(path: Path) -> Iterator[MutationSpec]:
    """Every change to a module that can make a difference while it runs."""
    lines = path.read_text("utf-8").splitlines()
    written_only = list(_annotations(path))
    for item in _all_work_items([path], {}):
        (mutation,) = item.mutations
        if mutation.operator_name.endswith(SAME) or _is_idle(lines, mutation):
            continue
        if not any(start <= mutation.start_pos < end for start, end in written_only):
            yield mutation


def _is_idle(lines: Sequence[str], mutation: MutationSpec) -> bool:
    """Whether a change is of a kind that makes no difference to what comes out."""
    row, column = mutation.start_pos
    line = lines[row - 1]
    if mutation.operator_name.endswith("RemoveDecorator"):
        return bool(MEMORY_ONLY.match(line) or CLASS_ONLY.match(line))
    is_option = CHECKED_BY_TYPES.match(line) or MEMORY_ONLY.match(line)
    return bool(is_option) or line[:column].endswith("strict=")


def _annotations(path: Path) -> Iterator[tuple[Place, Place]]:
    """From where to where a module says of what type something is; nothing evaluates that."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        for name in ("annotation", "returns"):
            part = getattr(node, name, None)
            if isinstance(part, ast.expr) and part.end_lineno and part.end_col_offset:
                yield (
                    (part.lineno, part.col_offset),
                    (part.end_lineno, part.end_col_offset),
                )
