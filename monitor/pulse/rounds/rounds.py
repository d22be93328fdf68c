"""Rounds, one per month, from opening to sealing or abandoning."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from monitor import logs
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import KeyMissing, RoundRefused
from monitor.locale.formats import Day, Month
from monitor.organisation.register import current_tree
from monitor.organisation.tree import Tree
from monitor.pulse import periods
from monitor.pulse.ballot import answered_counts, close_commitment, envelope, round_keys
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import questionnaires, round_units
from monitor.store import audit, locks, purge
from monitor.store.delivery_tables import outbox
from monitor.store.engine import reading, writing
from monitor.store.key_folder import KeyFolder
from monitor.store.tables import ballot, ballot_batch, round_unit, survey_round
from monitor.store.tables import envelope as envelope_table

_by_period = select(survey_round).where(survey_round.c.period == bindparam("period"))


class RoundStatus(StrEnum):
    """Where a round is in its life."""

    OPEN = "open"
    CLOSING = "closing"
    SEALED = "sealed"
    ABANDONED = "abandoned"


UNDER_WAY = (RoundStatus.OPEN, RoundStatus.CLOSING)


@dataclass(frozen=True, slots=True)
class Round:
    """A round as stored. ``questionnaire`` is a digest; imported rounds have no public key."""

    period: str
    status: RoundStatus
    opens_on: date
    closes_on: date | None
    minimum: int
    questionnaire: str
    public_key: bytes | None

    @property
    def key_name(self) -> str:
        """The name of the round's key file in the key folder."""
        return envelope.key_name(self.public_key or b"")

    @property
    def counts_name(self) -> str:
        """What the names of the files with the counts beside the key begin with."""
        return answered_counts.names_begin(self.public_key or b"")

    @property
    def lock_name(self) -> str:
        """The lock that submissions share and whoever changes the round holds alone."""
        return _lock_name(self.period)


def open_round(
    context: AppContext,
    period: str,
    questionnaire: Questionnaire,
    closes_on: date | None,
    actor: str,
    now: datetime,
) -> Round:
    """Open the round of `period`, with the questionnaire, the minimum and the tree frozen.

    Raises
    ------
    RoundRefused
        When the period has a round already, another is open, the closing day has passed, or
        there is no organisation yet.
    """
    periods.check(period)
    today = local_day(now)
    if closes_on is not None and closes_on < today:
        raise RoundRefused("round.closes_in_past", day=Day(closes_on))
    tree = _organisation(context.engine)
    key = envelope.new_round_key()
    minimum, digest = context.settings.minimum, questionnaire.digest
    round_ = Round(period, RoundStatus.OPEN, today, closes_on, minimum, digest, key.public)
    # The key first: no stored round may be without one.
    context.keys.write(round_.key_name, key.to_bytes())
    try:
        AnsweredCounts.of(context.keys, key).create((0,) * len(tree.open_units))
        with writing(context.engine) as connection:
            locks.exclusive(connection, "rounds")
            _clear_abandoned(connection, period)
            _store(connection, round_, questionnaire, tree)
            audit.note(connection, actor, "round.open", period, now)
    except BaseException as error:
        destroy_key(context.keys, round_)
        if isinstance(error, IntegrityError):  # another process opened it in the same instant
            raise RoundRefused("round.exists", period=Month(period)) from None
        raise
    logs.note("round.opened", period=period)
    return round_


def _organisation(engine: Engine) -> Tree:
    """The tree of today; refused when there is none yet."""
    tree = current_tree(engine)
    if not tree.units:
        raise RoundRefused("round.no_organisation")
    return tree


def abandon(context: AppContext, period: str, actor: str, now: datetime) -> None:
    """Give up a round: its envelopes, ballots and key are destroyed and nothing is released.

    Raises
    ------
    RoundRefused
        When it is sealed, abandoned already, or unknown.
    """
    with writing(context.engine) as connection:
        round_ = lock(connection, period)
        if round_.status not in (RoundStatus.OPEN, RoundStatus.CLOSING):
            raise RoundRefused(f"round.is_{round_.status}", period=Month(period))
        empty_box(connection, period)
        set_status(connection, period, RoundStatus.ABANDONED)
        audit.note(connection, actor, "round.abandon", period, now)
    purge.purge_leftovers(context.engine)
    destroy_key(context.keys, round_)
    logs.note("round.abandoned", period=period)


