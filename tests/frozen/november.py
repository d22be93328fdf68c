"""What is known of the installation of November 2026, and what is to be found in its store.

Tables and columns are called here by the names they have in the database, never by those in the
code: a new name in the code is no reason for a new one in the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from monitor.context import AppContext
from monitor.store.engine import reading

FOLDER = Path(__file__).parent / "2026_11"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
MOMENT = datetime.fromisoformat(EXPECTED["now"])
"""When the copy was made: sessions and one-time links are good."""
PERIOD = EXPECTED["open_round"]["period"]
POOLED = ("handhaving", "jeugd")
"""Two and three people answered: together they are five, and are kept at the top."""


def rows(context: AppContext, query: str) -> list[tuple[Any, ...]]:
    """What the store itself holds."""
    with reading(context.engine) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def count(context: AppContext, table: str) -> int:
    """How many rows a table has."""
    return int(rows(context, f"SELECT count(*) FROM {table}")[0][0])


def sealed(context: AppContext) -> dict[tuple[str, bool, str], tuple[int, int]]:
    """What is kept of the round: people and points by unit, pool and question."""
    query = f"SELECT unit, pool, question, n, points FROM atom WHERE period = '{PERIOD}'"
    return {
        (unit, bool(pool), question): (people, points)
        for unit, pool, question, people, points in rows(context, query)
    }


def added_up() -> dict[tuple[str, bool, str], tuple[int, int]]:
    """The same by simple sums over the answers that went into the box."""
    answers: dict[str, list[list[int]]] = EXPECTED["open_round"]["answers"]
    groups = {(unit, False): sheets for unit, sheets in answers.items() if unit not in POOLED}
    groups["eikendal", True] = [sheet for unit in POOLED for sheet in answers[unit]]
    return {
        (unit, pool, question): _sum(sheet[place] for sheet in sheets)
        for (unit, pool), sheets in groups.items()
        for place, question in enumerate(EXPECTED["open_round"]["questions"])
    }


def _sum(answers: Iterable[int]) -> tuple[int, int]:
    points = [25 * (answer - 1) for answer in answers if answer]
    people = len(points)
    return people, min(max(sum(points), 10 * people), 90 * people)


def figures(export: str) -> list[dict[str, Any]]:
    """The rows of an export without bands and control limits, which are nowhere stored.

    A band then knew no number of people invited; that of today overlaps with it (`same_band`).
    """
    return [
        {
            name: value
            for name, value in row.items()
            if name != "n_band"
            and (name != "value" or row["kind"] != "response")
            and (name not in ("value", "low", "high") or row["kind"] != "chance")
        }
        for row in json.loads(export)
    ]


def same_band(then: str, now: str) -> bool:
    """Whether there is a number of people that both bands stand for; a share, or none, may be."""
    if not now or now.endswith("%"):
        return bool(then)
    low, high = (int(end) for end in now.split("-")) if "-" in now else (int(now[:-1]), 10**6)
    low_then, high_then = (
        (int(end) for end in then.split("-")) if "-" in then else (int(then[:-1]), 10**6)
    )
    return low <= high_then and low_then <= high
