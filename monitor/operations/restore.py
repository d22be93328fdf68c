"""Restoring a backup, without undoing what was closed or withdrawn since it was made.

The keys are not in a backup, but in the key folder. The box of a round that was sealed since can
therefore not be opened again, and a vent that was withdrawn since cannot be read; the restored
store is changed to say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select

from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.klaagmuur import shredding
from monitor.operations.round_keys import UNDER_WAY, lost_rounds
from monitor.pulse.ballot import adoption, answered_counts
from monitor.pulse.count import closing
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.store import audit, backup, transfer
from monitor.store.engine import flush_log, snapshot, writing
from monitor.store.klaagmuur_tables import vent, vent_note
from monitor.store.signed_rows import RowGuard, acceptance
from monitor.store.signed_rows.manifest import Head
from monitor.store.tables import survey_round


@dataclass(frozen=True, slots=True)
class Restored:
    """What the operator has to know after a restore.

    Attributes
    ----------
    rows
        How many rows were copied.
    gone
        Months that were sealed in the store that was overwritten and are not in the backup.
    kept_closed
        Rounds that are open in the backup and were closed since: abandoned, not reopened.
    lost
        Rounds that are open and whose key this machine does not have.
    vents
        How many vents in the backup had been withdrawn since, and were removed.
    """

    rows: int
    gone: tuple[str, ...]
    kept_closed: tuple[str, ...]
    lost: tuple[str, ...]
    vents: int


def restore(context: AppContext, file: Path, actor: str, now: datetime, *, force: bool) -> Restored:
    """Replace everything in the store by the backup in `file`; all of it or nothing.

    What decides who may read or see is signed as it is in the file (`signing.preview` lists it);
    a row that the app itself did not leave so in the file is put back and not signed.

    Raises
    ------
    InputRefused
        When the file is no backup that can be read here, or the store is not empty and `force`
        is False.
    """
    with (
        backup.opened(file) as portable,
        snapshot(portable) as source,
        writing(context.engine, sign=False) as target,
    ):
        _freeze(target, force=force)
        before = _statuses(target)
        rows = _replace(target, source)
        after = _statuses(target)
        kept_closed = _keep_closed(target, before, after)
        vents = _forget_withdrawn(target, context)
        under_way = _uncount(target, context)
        audit.note(target, actor, "store.restore", file.name, now)
        row_guard = RowGuard.of(context.secret, context.keys)
        accepted = _accept(target, source, row_guard)
    acceptance.note(row_guard, accepted)
    closing.sweep(context, now)
    for round_ in under_way:
        adoption.ensure(context, round_.period)
    flush_log(context.engine)
    return Restored(
        rows=rows,
        gone=_no_longer_sealed(before, after),
        kept_closed=kept_closed,
        lost=tuple(round_.period for round_ in lost_rounds(context)),
        vents=vents,
    )


def _freeze(target: Connection, *, force: bool) -> None:
    """Keep other writers out of the store, which must be empty unless `force`."""
    transfer.freeze(target)
    if not force and not transfer.is_empty(target):
        raise InputRefused("restore.not_empty")


def _replace(target: Connection, source: Connection) -> int:
    """Replace every row of the store by those of the backup, and compare; returns how many."""
    tables = transfer.tables(backup.LEFT_OUT)
    transfer.empty(target)
    rows = transfer.copy(source, target, tables)
    differing = transfer.differing(source, target, tables)
    if differing:
        raise InputRefused("transfer.differs", tables=", ".join(differing))
    return rows


def _accept(target: Connection, source: Connection, row_guard: RowGuard) -> tuple[Head, ...]:
    """Sign the rows that decide, except those that somebody else changed in the backup."""
    forged = acceptance.not_as_left(source, row_guard.macs)
    return acceptance.accept(target, row_guard, forged)


def _uncount(target: Connection, context: AppContext) -> tuple[Round, ...]:
    """Destroy the counts of the rounds under way, whose boxes were replaced; returns those rounds.

    Should this process die then, the boxes are adopted when the app starts.
    """
    under_way = tuple(round_ for round_ in _rounds(target) if round_.status in UNDER_WAY)
    for round_ in under_way:
        answered_counts.destroy_files(context.keys, round_.counts_name)
    return under_way


def _rounds(connection: Connection) -> tuple[Round, ...]:
    stored = (rounds.find_if_any(connection, period) for period in _statuses(connection))
    return tuple(round_ for round_ in stored if round_ is not None)


def _statuses(connection: Connection) -> dict[str, RoundStatus]:
    rows = connection.execute(select(survey_round.c.period, survey_round.c.status))
    return {row.period: RoundStatus(row.status) for row in rows}


def _no_longer_sealed(
    before: Mapping[str, RoundStatus], after: Mapping[str, RoundStatus]
) -> tuple[str, ...]:
    """The months that were sealed before the restore and no longer are."""
    return tuple(
        period
        for period, status in before.items()
        if status is RoundStatus.SEALED and after.get(period) is not RoundStatus.SEALED
    )


def _keep_closed(
    target: Connection, before: Mapping[str, RoundStatus], after: Mapping[str, RoundStatus]
) -> tuple[str, ...]:
    """Abandon the rounds that are open in the backup and were closed since."""
    reopened = tuple(
        period
        for period, status in after.items()
        if status in UNDER_WAY and before.get(period, status) not in UNDER_WAY
    )
    for period in reopened:
        rounds.empty_box(target, period)
        rounds.set_status(target, period, RoundStatus.ABANDONED)
    return reopened


def _forget_withdrawn(target: Connection, context: AppContext) -> int:
    """Remove the vents whose shred key was destroyed; returns how many."""
    vents = target.execute(select(vent.c.id, vent.c.shred)).all()
    withdrawn = [row.id for row in vents if shredding.read(context.keys, row.shred) is None]
    for vent_id in withdrawn:
        target.execute(delete(vent_note).where(vent_note.c.vent == vent_id))
        target.execute(delete(vent).where(vent.c.id == vent_id))
    return len(withdrawn)
