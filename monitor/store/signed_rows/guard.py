"""Reading authenticated rows, and knowing whether a kind may be believed at all."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, select

from monitor.store.key_folder import KeyFolder
from monitor.store.signed_rows import manifest
from monitor.store.signed_rows.deciding import BY_TABLE, Deciding
from monitor.store.signed_rows.epochs import Epochs
from monitor.store.signed_rows.manifest import Head, Manifest
from monitor.store.signed_rows.row_mac import Key, RowMac
from monitor.store.slot_file import DamagedFile

if TYPE_CHECKING:
    from monitor.store.signed_rows.changes import Changes

GUARD, CHANGES = "row_guard", "row_changes"
"""Options of an engine and of a writing transaction."""
_TRIES = 3


Stored = Mapping[Any, Any]
"""A row as it was read, by the names of its columns."""


class State(StrEnum):
    """Whether a kind may be believed."""

    GENUINE = "genuine"
    NEW = "new"
    """Neither store nor key folder have heard of it."""
    GONE = "gone"
    """The key folder knows it, the store does not."""
    BEHIND = "behind"
    """The store was put back to an earlier state."""
    FORGED = "forged"
    """Its code is wrong: it was changed, or made with another secret."""

    @property
    def closed(self) -> bool:
        """Whether nothing of the kind counts until an operator has accepted it."""
        return self not in (State.GENUINE, State.NEW)


class Unguarded(Exception):
    """A store that was opened without its secret cannot tell which rows are genuine."""


@dataclass(frozen=True, slots=True)
class RowGuard:
    """What an engine needs to authenticate rows; shared by all threads of a process."""

    macs: RowMac
    epochs: Epochs
    _known: dict[str, Manifest] = field(default_factory=dict, repr=False)
    """The manifests read last: their codes were right, so they need not be read again."""

    @staticmethod
    def of(secret: bytes, keys: KeyFolder) -> RowGuard:
        """The guard of the installation with this secret and key folder."""
        macs = RowMac.of(secret)
        return RowGuard(macs, Epochs(keys, macs.key))

    def state(self, connection: Connection, kind: str) -> tuple[State, Manifest | None]:
        """Whether `kind` may be believed, with its manifest where it is genuine."""
        # First what was seen: what is committed meanwhile is newer than that.
        try:
            seen = self.epochs.seen(kind)
        except DamagedFile:
            return State.FORGED, None
        head = manifest.head(connection, kind)
        if head is None:
            return (State.NEW if seen is None else State.GONE), None
        if seen is not None and (head.epoch < seen.epoch or _same_epoch_other_mac(head, seen)):
            return State.BEHIND, None
        known = self._known.get(kind)
        if known is None or not hmac.compare_digest(known.mac, head.mac):
            known = manifest.load(connection, self.macs, kind)
            if known is None:
                return State.FORGED, None
            self._known[kind] = known
        if changes_of(connection) is None and (seen is None or seen.epoch < known.epoch):
            # Only what is committed: a writer reads its own manifest before that.
            self.epochs.note(known.head)
        return State.GENUINE, known

    def is_genuine(self, table: Deciding, row: Stored, current: Manifest | None) -> bool:
        """Whether `row` is as the `current` manifest says."""
        if current is None:
            return False
        code = current.codes.get(self.macs.name(table, key_of(table, row)))
        return code is not None and hmac.compare_digest(code, self.macs.code(table, row))


def guard_of(engine: Engine | Connection) -> RowGuard | None:
    """The guard of a store; None for a file that is no installation's store (a backup)."""
    row_guard: RowGuard | None = engine.get_execution_options().get(GUARD)
    return row_guard


def changes_of(connection: Connection) -> Changes | None:
    """What the transaction has changed so far; None outside ``writing``."""
    changes: Changes | None = connection.get_execution_options().get(CHANGES)
    return changes


def genuine(
    connection: Connection, table: Table, *where: ColumnElement[bool]
) -> tuple[Row[Any], ...]:
    """The rows of an authenticated `table` that are as this program wrote them last.

    What the running transaction has written itself is among them.

    Raises
    ------
    Unguarded
        When the store was opened without its secret.
    """
    row_guard = guard_of(connection)
    if row_guard is None:
        raise Unguarded
    found, settled = _look(connection, row_guard, BY_TABLE[table.name], where)
    if settled:
        return found
    # The transaction began before somebody else's commit, or the store was put back: a fresh look
    # tells which.
    with connection.engine.connect() as fresh:
        return _look(fresh, row_guard, BY_TABLE[table.name], where)[0]


def any_ever(connection: Connection, table: Table) -> bool:
    """Whether the program put any row in this `table` that it did not delete itself.

    Also when somebody else deleted it, or nothing of its kind can be believed.

    Raises
    ------
    Unguarded
        As `genuine`.
    """
    row_guard, deciding = guard_of(connection), BY_TABLE[table.name]
    if row_guard is None:
        raise Unguarded
    state, current = row_guard.state(connection, deciding.kind)
    stored = connection.execute(select(table).limit(1)).first() is not None
    return stored or state.closed or bool(current is not None and current.codes)


def key_of(table: Deciding, row: Stored) -> Key:
    """The primary key of a row."""
    return tuple(row[name] for name in table.key)


def kind_of(table: Deciding, row: Stored) -> str:
    """The kind whose manifest has the code of a row."""
    return table.kind if table.split_by is None else f"{table.kind} {row[table.split_by]}"


def applies(table: Deciding, key: Key) -> bool:
    """Whether the row with this key is authenticated."""
    return table.only is None or key[0] in table.only


def _look(
    connection: Connection,
    row_guard: RowGuard,
    table: Deciding,
    where: Sequence[ColumnElement[bool]],
) -> tuple[tuple[Row[Any], ...], bool]:
    """The genuine rows, and whether a second look cannot find more of them."""
    changes = changes_of(connection)
    for _ in range(_TRIES):
        states: dict[str, tuple[State, Manifest | None]] = {}
        if table.split_by is None:
            states[table.kind] = row_guard.state(connection, table.kind)
        rows = connection.execute(select(table.table).where(*where)).all()
        genuine_rows = []
        for row in rows:
            kind = kind_of(table, row._mapping)
            if kind not in states:
                states[kind] = row_guard.state(connection, kind)
            own = changes is not None and changes.wrote(table, key_of(table, row._mapping))
            if own or row_guard.is_genuine(table, row._mapping, states[kind][1]):
                genuine_rows.append(row)
        if len(genuine_rows) == len(rows) or not _moved(connection, row_guard, states):
            break
    closed = any(state.closed for state, _ in states.values())
    return tuple(genuine_rows), not closed or changes is not None


def _moved(
    connection: Connection, row_guard: RowGuard, states: Mapping[str, tuple[State, Manifest | None]]
) -> bool:
    """Whether somebody else committed between the look at the manifest and that at the rows."""
    return any(row_guard.state(connection, kind) != before for kind, before in states.items())


def _same_epoch_other_mac(head: Head, seen: Head) -> bool:
    return head.epoch == seen.epoch and not hmac.compare_digest(head.mac, seen.mac)
