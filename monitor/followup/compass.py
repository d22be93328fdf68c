"""A team's own standing agreements, and the promise of its leidinggevende to stand behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine, delete, func, insert, select

from monitor.errors import InputRefused
from monitor.followup import texts
from monitor.followup.records import new_id
from monitor.store import locks
from monitor.store.engine import reading, writing
from monitor.store.followup_tables import compass, promise

MOST_AGREEMENTS = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """One line of a team's compass."""

    id: str
    text: str
    agreed_on: date


@dataclass(frozen=True, slots=True)
class Promise:
    """What a leidinggevende promised the team."""

    text: str
    promised_on: date


def agreements(engine: Engine, unit: str) -> tuple[Agreement, ...]:
    """The unit's agreements, the oldest first."""
    query = (
        select(compass).where(compass.c.unit == unit).order_by(compass.c.agreed_on, compass.c.id)
    )
    with reading(engine) as connection:
        return tuple(Agreement(r.id, r.text, r.agreed_on) for r in connection.execute(query))


def agree(engine: Engine, unit: str, text: str, today: date) -> str:
    """Add an agreement; returns its random id.

    Raises
    ------
    InputRefused
        When the text may not be stored, or there are ten already.
    """
    line = texts.checked(text, texts.LONGEST_TEXT, today)
    name = new_id()
    with writing(engine) as connection:
        locks.exclusive(connection, f"compass {unit}")
        count = select(func.count()).select_from(compass).where(compass.c.unit == unit)
        if connection.execute(count).scalar_one() >= MOST_AGREEMENTS:
            raise InputRefused("compass.full", most=MOST_AGREEMENTS)
        connection.execute(insert(compass).values(id=name, unit=unit, text=line, agreed_on=today))
    return name


def drop(engine: Engine, unit: str, name: str) -> None:
    """Take an agreement of the unit away; nothing happens when it is gone already."""
    with writing(engine) as connection:
        connection.execute(delete(compass).where(compass.c.unit == unit, compass.c.id == name))


def promise_of(engine: Engine, unit: str) -> Promise | None:
    """The promise to the unit, if there is one."""
    with reading(engine) as connection:
        row = connection.execute(select(promise).where(promise.c.unit == unit)).first()
    return Promise(row.text, row.promised_on) if row else None


def make_promise(engine: Engine, unit: str, text: str, today: date) -> None:
    """Replace the promise to the unit; an empty text takes it back.

    Raises
    ------
    InputRefused
        When the text may not be stored.
    """
    line = texts.optional(text, texts.LONGEST_TEXT, today)
    with writing(engine) as connection:
        locks.exclusive(connection, f"promise {unit}")
        connection.execute(delete(promise).where(promise.c.unit == unit))
        if line:
            connection.execute(insert(promise).values(unit=unit, text=line, promised_on=today))
