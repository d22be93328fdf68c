"""Conversations and actions: what is kept of them, and the states they go through."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from monitor.pulse import periods

MOST_OPEN = 2
"""Open actions a team may have at once: a third asks to close one."""
LOOK_BACKS = (3, 6)
"""Released months after the start in which a team looks back."""


class Level(StrEnum):
    """Who can do something about it."""

    TEAM = "team"
    LEADER = "leader"
    ORGANISATION = "organisation"
    """A request to whoever leads above."""


class Outcome(StrEnum):
    """How an action ended; one that continues stays open."""

    DONE = "done"
    CONTINUES = "continues"
    ADAPTED = "adapted"
    STOPPED = "stopped"
    FAILED = "failed"


class ActionState(StrEnum):
    """Whether an action still counts as one of the two."""

    OPEN = "open"
    CLOSED = "closed"


class ConversationState(StrEnum):
    """Whether it took place."""

    PLANNED = "planned"
    HELD = "held"
    DROPPED = "dropped"


class OriginKind(StrEnum):
    """What led to a conversation or an action."""

    SIGNAL = "signal"
    OWN = "own"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Origin:
    """What led to it; month and theme only where that was a signal."""

    kind: OriginKind = OriginKind.OWN
    period: str | None = None
    theme: str | None = None


OWN = Origin()
"""Nothing but the team's own idea."""


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action as it is agreed; no themes means all of them. ``look_back`` is after how many
    released months the team means to look back."""

    kind: str
    title: str
    start: str
    level: Level = Level.TEAM
    themes: tuple[str, ...] = ()
    text: str = ""
    owner_role: str = ""
    origin: Origin = OWN
    look_back: int = LOOK_BACKS[-1]


@dataclass(frozen=True, slots=True)
class Action:
    """An action as it is stored. ``answer`` is that of whoever leads above, to a request;
    ``conversation`` that in which it was agreed, where there was one."""

    id: str
    unit: str
    kind: str
    level: Level
    themes: tuple[str, ...]
    title: str
    text: str
    owner_role: str
    origin: Origin
    start: str
    state: ActionState
    outcome: Outcome | None
    why: str
    created_on: date
    closed_on: date | None
    answer: Answer | None = None
    conversation: str | None = None
    look_back: int = LOOK_BACKS[-1]

    @property
    def is_open(self) -> bool:
        """Whether it counts as one of the team's two."""
        return self.state is ActionState.OPEN

    @property
    def written_afterwards(self) -> bool:
        """Whether months of its after-window may have been known when it was written down."""
        return periods.containing(self.created_on) > periods.shifted(self.start, 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was decided on a request."""

    text: str
    decided_on: date


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that is planned, was held or was dropped."""

    id: str
    unit: str
    method: str
    starts_at: datetime
    minutes: int
    led_by: str
    state: ConversationState
    origin: Origin
    created_on: date


def as_of(action: Action, day: date) -> Action:
    """The action as it stood at the end of `day`, as far as later days are known."""
    if action.closed_on is not None and action.closed_on > day:
        state = ActionState.OPEN
        action = replace(action, state=state, outcome=None, why="", closed_on=None)
    if action.answer is not None and action.answer.decided_on > day:
        action = replace(action, answer=None)
    return action


def new_id() -> str:
    """A random key for a row."""
    return secrets.token_urlsafe(16)


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 28 February for a 29th that is not there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
