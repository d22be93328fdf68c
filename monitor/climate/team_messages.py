"""The line in which a leidinggevende tells the team what was done with its results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, delete, insert, select

from monitor.errors import InputRefused
from monitor.store import locks
from monitor.store.engine import reading, writing
from monitor.store.tables import reply_to_team

LONGEST = 280


@dataclass(frozen=True, slots=True)
class TeamMessage:
    """The text, and the day it was written on."""

    text: str
    written_on: date


def reply(engine: Engine, unit: str) -> TeamMessage | None:
    """The line written for a unit, if there is one."""
    with reading(engine) as connection:
        row = connection.execute(
            select(reply_to_team.c.text, reply_to_team.c.written_on).where(
                reply_to_team.c.unit == unit
            )
        ).first()
    return TeamMessage(*row) if row else None


def write_reply(engine: Engine, unit: str, text: str, today: date) -> None:
    """Replace the unit's line by `text`; an empty text removes it.

    Raises
    ------
    InputRefused
        When it is longer than 280 characters.
    """
    line = " ".join(text.split())
    if len(line) > LONGEST:
        raise InputRefused("reply.long", most=LONGEST, length=len(line))
    with writing(engine) as connection:
        locks.exclusive(connection, f"reply {unit}")
        connection.execute(delete(reply_to_team).where(reply_to_team.c.unit == unit))
        if line:
            connection.execute(insert(reply_to_team).values(unit=unit, text=line, written_on=today))
