"""Rounds: one a month, from opening to sealing.

Opening freezes the questionnaire, the minimum and the tree, and makes the round's key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import KeyMissing, RoundRefused
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import periods
from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.questionnaire import Questionnaire
from monitor.store import audit, locks, purge
from monitor.store.delivery_tables import outbox
from monitor.store.engine import reading, writing
from monitor.store.key_folder import KeyFolder
from monitor.store.tables import ballot, nightly, questionnaire, round_unit, survey_round
from monitor.store.tables import envelope as envelope_table


class RoundStatus(StrEnum):
    """Where a round is in its life."""

    OPEN = "open"
    CLOSING = "closing"
    SEALED = "sealed"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class Round:
    """A round as the store knows it."""

    period: str
    status: RoundStatus
    opens_on: date
    closes_on: date | None
    minimum: int
    questionnaire: str
    public_key: bytes | None

    @property
    def key_name(self) -> str:
        """The name of its key's file in the key folder."""
        return envelope.key_name(self.public_key or b"")


@dataclass(frozen=True, slots=True)
class UnitInvitations:
    """A unit in a round's frozen tree: people invited, and codes ever issued for it."""

    unit: str
    invited: int
    issued: int


def open_round(
    context: AppContext,
    period: str,
    questions: Questionnaire,
    closes_on: date | None,
    actor: str,
    now: datetime,
) -> Round:
    """Open the round of `period`: its key first, then everything else in one transaction.

    Raises
    ------
    RoundRefused
        When the period has a round already, another is open, the closing day has passed, or
        there is no organisation yet.
    """
    periods.check(period)
    today = local_day(now)
    if closes_on is not None and closes_on < today:
        raise RoundRefused("round.closes_in_past", day=closes_on.isoformat())
    tree = current_tree(context.engine)
    if not tree.units:
        raise RoundRefused("round.no_organisation")
    key = envelope.new_round_key()
    made = Round(
        period,
        RoundStatus.OPEN,
        today,
        closes_on,
        context.settings.minimum,
        questions.digest,
        key.public,
    )
    context.keys.write(made.key_name, key.to_bytes())
    try:
        with writing(context.engine) as connection:
            locks.exclusive(connection, "rounds")
            _refuse_second(connection, period)
            _insert(connection, made, questions, tree)
            audit.note(connection, actor, "round.open", period, now)
    except BaseException as error:
        context.keys.destroy(made.key_name)
        if isinstance(error, IntegrityError):  # another process opened it in the same instant
            raise RoundRefused("round.exists", period=period) from None
        raise
    return made


def abandon(context: AppContext, period: str, actor: str, now: datetime) -> None:
    """Give up a round: its envelopes, ballots and key are destroyed and nothing is released.

    Raises
    ------
    RoundRefused
        When it is sealed, abandoned already, or unknown.
    """
    with writing(context.engine) as connection:
        found = lock(connection, period)
        if found.status not in (RoundStatus.OPEN, RoundStatus.CLOSING):
            raise RoundRefused(f"round.is_{found.status}", period=period)
        empty_box(connection, period)
        set_status(connection, period, RoundStatus.ABANDONED)
        audit.note(connection, actor, "round.abandon", period, now)
    purge.purge_leftovers(context.engine)
    context.keys.destroy(found.key_name)


def get(engine: Engine, period: str) -> Round:
    """The round of `period`; RoundRefused when there is none."""
    with reading(engine) as connection:
        return find(connection, period)


