"""The outbox: which letters wait, and how far the sending is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, select, true, update

from monitor.organisation.workdays import is_weekend
from monitor.pulse.invitations.letters import Kind, Letter, State
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store.delivery_tables import outbox
from monitor.store.engine import reading, writing
from monitor.store.tables import member, round_unit, survey_round


@dataclass(frozen=True, slots=True)
class Progress:
    """How many letters are how far. Says nothing of what people did with them."""

    waiting: int = 0
    sending: int = 0
    sent: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """All letters."""
        return self.waiting + self.sending + self.sent + self.refused

    @property
    def left(self) -> int:
        """Letters that still have to go."""
        return self.waiting + self.sending


def progress(engine: Engine, period: str, kind: Kind | None = None) -> Progress:
    """How far the letters of a round are, or those of one kind; all zero once it has closed."""
    counted = select(outbox.c.state, func.count().label("letters"))
    counted = counted.where(outbox.c.period == period)
    if kind is not None:
        counted = counted.where(outbox.c.kind == kind)
    with reading(engine) as connection:
        rows = connection.execute(counted.group_by(outbox.c.state))
        return Progress(**{row.state: row.letters for row in rows})


def refused(engine: Engine, period: str) -> tuple[tuple[str, str], ...]:
    """Unit and address of every member whose address the mail server refused."""
    asked = select(outbox.c.unit, outbox.c.email).where(
        outbox.c.period == period, outbox.c.state == State.REFUSED
    )
    with reading(engine) as connection:
        rows = connection.execute(asked.distinct().order_by(outbox.c.unit, outbox.c.email))
        return tuple((row.unit, row.email) for row in rows)


def unreached(engine: Engine, period: str) -> Mapping[str, int]:
    """Per unit that was mailed, how many of its members have no letter: they came later.

    They get one when their team's links are replaced.
    """
    mailed = select(outbox.c.unit).where(outbox.c.period == period, outbox.c.kind == Kind.INVITE)
    has_letter = select(outbox.c.email).where(
        outbox.c.period == period,
        outbox.c.kind == Kind.INVITE,
        outbox.c.email == member.c.email,
        outbox.c.unit == member.c.unit,
    )
    asked = (
        select(member.c.unit, func.count().label("people"))
        .join(round_unit, (round_unit.c.unit == member.c.unit) & (round_unit.c.period == period))
        .where(member.c.unit.in_(mailed), ~has_letter.exists())
        .group_by(member.c.unit, round_unit.c.position)
        .order_by(round_unit.c.position)
    )
    with reading(engine) as connection:
        return {row.unit: row.people for row in connection.execute(asked)}


def retry_refused(engine: Engine, period: str) -> int:
    """Let refused letters wait again; how many there were."""
    with writing(engine) as connection:
        again = connection.execute(
            update(outbox)
            .where(outbox.c.period == period, outbox.c.state == State.REFUSED)
            .values(state=State.WAITING)
        )
        return again.rowcount


def waiting(engine: Engine, period: str, today: date) -> tuple[Letter, ...]:
    """The round's letters that may go today, invitations first."""
    asked = (
        select(outbox)
        .where(outbox.c.period == period, outbox.c.state == State.WAITING)
        .order_by(outbox.c.kind, outbox.c.email)
    )
    with reading(engine) as connection:
        return tuple(letter_of(row) for row in connection.execute(asked.where(_may_go(today))))


def anything_left(engine: Engine, period: str, today: date) -> bool:
    """Whether a letter that may go today has not gone, or is in doubt."""
    left = outbox.c.state.in_((State.WAITING, State.SENDING))
    asked = select(outbox.c.email).where(outbox.c.period == period, left, _may_go(today)).limit(1)
    with reading(engine) as connection:
        return connection.execute(asked).first() is not None


def _may_go(today: date) -> ColumnElement[bool]:
    """Invitations always; reminders not at the weekend."""
    return outbox.c.kind == Kind.INVITE if is_weekend(today) else true()


def start(connection: Connection, letter: Letter) -> bool:
    """Mark it *sending*; False when it is no longer to be sent."""
    still_open = select(survey_round.c.period).where(
        survey_round.c.period == letter.period, survey_round.c.status == RoundStatus.OPEN
    )
    if connection.execute(still_open).first() is None:
        return False
    return _move(connection, letter, State.WAITING, State.SENDING)


def end(connection: Connection, letter: Letter, state: State) -> bool:
    """Say what became of a letter that was *sending*."""
    return _move(connection, letter, State.SENDING, state)


def take_back(connection: Connection) -> int:
    """Let letters whose sender died wait again; how many there were."""
    back = connection.execute(
        update(outbox).where(outbox.c.state == State.SENDING).values(state=State.WAITING)
    )
    return back.rowcount


def _move(connection: Connection, letter: Letter, before: State, after: State) -> bool:
    # The generation, because meanwhile the unit's links may have been replaced: then there is
    # another letter in this one's place.
    moved = connection.execute(
        update(outbox)
        .where(
            outbox.c.period == letter.period,
            outbox.c.kind == letter.kind,
            outbox.c.email == letter.email,
            outbox.c.unit == letter.unit,
            outbox.c.generation == letter.generation,
            outbox.c.state == before,
        )
        .values(state=after)
    )
    return moved.rowcount == 1


def states(connection: Connection, period: str) -> dict[Kind, Progress]:
    """How far the letters of each kind are."""
    counted = (
        select(outbox.c.kind, outbox.c.state, func.count())
        .where(outbox.c.period == period)
        .group_by(outbox.c.kind, outbox.c.state)
    )
    found: dict[Kind, dict[str, int]] = {}
    for kind, state, count in connection.execute(counted):
        found.setdefault(Kind(kind), {})[state] = count
    return {kind: Progress(**counts) for kind, counts in found.items()}


def letter_of(row: Row[Any], kind: Kind | None = None) -> Letter:
    """The letter of a row of `outbox`, or one of another kind with the same link."""
    return Letter(row.period, kind or Kind(row.kind), row.email, row.unit, row.generation)
