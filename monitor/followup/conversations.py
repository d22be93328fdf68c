"""The conversations of teams, as stored: which method, when, and whether it was held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, Row, func, insert, select, update

from monitor.errors import InputRefused
from monitor.followup import texts
from monitor.followup.methods import MOST_MINUTES
from monitor.followup.records import (
    OWN,
    Conversation,
    ConversationState,
    Origin,
    OriginKind,
    new_id,
)
from monitor.store.engine import reading, writing
from monitor.store.followup_tables import conversation


@dataclass(frozen=True, slots=True)
class Plan:
    """A conversation to be held; ``led_by`` is a role."""

    method: str
    starts_at: datetime
    minutes: int
    led_by: str
    origin: Origin = OWN


def plan(engine: Engine, unit: str, new: Plan, today: date) -> str:
    """Store a planned conversation; returns its random id.

    Raises
    ------
    InputRefused
        When it lasts too long or no time at all, or the role may not be stored.
    """
    if not 0 < new.minutes <= MOST_MINUTES:
        raise InputRefused("conversation.minutes", most=MOST_MINUTES)
    led_by = texts.checked(new.led_by, texts.LONGEST_ROLE, today)
    name = new_id()
    with writing(engine) as connection:
        connection.execute(
            insert(conversation).values(
                id=name,
                unit=unit,
                method=new.method,
                starts_at=int(new.starts_at.timestamp()),
                minutes=new.minutes,
                led_by=led_by,
                state=ConversationState.PLANNED,
                origin=new.origin.kind,
                origin_period=new.origin.period,
                origin_theme=new.origin.theme,
                created_on=today,
            )
        )
    return name


def settle(engine: Engine, name: str, state: ConversationState) -> None:
    """Note that a planned conversation was held or dropped, or is planned after all.

    Raises
    ------
    InputRefused
        When there is no such conversation.
    """
    with writing(engine) as connection:
        changed = connection.execute(
            update(conversation).where(conversation.c.id == name).values(state=state)
        )
        if changed.rowcount == 0:
            raise InputRefused("conversation.unknown")


def get(engine: Engine, name: str) -> Conversation | None:
    """The conversation of that id."""
    with reading(engine) as connection:
        row = connection.execute(select(conversation).where(conversation.c.id == name)).first()
    return _conversation(row) if row else None


def listing(engine: Engine, unit: str) -> tuple[Conversation, ...]:
    """The conversations of a unit, the latest first."""
    query = (
        select(conversation)
        .where(conversation.c.unit == unit)
        .order_by(conversation.c.starts_at.desc(), conversation.c.id)
    )
    with reading(engine) as connection:
        return tuple(_conversation(row) for row in connection.execute(query))


def planned(engine: Engine) -> frozenset[str]:
    """The units that have a conversation planned."""
    query = select(conversation.c.unit).where(conversation.c.state == ConversationState.PLANNED)
    with reading(engine) as connection:
        return frozenset(connection.execute(query.distinct()).scalars())


def held(engine: Engine) -> int:
    """How many conversations were held, in the whole organisation."""
    query = (
        select(func.count())
        .select_from(conversation)
        .where(conversation.c.state == ConversationState.HELD)
    )
    with reading(engine) as connection:
        return int(connection.execute(query).scalar_one())


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        unit=row.unit,
        method=row.method,
        starts_at=datetime.fromtimestamp(row.starts_at, UTC),
        minutes=row.minutes,
        led_by=row.led_by,
        state=ConversationState(row.state),
        origin=Origin(OriginKind(row.origin), row.origin_period, row.origin_theme),
        created_on=row.created_on,
    )
