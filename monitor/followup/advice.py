"""Which question and which methods follow from an outcome, as the content file says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from monitor.followup.content_file import Table, Text

LONGEST = 200
FIRST_SHOWN = 3
"""Methods shown first; the others are one click away."""


class Occasion(StrEnum):
    """When a piece of advice holds: what happened to the scores, or to people."""

    FALLS = "falls"
    SEVERAL = "several"
    RISES = "rises"
    STABLE = "stable"
    AGGRESSION = "aggression"


class Level(StrEnum):
    """Who can do something about it."""

    TEAM = "team"
    LEADER = "leader"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Advice:
    """What fits one outcome: the question to begin with, and the methods shown first.

    ``themes`` and ``statements`` are empty where the advice holds for all of them; ``card`` is
    the key of a card to read first, or empty.
    """

    occasion: Occasion
    themes: frozenset[str]
    statements: tuple[str, ...]
    ask: Text
    methods: tuple[str, ...]
    levels: tuple[Level, ...]
    leader_must_not: Text
    note: Text | None
    card: str
    asks_aggression: bool


def all_advice(top: Table, methods: Collection[str]) -> tuple[Advice, ...]:
    """The advice in the file; `methods` are the keys it may name.

    Raises
    ------
    InputRefused
        When one is wrong, two are for the same outcome, or an outcome has none.
    """
    tables = top.tables("advice", 1, 60)
    advice = tuple(_advice(table, methods) for table in tables)
    occasions: set[tuple[Occasion, frozenset[str], str]] = set()
    for table, item in zip(tables, advice, strict=True):
        for statement in item.statements or ("",):
            when = (item.occasion, item.themes, statement)
            if when in occasions:
                raise table.refused("followup.advice_double", when=item.occasion.value)
            occasions.add(when)
    for occasion in Occasion:
        if (occasion, frozenset(), "") not in occasions:
            raise top.refused("followup.advice_missing", "advice", when=occasion.value)
    return advice


def _advice(table: Table, methods: Collection[str]) -> Advice:
    optional = ("themes", "statements", "note", "card", "asks_aggression")
    table.only(("when", "ask", "methods", "levels", "leader_must_not"), optional)
    occasion = Occasion(table.choice("when", list(Occasion)))
    wanted = 0 if occasion is Occasion.AGGRESSION else FIRST_SHOWN
    return Advice(
        occasion=occasion,
        themes=frozenset(table.keys("themes", 10)),
        statements=table.keys("statements", 10),
        ask=table.text("ask", LONGEST),
        methods=table.choices("methods", methods, wanted, wanted),
        levels=tuple(Level(level) for level in table.choices("levels", list(Level), 1, 3)),
        leader_must_not=table.text("leader_must_not", LONGEST),
        note=table.optional_text("note", LONGEST),
        card=table.line("card", 40) if "card" in table.fields else "",
        asks_aggression=table.flag("asks_aggression"),
    )