def get(engine: Engine, period: str) -> Round:
    """The round of `period`; RoundRefused when there is none."""
    with reading(engine) as connection:
        return find(connection, period)


def find(connection: Connection, period: str) -> Round:
    """As `get`, within a transaction."""
    round_ = find_if_any(connection, periods.check(period))
    if round_ is None:
        raise RoundRefused("round.unknown", period=Month(period))
    return round_


def find_if_any(connection: Connection, period: str) -> Round | None:
    """The round of `period`, if there is one."""
    row = connection.execute(_by_period, {"period": period}).first()
    return from_row(row) if row else None


def all_rounds(engine: Engine) -> tuple[Round, ...]:
    """Every round, oldest first."""
    with reading(engine) as connection:
        rows = connection.execute(select(survey_round).order_by(survey_round.c.period)).all()
    return tuple(from_row(row) for row in rows)


def current_open(engine: Engine) -> Round | None:
    """The open round, if there is one."""
    of_all = (round_ for round_ in all_rounds(engine) if round_.status is RoundStatus.OPEN)
    return next(of_all, None)


def key_of(keys: KeyFolder, round_: Round) -> RoundKey:
    """The round's key.

    Raises
    ------
    KeyMissing
        When this process's key folder does not have it, or the file is damaged.
    """
    key = round_keys.load_key(keys, round_.public_key or b"")
    if key is None:
        raise KeyMissing("round.key_missing", month=Month(round_.period), period=round_.period)
    return key


def destroy_key(keys: KeyFolder, round_: Round) -> None:
    """Destroy the round's key, and what lies beside it."""
    keys.destroy(round_.key_name)
    answered_counts.destroy_files(keys, round_.counts_name)
    keys.destroy(close_commitment.file_name(round_.public_key or b""))


def lock(connection: Connection, period: str) -> Round:
    """As `find`, and nobody else changes or submits to the round until the transaction ends."""
    locks.exclusive(connection, _lock_name(period))
    return find(connection, period)


def set_status(connection: Connection, period: str, status: RoundStatus) -> None:
    """Move the round to `status`."""
    connection.execute(
        update(survey_round).where(survey_round.c.period == period).values(status=status)
    )


def empty_box(connection: Connection, period: str) -> int:
    """Delete the round's ballots, envelopes and letters.

    Returns how many envelopes there were.
    """
    connection.execute(delete(ballot).where(ballot.c.period == period))
    connection.execute(delete(ballot_batch).where(ballot_batch.c.period == period))
    connection.execute(delete(outbox).where(outbox.c.period == period))
    envelopes = connection.execute(delete(envelope_table).where(envelope_table.c.period == period))
    return envelopes.rowcount


def _clear_abandoned(connection: Connection, period: str) -> None:
    """Delete an abandoned round of `period`; refuse when another round is in the way."""
    rows = connection.execute(select(survey_round.c.period, survey_round.c.status)).all()
    for row in rows:
        if row.period == period and row.status == RoundStatus.ABANDONED:
            connection.execute(delete(round_unit).where(round_unit.c.period == period))
            connection.execute(delete(survey_round).where(survey_round.c.period == period))
        elif row.period == period:
            raise RoundRefused("round.exists", period=Month(period))
        elif row.status in (RoundStatus.OPEN, RoundStatus.CLOSING):
            raise RoundRefused("round.another_open", period=Month(row.period))


def _store(connection: Connection, round_: Round, questionnaire: Questionnaire, tree: Tree) -> None:
    questionnaires.store(connection, questionnaire)
    connection.execute(insert(survey_round).values(**asdict(round_)))
    round_units.store_tree(connection, round_.period, tree)


def _lock_name(period: str) -> str:
    return f"round {period}"


def from_row(row: Row[Any]) -> Round:
    """The round that is stored as this row."""
    return Round(**{**row._mapping, "status": RoundStatus(row.status)})
