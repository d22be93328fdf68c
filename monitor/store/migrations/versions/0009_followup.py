"""conversations, actions, and the line for a team as the first of its log"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

reply_to_team = sa.table(
    "reply_to_team",
    sa.column("unit", sa.String),
    sa.column("text", sa.String),
    sa.column("written_on", sa.Date),
)
survey_round = sa.table(
    "survey_round",
    sa.column("period", sa.String),
    sa.column("status", sa.String),
    sa.column("opens_on", sa.Date),
    sa.column("closes_on", sa.Date),
)
team_log = sa.table(
    "team_log",
    sa.column("id", sa.String),
    sa.column("unit", sa.String),
    sa.column("period", sa.String),
    sa.column("text", sa.String),
    sa.column("written_on", sa.Date),
    sa.column("state", sa.String),
)


def upgrade() -> None:
    _conversation()
    _action()
    _of_action()
    _of_team()
    _move_replies()
    op.drop_table("reply_to_team")


def _conversation() -> None:
    _create(
        "conversation",
        _id(),
        _unit(),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("led_by", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        *_origin("conversation"),
        sa.Column("created_on", sa.Date(), nullable=False),
        _check("conversation", "state", "planned", "held", "dropped"),
        _key("conversation", "id"),
        _of("conversation", "unit", "unit.key"),
    )
    _index("conversation")


def _action() -> None:
    _create(
        "action",
        _id(),
        _unit(),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("owner_role", sa.String(length=60), nullable=False),
        *_origin("action"),
        sa.Column("start_period", sa.String(length=7), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("outcome", sa.String(length=9), nullable=True),
        sa.Column("why", sa.String(length=280), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        _check("action", "level", "team", "leader", "organisation"),
        _check("action", "state", "open", "closed"),
        _check("action", "outcome", "done", "continues", "adapted", "stopped", "failed"),
        _key("action", "id"),
        _of("action", "unit", "unit.key"),
    )
    _index("action")


def _of_action() -> None:
    _create(
        "action_estimate",
        sa.Column("action", sa.String(length=22), nullable=False),
        sa.Column("theme", sa.String(length=40), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("until", sa.String(length=7), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("level_before", sa.Float(), nullable=False),
        sa.Column("variance_before", sa.Float(), nullable=False),
        sa.Column("level_after", sa.Float(), nullable=False),
        sa.Column("variance_after", sa.Float(), nullable=False),
        sa.Column("others_change", sa.Float(), nullable=True),
        sa.Column("others_variance", sa.Float(), nullable=True),
        sa.Column("broken", sa.Boolean(), nullable=False),
        _key("action_estimate", "action", "theme", "months"),
        _of("action_estimate", "action", "action.id", ondelete="CASCADE"),
    )
    _create(
        "request_answer",
        sa.Column("action", sa.String(length=22), nullable=False),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        _key("request_answer", "action"),
        _of("request_answer", "action", "action.id", ondelete="CASCADE"),
    )


def _of_team() -> None:
    _create(
        "compass",
        _id(),
        _unit(),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        _key("compass", "id"),
        _of("compass", "unit", "unit.key"),
    )
    _index("compass")
    _create(
        "promise",
        _unit(),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        _key("promise", "unit"),
        _of("promise", "unit", "unit.key"),
    )
    _create(
        "team_log",
        _id(),
        _unit(),
        sa.Column("period", sa.String(length=7), nullable=True),
        sa.Column("text", sa.String(length=280), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        _check("team_log", "state", "shown", "withdrawn", "blanked"),
        _key("team_log", "id"),
        _of("team_log", "unit", "unit.key"),
    )
    _index("team_log")


def _move_replies() -> None:
    """Each unit's line becomes a line of its log, filed under the month last sealed before it."""
    connection = op.get_bind()
    rounds = connection.execute(
        sa.select(
            survey_round.c.period,
            sa.func.coalesce(survey_round.c.closes_on, survey_round.c.opens_on).label("ended_on"),
        ).where(survey_round.c.status == "sealed")
    ).all()
    for row in connection.execute(sa.select(reply_to_team)).all():
        before = [r.period for r in rounds if _day(r.ended_on) < row.written_on]
        connection.execute(
            sa.insert(team_log).values(
                id=_name(row.unit),
                unit=row.unit,
                period=max(before, default=None),
                text=row.text,
                written_on=row.written_on,
                state="shown",
            )
        )


def _name(unit: str) -> str:
    """A name that a store and a restored backup of it agree on; a new line's name is random."""
    return hashlib.sha256(f"reply to {unit}".encode()).hexdigest()[:22]


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _create(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, sqlite_with_rowid=False)


def _index(name: str) -> None:
    op.create_index(op.f(f"ix_{name}_unit"), name, ["unit"])


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.String(length=22), nullable=False)


def _unit() -> sa.Column[Any]:
    return sa.Column("unit", sa.String(length=64), nullable=False)


def _origin(name: str) -> tuple[Any, ...]:
    return (
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("origin_period", sa.String(length=7), nullable=True),
        sa.Column("origin_theme", sa.String(length=40), nullable=True),
        _check(name, "origin", "signal", "own", "organisation"),
    )


def _check(name: str, column: str, *values: str) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=op.f(f"ck_{name}_{column}"))


def _key(name: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{name}"))


def _of(name: str, column: str, target: str, **more: Any) -> sa.ForeignKeyConstraint:
    other = target.partition(".")[0]
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{name}_{column}_{other}"), **more
    )
