"""Whether a kind may be believed, and whether a row is as its manifest says."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine

from monitor.store.key_folder import KeyFolder
from monitor.store.signed_rows import manifest
from monitor.store.signed_rows.deciding import Deciding
from monitor.store.signed_rows.epochs import Epochs
from monitor.store.signed_rows.kinds import Kind
from monitor.store.signed_rows.manifest import Head, Manifest
from monitor.store.signed_rows.row_mac import Key, RowMac
from monitor.store.slot_file import DamagedFile

if TYPE_CHECKING:
    from monitor.store.signed_rows.changes import Changes

REMEMBERED = frozenset({Kind.ACCOUNTS.value, Kind.TREE.value})
"""The kinds that are read whole, again and again. Not rounds: there may be a hundred."""
GUARD, CHANGES = "row_guard", "row_changes"
"""Options of an engine and of a writing transaction."""


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


StateOfKind = tuple[State, Manifest | None]
"""Whether a kind may be believed, and its manifest where it is genuine."""


@dataclass(frozen=True, slots=True)
class RowGuard:
    """What an engine needs to authenticate rows; shared by all threads of a process."""

    macs: RowMac
    epochs: Epochs
    _manifests: dict[str, Manifest] = field(default_factory=dict, repr=False)
    """The manifests read last: their codes were right, so they need not be read again."""
    _verified: dict[str, tuple[Head, set[tuple[object, ...]]]] = field(
        default_factory=dict, repr=False
    )
    """By kind: under which manifest, and the rows that were genuine under it. Their codes need not
    be made again at every page."""

    @staticmethod
    def of(secret: bytes, keys: KeyFolder) -> RowGuard:
        """The guard of the installation with this secret and key folder."""
        macs = RowMac.of(secret)
        return RowGuard(macs, Epochs(keys, macs.key))

    def state(self, connection: Connection, kind: str) -> StateOfKind:
        """Whether `kind` may be believed, with its manifest where it is genuine."""
        return self.states(connection, (kind,))[kind]

    def states(self, connection: Connection, kinds: Collection[str]) -> dict[str, StateOfKind]:
        """As `state`, of several kinds."""
        # First what was seen: what is committed meanwhile is newer than that.
        seen = {kind: self._seen(kind) for kind in kinds}
        heads = manifest.heads(connection, kinds)
        return {kind: self._state(connection, kind, heads.get(kind), seen[kind]) for kind in kinds}

    def _seen(self, kind: str) -> Head | DamagedFile | None:
        try:
            return self.epochs.seen(kind)
        except DamagedFile as damage:
            return damage

    def _state(
        self, connection: Connection, kind: str, head: Head | None, seen: Head | DamagedFile | None
    ) -> StateOfKind:
        if isinstance(seen, DamagedFile):
            return State.FORGED, None
        if head is None:
            return (State.NEW if seen is None else State.GONE), None
        if seen is not None and (head.epoch < seen.epoch or _same_epoch_other_mac(head, seen)):
            return State.BEHIND, None
        current = self._manifests.get(kind)
        if current is None or current.head != head:
            current = manifest.load(connection, self.macs, kind)
            if current is None:
                return State.FORGED, None
            self._manifests[kind] = current
        if changes_of(connection) is None and (seen is None or seen.epoch < current.epoch):
            # Only what is committed: a writer reads its own manifest before that.
            self.epochs.note(current.head)
        return State.GENUINE, current

    def is_genuine(self, table: Deciding, row: Stored, current: Manifest | None) -> bool:
        """Whether `row` is as the `current` manifest says."""
        if current is None:
            return False
        verified, content = self._rows_under(current), table.content(row)
        if verified is not None and content in verified:
            return True
        code = current.codes.get(self.macs.name(table, key_of(table, row)))
        if code is None or not hmac.compare_digest(code, self.macs.code(table, row)):
            return False
        if verified is not None:
            verified.add(content)
        return True

    def _rows_under(self, current: Manifest) -> set[tuple[object, ...]] | None:
        """The rows known to be genuine under this manifest; None where none are kept."""
        if current.kind not in REMEMBERED:
            return None
        before = self._verified.get(current.kind)
        if before is None or before[0] != current.head:
            before = self._verified[current.kind] = (current.head, set())
        return before[1]


def guard_of(engine: Engine | Connection) -> RowGuard | None:
    """The guard of a store; None for a file that is no installation's store (a backup)."""
    row_guard: RowGuard | None = engine.get_execution_options().get(GUARD)
    return row_guard


def changes_of(connection: Connection) -> Changes | None:
    """What the transaction has changed so far; None outside ``writing``."""
    changes: Changes | None = connection.get_execution_options().get(CHANGES)
    return changes


def key_of(table: Deciding, row: Stored) -> Key:
    """The primary key of a row."""
    return tuple(row[name] for name in table.key)


def kind_of(table: Deciding, row: Stored) -> str:
    """The kind whose manifest has the code of a row."""
    return table.kind if table.split_by is None else f"{table.kind} {row[table.split_by]}"


def applies(table: Deciding, key: Key) -> bool:
    """Whether the row with this key is authenticated."""
    return table.only is None or key[0] in table.only


def _same_epoch_other_mac(head: Head, seen: Head) -> bool:
    return head.epoch == seen.epoch and not hmac.compare_digest(head.mac, seen.mac)
