"""What an operator is shown and asked before rows that decide something are signed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from monitor.config.settings import Settings
from monitor.context import AppContext
from monitor.store import audit, backup, secret_mark
from monitor.store.engine import reading, snapshot, writing
from monitor.store.key_folder import KeyFolder, read_secret
from monitor.store.signed_rows import RowGuard, acceptance, adopted_list
from monitor.store.signed_rows.acceptance import SignedRow
from monitor.store.signed_rows.deciding import BY_TABLE
from monitor.store.signed_rows.kinds import Kind

SHORT_LIVED = frozenset({Kind.LINKS, Kind.SESSIONS})
"""Of these kinds nothing in doubt is ever signed: people ask for a new one."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be signed by restoring a backup, beside what is genuine in the store now.

    Attributes
    ----------
    new
        Rows that are not genuine in the store now, or say something else there.
    gone
        Rows that are genuine now and not in the backup.
    forged
        Rows that the app did not leave so in the backup: they are not signed.
    """

    new: tuple[SignedRow, ...]
    gone: tuple[SignedRow, ...]
    forged: tuple[SignedRow, ...]


@dataclass(frozen=True, slots=True)
class StoreState:
    """What is not as the app left it.

    Attributes
    ----------
    closed
        The kinds of which nothing counts.
    doubtful
        The rows that are not genuine.
    missing
        How many rows somebody else deleted.
    """

    closed: tuple[str, ...]
    doubtful: tuple[SignedRow, ...]
    missing: int

    @property
    def sound(self) -> bool:
        """Whether there is nothing to accept."""
        return not (self.closed or self.doubtful or self.missing)


def preview(context: AppContext, file: Path) -> Preview:
    """What restoring the backup in `file` would sign; nothing is changed.

    Raises
    ------
    InputRefused
        When the file is no backup that can be read here.
    """
    row_guard = RowGuard.of(context.secret, context.keys)
    with backup.opened(file) as portable, snapshot(portable) as source:
        in_backup = acceptance.codes_of(source, row_guard.macs)
        forged = acceptance.not_as_left(source, row_guard.macs)
    with reading(context.engine) as connection:
        in_store = acceptance.codes_of(connection, row_guard.macs)
        in_doubt = set(acceptance.doubtful(connection, row_guard))
    genuine = {row: code for row, code in in_store.items() if row not in in_doubt}
    new = (row for row, code in in_backup.items() if genuine.get(row) != code and row not in forged)
    gone = (row for row in genuine if row not in in_backup and row.table not in backup.LEFT_OUT)
    return Preview(tuple(sorted(new)), tuple(sorted(gone)), tuple(sorted(forged)))


@dataclass(frozen=True, slots=True)
class AdoptedRows:
    """The rows that an upgrade signed as they were.

    Attributes
    ----------
    rows
        Those that are there still.
    gone
        How many are not.
    """

    rows: tuple[SignedRow, ...]
    gone: int


def adopted(context: AppContext) -> AdoptedRows | None:
    """What was signed as it was, and no operator has looked at yet; None when that is nothing."""
    listed = adopted_list.read(context.keys)
    if not listed:
        return None
    macs = RowGuard.of(context.secret, context.keys).macs
    with reading(context.engine) as connection:
        rows = [
            signed
            for signed, table, _ in acceptance.rows_of(connection)
            if macs.name(table, signed.key) in listed.get(signed.table, ())
        ]
    return AdoptedRows(tuple(sorted(rows)), sum(map(len, listed.values())) - len(rows))


def confirm_adopted(context: AppContext, count: int, actor: str, now: datetime) -> None:
    """An operator has looked at the list of so many rows."""
    with writing(context.engine) as connection:
        audit.note(connection, actor, "store.adopted_rows", str(count), now)
    adopted_list.forget(context.keys)


def state(context: AppContext) -> StoreState:
    """What is not as the app left it."""
    return state_of(context.engine, RowGuard.of(context.secret, context.keys))


def state_of(engine: Engine, row_guard: RowGuard) -> StoreState:
    """As `state`, of a store with that guard."""
    with snapshot(engine) as connection:
        return StoreState(
            acceptance.closed_kinds(connection, row_guard),
            tuple(sorted(acceptance.doubtful(connection, row_guard))),
            acceptance.missing(connection, row_guard),
        )


def accept_rows(
    context: AppContext, confirmed: StoreState, actor: str, now: datetime, *, delete: bool
) -> None:
    """Sign the store as it is, as far as an operator has seen it: the rows in `confirmed`.

    What changed since then stays unsigned. With `delete` the rows in doubt are deleted instead of
    signed, as those of short life always are.
    """
    row_guard = RowGuard.of(context.secret, context.keys)
    with writing(context.engine, sign=False) as connection:
        in_doubt = acceptance.doubtful(connection, row_guard)
        deleted = tuple(
            row for row in in_doubt if delete or BY_TABLE[row.table].kind in SHORT_LIVED
        )
        acceptance.remove(connection, deleted)
        unseen = set(in_doubt) - set(confirmed.doubtful)
        accepted = acceptance.accept(connection, row_guard, unseen)
        audit.note(connection, actor, "store.accept_rows", str(len(in_doubt)), now)
    acceptance.note(row_guard, accepted)


def accept_secret(engine: Engine, settings: Settings, actor: str, now: datetime) -> None:
    """Go on with the secret that is there, or a new one: the old one is lost for good.

    What was signed with the old one is signed anew.
    """
    secret_mark.accept(engine, settings.secret_file, actor, now)
    row_guard = RowGuard.of(read_secret(settings.secret_file), KeyFolder(settings.keys_dir))
    with writing(engine, sign=False) as connection:
        accepted = acceptance.accept(connection, row_guard)
    acceptance.note(row_guard, accepted)