def all_rounds(engine: Engine) -> tuple[Round, ...]:
    """Every round, oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(select(survey_round).order_by(survey_round.c.period)).all()
    return tuple(from_row(row) for row in rows)


def current_open(engine: Engine) -> Round | None:
    """The open round, if there is one."""
    with reading(engine) as connection:
        row = connection.execute(
            select(survey_round).where(survey_round.c.status == RoundStatus.OPEN)
        ).first()
    return from_row(row) if row else None


def frozen_tree(connection: Connection, period: str) -> Tree:
    """The organisation as it was when the round opened."""
    rows = connection.execute(
        select(round_unit.c.unit, round_unit.c.parent, round_unit.c.name)
        .where(round_unit.c.period == period)
        .order_by(round_unit.c.position)
    ).all()
    return Tree(tuple(Unit(row.unit, row.parent, row.name) for row in rows))


def places(connection: Connection, period: str) -> tuple[UnitInvitations, ...]:
    """Invited people and issued codes per unit, in tree order."""
    rows = connection.execute(
        select(round_unit.c.unit, round_unit.c.invited, round_unit.c.issued)
        .where(round_unit.c.period == period)
        .order_by(round_unit.c.position)
    ).all()
    return tuple(UnitInvitations(*row) for row in rows)


def questionnaire_of(connection: Connection, digest: str) -> Questionnaire:
    """The questionnaire with that digest, as a round asked it."""
    body = connection.execute(
        select(questionnaire.c.body).where(questionnaire.c.digest == digest)
    ).scalar_one()
    return Questionnaire.from_json(body)


def key_of(keys: KeyFolder, found: Round) -> RoundKey:
    """The round's key.

    Raises
    ------
    KeyMissing
        When this process's key folder does not have it, or the file is damaged.
    """
    content = keys.read(found.key_name)
    try:
        key = RoundKey.from_bytes(content or b"")
    except ValueError:
        raise KeyMissing("round.key_missing", period=found.period) from None
    if key.public != found.public_key:
        raise KeyMissing("round.key_missing", period=found.period)
    return key


def find(connection: Connection, period: str) -> Round:
    """As `get`, within a transaction."""
    query = select(survey_round).where(survey_round.c.period == periods.check(period))
    row = connection.execute(query).first()
    if row is None:
        raise RoundRefused("round.unknown", period=period)
    return from_row(row)


def lock(connection: Connection, period: str) -> Round:
    """As `find`, and nobody else changes or submits to the round until the transaction ends."""
    locks.exclusive(connection, lock_name(period))
    return find(connection, period)


def lock_name(period: str) -> str:
    """What submits hold together, and whoever changes the round alone."""
    return f"round {period}"


def set_status(connection: Connection, period: str, status: RoundStatus) -> None:
    """Move the round to `status`."""
    connection.execute(
        update(survey_round).where(survey_round.c.period == period).values(status=status)
    )


def empty_box(connection: Connection, period: str) -> int:
    """Delete the round's ballots, envelopes and letters, and what was told of them meanwhile.

    Returns how many envelopes there were.
    """
    connection.execute(delete(nightly).where(nightly.c.name == received_name(period)))
    connection.execute(delete(ballot).where(ballot.c.period == period))
    connection.execute(delete(outbox).where(outbox.c.period == period))
    gone = connection.execute(delete(envelope_table).where(envelope_table.c.period == period))
    return gone.rowcount


def received_name(period: str) -> str:
    """Under which name last night's share of the open round is kept."""
    return f"received:{period}"


def store_questionnaire(connection: Connection, questions: Questionnaire) -> None:
    """Keep the questionnaire, unless this very one is kept already."""
    known = select(questionnaire.c.digest).where(questionnaire.c.digest == questions.digest)
    if connection.execute(known).first() is None:
        connection.execute(
            insert(questionnaire).values(digest=questions.digest, body=questions.to_json())
        )


def store_tree(connection: Connection, period: str, tree: Tree) -> None:
    """Freeze `tree` (its open units) for the round."""
    rows = [
        {
            "period": period,
            "unit": unit.key,
            "parent": unit.parent,
            "name": unit.name,
            "position": position,
            "invited": 0,
            "issued": 0,
        }
        for position, unit in enumerate(tree.open_units)
    ]
    connection.execute(insert(round_unit), rows)


def _insert(connection: Connection, made: Round, questions: Questionnaire, tree: Tree) -> None:
    store_questionnaire(connection, questions)
    connection.execute(
        insert(survey_round).values(
            period=made.period,
            status=made.status,
            opens_on=made.opens_on,
            closes_on=made.closes_on,
            minimum=made.minimum,
            questionnaire=made.questionnaire,
            public_key=made.public_key,
        )
    )
    store_tree(connection, made.period, tree)


def _refuse_second(connection: Connection, period: str) -> None:
    rows = connection.execute(select(survey_round.c.period, survey_round.c.status)).all()
    for row in rows:
        if row.period == period and row.status == RoundStatus.ABANDONED:
            connection.execute(delete(round_unit).where(round_unit.c.period == period))
            connection.execute(delete(survey_round).where(survey_round.c.period == period))
        elif row.period == period:
            raise RoundRefused("round.exists", period=period)
        elif row.status in (RoundStatus.OPEN, RoundStatus.CLOSING):
            raise RoundRefused("round.another_open", period=row.period)


def from_row(row: Row[Any]) -> Round:
    """A row of `survey_round`, read."""
    return Round(**{**row._mapping, "status": RoundStatus(row.status)})
