"""The outbox: the letters of a round and their states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, update

from monitor.pulse.invitations.letters import Kind, Letter, Outcome, State
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store.delivery_tables import outbox
from monitor.store.engine import reading, writing
from monitor.store.tables import member, round_unit, survey_round


@dataclass(frozen=True, slots=True)
class Progress:
    """How many letters are in each state. Says nothing about what people did with them."""

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
        """Letters that have not been sent yet."""
        return self.waiting + self.sending


def progress(engine: Engine, period: str, kind: Kind | None = None) -> Progress:
    """The progress of a round's letters, or those of one kind; all zero once it has closed."""
    query = select(outbox.c.state, func.count().label("letters"))
    query = query.where(outbox.c.period == period)
    if kind is not None:
        query = query.where(outbox.c.kind == kind)
    with reading(engine) as connection:
        rows = connection.execute(query.group_by(outbox.c.state))
        return Progress(**{row.state: row.letters for row in rows})


def refused(engine: Engine, period: str) -> tuple[tuple[str, str], ...]:
    """Unit and address of every member whose address the mail server refused."""
    query = select(outbox.c.unit, outbox.c.email).where(
        outbox.c.period == period, outbox.c.state == State.REFUSED
    )
    with reading(engine) as connection:
        rows = connection.execute(query.distinct().order_by(outbox.c.unit, outbox.c.email))
        return tuple((row.unit, row.email) for row in rows)


def unreached(engine: Engine, period: str) -> Mapping[str, int]:
    """Per unit that was mailed, how many of its members have no letter because they came later.

    They get one when their team's links are replaced.
    """
    mailed = select(outbox.c.unit).where(outbox.c.period == period, outbox.c.kind == Kind.INVITE)
    has_letter = select(outbox.c.email).where(
        outbox.c.period == period,
        outbox.c.kind == Kind.INVITE,
        outbox.c.email == member.c.email,
        outbox.c.unit == member.c.unit,
    )
    query = (
        select(member.c.unit, func.count().label("people"))
        .join(round_unit, (round_unit.c.unit == member.c.unit) & (round_unit.c.period == period))
        .where(member.c.unit.in_(mailed), ~has_letter.exists())
        .group_by(member.c.unit, round_unit.c.position)
        .order_by(round_unit.c.position)
    )
    with reading(engine) as connection:
        return {row.unit: row.people for row in connection.execute(query)}


def retry_refused(engine: Engine, period: str) -> int:
    """Queue refused letters again, and end the waiting of those put off; how many there were."""
    put_off = (outbox.c.state == State.WAITING) & (outbox.c.put_off > 0)
    with writing(engine) as connection:
        retried = connection.execute(
            update(outbox)
            .where(outbox.c.period == period, (outbox.c.state == State.REFUSED) | put_off)
            .values(state=State.WAITING, put_off=0, not_before=0)
        )
        return retried.rowcount


def waiting(engine: Engine, period: str, now: datetime) -> tuple[Letter, ...]:
    """The letters that wait: invitations first, and those last whose waiting has just ended."""
    query = (
        select(outbox)
        .where(outbox.c.period == period, outbox.c.state == State.WAITING)
        .order_by(outbox.c.put_off > 0, outbox.c.not_before, outbox.c.kind, outbox.c.email)
    )
    query = query.where(outbox.c.not_before <= int(now.timestamp()))
    with reading(engine) as connection:
        return tuple(letter_of(row) for row in connection.execute(query))


def anything_left(engine: Engine, period: str, now: datetime) -> bool:
    """Whether a letter whose waiting is over waits, or one is sending."""
    is_unsent = (outbox.c.state == State.SENDING) | (
        (outbox.c.state == State.WAITING) & (outbox.c.not_before <= int(now.timestamp()))
    )
    query = select(outbox.c.email).where(outbox.c.period == period, is_unsent).limit(1)
    with reading(engine) as connection:
        return connection.execute(query).first() is not None


def mark_sending(connection: Connection, letter: Letter) -> bool:
    """Mark a waiting letter as sending; False when it need not be sent any more."""
    still_open = select(survey_round.c.period).where(
        survey_round.c.period == letter.period, survey_round.c.status == RoundStatus.OPEN
    )
    if connection.execute(still_open).first() is None:
        return False
    return _move(connection, letter, State.WAITING, State.SENDING)


def mark_done(connection: Connection, letter: Letter, outcome: Outcome, now: datetime) -> bool:
    """Write down what became of a letter; False when it was not sending."""
    more: dict[str, Any] = {"reply": outcome.reply}
    if outcome.state is State.SENT:
        more |= {"put_off": 0, "not_before": 0}
    elif outcome.wait is not None:
        not_before = int((now + outcome.wait).timestamp())
        more |= {"put_off": letter.put_off + 1, "not_before": not_before}
    return _move(connection, letter, State.SENDING, outcome.state, more)


def requeue_interrupted(connection: Connection) -> int:
    """Queue letters again whose sender died while sending; returns how many there were."""
    requeued = connection.execute(
        update(outbox).where(outbox.c.state == State.SENDING).values(state=State.WAITING)
    )
    return requeued.rowcount


def _move(
    connection: Connection,
    letter: Letter,
    before: State,
    after: State,
    more: Mapping[str, Any] | None = None,
) -> bool:
    # The number of codes issued before excludes a letter that has taken its place because the
    # unit's links were replaced meanwhile.
    moved = connection.execute(
        update(outbox)
        .where(
            outbox.c.period == letter.period,
            outbox.c.kind == letter.kind,
            outbox.c.email == letter.email,
            outbox.c.unit == letter.unit,
            outbox.c.generation == letter.codes_before,
            outbox.c.state == before,
        )
        .values(state=after, **(more or {}))
    )
    return moved.rowcount == 1


def progress_by_kind(connection: Connection, period: str) -> dict[Kind, Progress]:
    """The progress of each kind of letter that was queued."""
    query = (
        select(outbox.c.kind, outbox.c.state, func.count())
        .where(outbox.c.period == period)
        .group_by(outbox.c.kind, outbox.c.state)
    )
    by_kind: dict[Kind, dict[str, int]] = {}
    for kind, state, count in connection.execute(query):
        by_kind.setdefault(Kind(kind), {})[state] = count
    return {kind: Progress(**counts) for kind, counts in by_kind.items()}


def letter_of(row: Row[Any], kind: Kind | None = None) -> Letter:
    """The letter in a row of `outbox`, or one of another kind with the same link."""
    put_off = row.put_off if kind is None else 0
    return Letter(row.period, kind or Kind(row.kind), row.email, row.unit, row.generation, put_off)
