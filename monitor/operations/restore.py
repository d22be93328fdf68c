"""Putting a backup back: everything as it was, but nothing that was closed or taken back since.

What a backup cannot bring back lives in the key folder. So a round that was sealed since cannot
be read again, and a vent that was withdrawn since stays gone; here the store is made to say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select

from monitor.context import AppContext
from monitor.errors import InputRefused, KeyMissing
from monitor.klaagmuur import shredding
from monitor.pulse.count import closing
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import audit, backup, transfer
from monitor.store.engine import flush_log, snapshot, writing
from monitor.store.klaagmuur_tables import vent, vent_note
from monitor.store.tables import survey_round

UNDER_WAY = (RoundStatus.OPEN, RoundStatus.CLOSING)


@dataclass(frozen=True, slots=True)
class Restored:
    """What somebody who put a backup back has to know.

    Parameters
    ----------
    gone
        Months that were sealed in the store that was overwritten and are not in the backup.
    kept_closed
        Rounds that were open in the backup and have been closed since: given up, not reopened.
    lost
        Rounds that are open and whose key this machine does not have.
    vents
        How many vents had been withdrawn since and stay gone.
    """

    rows: int
    gone: tuple[str, ...]
    kept_closed: tuple[str, ...]
    lost: tuple[str, ...]
    vents: int


def restore(context: AppContext, file: Path, actor: str, now: datetime, *, force: bool) -> Restored:
    """Put the backup in `file` in the place of everything in the store; all of it or nothing.

    Raises
    ------
    InputRefused
        When the file is no backup that can be read here, or the store holds something and
        `force` is not given.
    """
    wanted = transfer.tables(backup.LEFT_OUT)
    with (
        backup.opened(file) as portable,
        snapshot(portable) as source,
        writing(context.engine) as target,
    ):
        transfer.freeze(target)
        if not force and not transfer.is_empty(target):
            raise InputRefused("restore.not_empty")
        before = _statuses(target)
        transfer.empty(target)
        rows = transfer.copy(source, target, wanted)
        differing = transfer.differing(source, target, wanted)
        if differing:
            raise InputRefused("transfer.differs", tables=", ".join(differing))
        after = _statuses(target)
        kept_closed = _keep_closed(target, before, after)
        vents = _forget_withdrawn(target, context)
        audit.note(target, actor, "store.restore", file.name, now)
    closing.sweep(context, now)
    flush_log(context.engine)
    gone = (period for period, status in before.items() if status is RoundStatus.SEALED)
    return Restored(
        rows=rows,
        gone=tuple(p for p in gone if after.get(p) is not RoundStatus.SEALED),
        kept_closed=kept_closed,
        lost=lost_rounds(context),
        vents=vents,
    )


def lost_rounds(context: AppContext) -> tuple[str, ...]:
    """The rounds under way whose key this machine does not have."""
    return tuple(
        found.period
        for found in rounds.all_rounds(context.engine)
        if found.status in UNDER_WAY and not _has_key(context, found)
    )


def _has_key(context: AppContext, found: rounds.Round) -> bool:
    try:
        rounds.key_of(context.keys, found)
    except KeyMissing:
        return False
    return True


def _statuses(connection: Connection) -> dict[str, RoundStatus]:
    rows = connection.execute(select(survey_round.c.period, survey_round.c.status))
    return {row.period: RoundStatus(row.status) for row in rows}


def _keep_closed(
    target: Connection, before: Mapping[str, RoundStatus], after: Mapping[str, RoundStatus]
) -> tuple[str, ...]:
    """Give up the rounds that the backup has open and that have been closed since."""
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
    """Remove the vents whose key is no more; returns how many."""
    found = target.execute(select(vent.c.id, vent.c.shred)).all()
    gone = [row.id for row in found if shredding.read(context.keys, row.shred) is None]
    for one in gone:
        target.execute(delete(vent_note).where(vent_note.c.vent == one))
        target.execute(delete(vent).where(vent.c.id == one))
    return len(gone)
