"""Signing a store as it is, by order of an operator: after a restore or the loss of the secret."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from monitor.store.signed_rows import guard, manifest
from monitor.store.signed_rows.deciding import BY_TABLE, DECIDING, Deciding
from monitor.store.signed_rows.guard import RowGuard, Stored
from monitor.store.signed_rows.kinds import Kind
from monitor.store.signed_rows.manifest import Head, Manifest
from monitor.store.signed_rows.row_mac import Key, RowMac
from monitor.store.signed_tables import row_manifest
from monitor.store.slot_file import DamagedFile
from monitor.store.tables import account


@dataclass(frozen=True, slots=True, order=True)
class SignedRow:
    """An authenticated row, told apart by table and key; the label is for people."""

    table: str
    key: Key
    label: str


def rows_of(connection: Connection) -> Iterator[tuple[SignedRow, Deciding, Stored]]:
    """Every row that is or should be authenticated, genuine or not."""
    addresses = {row.id: row.email for row in connection.execute(select(account))}
    for table in DECIDING:
        for row in connection.execute(select(table.table)).mappings():
            key = guard.key_of(table, row)
            if guard.applies(table, key):
                shown = (row[name] for name in table.shown)
                words = (str(addresses.get(value, value)) for value in shown if value != "")
                yield SignedRow(table.table.name, key, " ".join(words)), table, row


def doubtful(connection: Connection, row_guard: RowGuard) -> tuple[SignedRow, ...]:
    """The rows that are not genuine: somebody else wrote them, or put them back."""
    manifests: dict[str, Manifest | None] = {}
    not_genuine = []
    for signed, table, row in rows_of(connection):
        kind = guard.kind_of(table, row)
        if kind not in manifests:
            manifests[kind] = row_guard.state(connection, kind)[1]
        if not row_guard.is_genuine(table, row, manifests[kind]):
            not_genuine.append(signed)
    return tuple(not_genuine)


def not_as_left(connection: Connection, macs: RowMac) -> tuple[SignedRow, ...]:
    """The rows of a backup that are not as its own manifests say.

    A kind of which the backup has no manifest under our key tells nothing.
    """
    manifests: dict[str, Manifest | None] = {}
    wrong = []
    for signed, table, row in rows_of(connection):
        kind = guard.kind_of(table, row)
        if kind not in manifests:
            manifests[kind] = manifest.load(connection, macs, kind)
        current = manifests[kind]
        if current is not None and current.codes.get(macs.name(table, signed.key)) != macs.code(
            table, row
        ):
            wrong.append(signed)
    return tuple(wrong)


def codes_of(connection: Connection, macs: RowMac) -> dict[SignedRow, bytes]:
    """A code for what each row says, by which two stores can be compared."""
    return {signed: macs.code(table, row) for signed, table, row in rows_of(connection)}


def closed_kinds(connection: Connection, row_guard: RowGuard) -> tuple[str, ...]:
    """The kinds whose rows do not count, because their manifest cannot be believed."""
    stored = set(connection.scalars(select(row_manifest.c.kind)))
    kinds = sorted(stored | set(row_guard.epochs.kinds()))
    return tuple(kind for kind in kinds if row_guard.state(connection, kind)[0].closed)


def missing(connection: Connection, row_guard: RowGuard) -> int:
    """How many rows somebody else deleted."""
    present: dict[str, set[bytes]] = defaultdict(set)
    for signed, table, row in rows_of(connection):
        present[guard.kind_of(table, row)].add(row_guard.macs.name(table, signed.key))
    kinds = set(connection.scalars(select(row_manifest.c.kind))) - {Kind.ADOPTED.value}
    manifests = (row_guard.state(connection, kind)[1] for kind in sorted(kinds))
    return sum(
        len(current.codes.keys() - present[current.kind])
        for current in manifests
        if current is not None
    )


def accept(
    connection: Connection, row_guard: RowGuard, left_out: Collection[SignedRow] = ()
) -> tuple[Head, ...]:
    """Sign every row as it is, but those `left_out`.

    The transaction must be one that signs nothing by itself. Returns what `note` has to be called
    with after the commit.
    """
    macs = row_guard.macs
    stored = {row.kind: row.epoch for row in connection.execute(select(row_manifest))}
    codes: dict[str, dict[bytes, bytes]] = defaultdict(dict)
    for kind in (*stored, *row_guard.epochs.kinds()):
        codes[kind] = {}
    for table in DECIDING:
        codes[Kind.ADOPTED][macs.mark_name(table)] = macs.mark_name(table)
        if table.split_by is None:
            codes.setdefault(table.kind, {})
    unsigned = frozenset(left_out)
    for signed, table, row in rows_of(connection):
        if signed not in unsigned:
            name, code = macs.name(table, signed.key), macs.code(table, row)
            codes[guard.kind_of(table, row)][name] = code
    epochs = {kind: max(stored.get(kind, 0), _seen(row_guard, kind)) + 1 for kind in codes}
    return tuple(
        manifest.store(connection, macs, kind, epochs[kind], codes[kind]).head
        for kind in sorted(codes)
    )


def remove(connection: Connection, rows: Collection[SignedRow]) -> None:
    """Delete these rows, those that refer to others first."""
    order = {table.table.name: place for place, table in enumerate(DECIDING)}
    for row in sorted(rows, key=lambda row: order[row.table], reverse=True):
        table = BY_TABLE[row.table]
        columns = (table.table.c[name] for name in table.key)
        same = [column == value for column, value in zip(columns, row.key, strict=True)]
        connection.execute(delete(table.table).where(*same))


def note(row_guard: RowGuard, accepted: tuple[Head, ...]) -> None:
    """Note in the key folder what was accepted, in the place of what is there."""
    for head in accepted:
        try:
            row_guard.epochs.seen(head.kind)
        except DamagedFile:
            row_guard.epochs.forget(head.kind)
        row_guard.epochs.note(head)


def _seen(row_guard: RowGuard, kind: str) -> int:
    try:
        head = row_guard.epochs.seen(kind)
    except DamagedFile:
        return 0
    return 0 if head is None else head.epoch
