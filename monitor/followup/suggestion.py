"""From what changed to the question to begin with and three methods: pure rules."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.followup.advice import Advice, Level, Occasion
from monitor.followup.content_file import Text
from monitor.followup.methods import Method, MethodBook

SUPPORT = "steun"
"""The theme about the leidinggevende, who never leads the conversation when it fell."""


class Direction(StrEnum):
    """The direction in which a theme changed; the first two are stored values of signals."""

    DOWN = "down"
    UP = "up"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How to begin.

    Nothing is planned when ``may_plan`` is false: the protocol comes first, and ``card`` says
    what to do. ``led_by_other``: somebody else than the leidinggevende leads.
    """

    may_plan: bool
    ask: Text
    methods: tuple[Method, ...]
    levels: tuple[Level, ...]
    leader_must_not: Text
    note: Text | None
    card: str
    asks_aggression: bool
    led_by_other: bool


def suggest(
    book: MethodBook,
    theme: str,
    direction: Direction,
    statement: str = "",
    also_fell: Collection[str] = (),
    aggression: bool = False,
) -> Suggestion:
    """The suggestion for a theme that went in `direction`.

    Parameters
    ----------
    book
        The methods and the advice.
    theme, statement
        What the conversation is about; the statement may be empty.
    also_fell
        Other themes that fell in the same month.
    aggression
        Whether there was aggression, a threat or something shocking.
    """
    fell = {*also_fell, theme} if direction is Direction.DOWN else {*also_fell}
    advice = _advice(book.advice, theme, direction, statement, fell, aggression)
    return Suggestion(
        may_plan=not aggression,
        ask=advice.ask,
        methods=tuple(book.method(key) for key in advice.methods),
        levels=advice.levels,
        leader_must_not=advice.leader_must_not,
        note=advice.note,
        card=advice.card,
        asks_aggression=advice.asks_aggression,
        led_by_other=SUPPORT in fell,
    )


def _advice(
    advice: Iterable[Advice],
    theme: str,
    direction: Direction,
    statement: str,
    fell: Collection[str],
    aggression: bool,
) -> Advice:
    """The most specific advice there is; the loader has checked that there is one."""
    if aggression:
        occasion, themes = Occasion.AGGRESSION, frozenset({theme})
    elif direction is Direction.DOWN and len(fell) > 1:
        occasion, themes = Occasion.SEVERAL, frozenset(fell)
    else:
        occasion, themes = _ALONE[direction], frozenset({theme})
    by_when = {
        (item.themes, key): item
        for item in advice
        if item.occasion is occasion
        for key in item.statements or ("",)
    }
    wanted = ((themes, statement), (themes, ""), (frozenset[str](), ""))
    return next(by_when[when] for when in wanted if when in by_when)


_ALONE = {
    Direction.DOWN: Occasion.FALLS,
    Direction.UP: Occasion.RISES,
    Direction.NONE: Occasion.STABLE,
}
