"""Tables of conversations, actions and what a leidinggevende writes to the team.

What is deliberately *not* here: who was at a conversation or wrote a line, a name, a case, and
anything of an answer or a vent. Roles stand in the place of people; keys are random, and everything
is erased after two years.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Integer,
    String,
)

from monitor.store.schema import table


def _id() -> Column[Any]:
    return Column("id", String(22), primary_key=True)  # random


def _unit() -> Column[Any]:
    return Column("unit", String(64), ForeignKey("unit.key"), nullable=False, index=True)


def _origin() -> tuple[Column[Any] | CheckConstraint, ...]:
    """What led to it; month and theme only where that was a signal."""
    return (
        Column("origin", String(12), nullable=False),
        Column("origin_period", String(7), nullable=True),
        Column("origin_theme", String(40), nullable=True),
        CheckConstraint("origin IN ('signal', 'own', 'organisation')", name="origin"),
    )


conversation = table(
    "conversation",
    _id(),
    _unit(),
    Column("method", String(40), nullable=False),
    Column("starts_at", BigInteger, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("led_by", String(60), nullable=False),  # a role
    Column("state", String(7), nullable=False),
    *_origin(),
    Column("created_on", Date, nullable=False),
    CheckConstraint("state IN ('planned', 'held', 'dropped')", name="state"),
)

action = table(
    "action",
    _id(),
    _unit(),
    Column("kind", String(40), nullable=False),
    Column("level", String(12), nullable=False),
    Column("themes", JSON, nullable=False),
    Column("title", String(120), nullable=False),
    Column("text", String(280), nullable=False, default=""),
    Column("owner_role", String(60), nullable=False, default=""),
    *_origin(),
    Column("start_period", String(7), nullable=False),
    Column("state", String(6), nullable=False),
    Column("outcome", String(9), nullable=True),
    Column("why", String(280), nullable=False, default=""),
    Column("created_on", Date, nullable=False),
    Column("closed_on", Date, nullable=True),
    # The conversation it was agreed in: one agreement each. Older ones, and those of the command
    # line, have none.
    Column("conversation", String(22), nullable=True, index=True, unique=True),
    # After how many released months the team looks back.
    Column("look_back", Integer, nullable=False, server_default="6"),
    CheckConstraint("level IN ('team', 'leader', 'organisation')", name="level"),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
    CheckConstraint(
        "outcome IN ('done', 'continues', 'adapted', 'stopped', 'failed')", name="outcome"
    ),
)

action_estimate = table(
    # Before and after, worked out when the last month of the window was sealed, and frozen.
    "action_estimate",
    Column("action", String(22), ForeignKey("action.id", ondelete="CASCADE"), primary_key=True),
    Column("theme", String(40), primary_key=True),
    Column("months", Integer, primary_key=True),  # of the window, as meant
    Column("until", String(7), nullable=False),  # the last month that counts
    Column("counted", Integer, nullable=False),  # fewer than `months` after a break mark
    Column("level_before", Float, nullable=False),
    Column("variance_before", Float, nullable=False),
    Column("level_after", Float, nullable=False),
    Column("variance_after", Float, nullable=False),
    # How comparable units moved; empty with fewer than eight of them.
    Column("others_change", Float, nullable=True),
    Column("others_variance", Float, nullable=True),
    Column("broken", Boolean, nullable=False),
)

request_answer = table(
    "request_answer",
    Column("action", String(22), ForeignKey("action.id", ondelete="CASCADE"), primary_key=True),
    Column("text", String(280), nullable=False),
    Column("decided_on", Date, nullable=False),
)

compass = table(
    # A team's own standing agreements.
    "compass",
    _id(),
    _unit(),
    Column("text", String(280), nullable=False),
    Column("agreed_on", Date, nullable=False),
)

promise = table(
    # The leidinggevende's own promise to stand behind the compass.
    "promise",
    Column("unit", String(64), ForeignKey("unit.key"), primary_key=True),
    Column("text", String(280), nullable=False),
    Column("promised_on", Date, nullable=False),
)

team_log = table(
    # What was written to the team: never changed, but a line may be taken away.
    "team_log",
    _id(),
    _unit(),
    Column("period", String(7), nullable=True),  # sealed last before it was written
    Column("text", String(280), nullable=False),  # empty once it was taken away
    Column("written_on", Date, nullable=False),
    Column("state", String(9), nullable=False),
    CheckConstraint("state IN ('shown', 'withdrawn', 'blanked')", name="state"),
)
