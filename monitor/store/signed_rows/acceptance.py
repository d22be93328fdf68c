"""Taking a store as it is, by an operator's hand: after putting back a backup, or a lost secret."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from monitor.store.signed_rows import guard, manifest
from monitor.store.signed_rows.deciding import DECIDING, Deciding
from monitor.store.signed_rows.guard import RowGuard
from monitor.store.signed_rows.kinds import Kind
from monitor.store.signed_rows.manifest import Head
from monitor.store.signed_rows.row_mac import Key
from monitor.store.signed_tables import row_manifest
from monitor.store.slot_file import DamagedFile


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row that is not genuine: somebody else wrote it, or put it back."""

    table: str
    key: Key


def doubts(connection: Connection, row_guard: RowGuard) -> tuple[Doubt, ...]:
    """Every row that would be signed by `accept` and is not genuine now."""
    return tuple(
        Doubt(table.table.name, guard.key_of(table, row))
        for table in DECIDING
        for row, genuine in _rows(connection, row_guard, table)
        if not genuine
    )


def closed_kinds(connection: Connection, row_guard: RowGuard) -> tuple[str, ...]:
    """The kinds of which nothing counts, because their manifest cannot be believed."""
    stored = set(connection.scalars(select(row_manifest.c.kind)))
    kinds = sorted(stored | set(row_guard.epochs.kinds()))
    return tuple(kind for kind in kinds if row_guard.state(connection, kind)[0].closed)


def accept(connection: Connection, row_guard: RowGuard) -> tuple[Head, ...]:
    """Sign every row as it is; the transaction must be one that signs nothing by itself.

    Returns what `note` has to be called with after the commit.
    """
    macs = row_guard.macs
    stored = {row.kind: row.epoch for row in connection.execute(select(row_manifest))}
    codes: dict[str, dict[bytes, bytes]] = defaultdict(dict)
    for kind in (*stored, *row_guard.epochs.kinds()):
        codes[kind] = {}
    for table in DECIDING:
        codes[Kind.ADOPTED][macs.mark_name(table)] = macs.mark_name(table)
        for row in connection.execute(select(table.table)).mappings():
            key = guard.key_of(table, row)
            if guard.applies(table, key):
                codes[guard.kind_of(table, row)][macs.name(table, key)] = macs.code(table, row)
    epochs = {kind: max(stored.get(kind, 0), _seen(row_guard, kind)) + 1 for kind in codes}
    return tuple(
        manifest.store(connection, macs, kind, epochs[kind], codes[kind]).head
        for kind in sorted(codes)
    )


def note(row_guard: RowGuard, accepted: tuple[Head, ...]) -> None:
    """Note in the key folder what was accepted, in the place of what is there."""
    for head in accepted:
        try:
            row_guard.epochs.seen(head.kind)
        except DamagedFile:
            row_guard.epochs.forget(head.kind)
        row_guard.epochs.note(head)


def _rows(
    connection: Connection, row_guard: RowGuard, table: Deciding
) -> Iterator[tuple[guard.Stored, bool]]:
    manifests: dict[str, manifest.Manifest | None] = {}
    for row in connection.execute(select(table.table)).mappings():
        if not guard.applies(table, guard.key_of(table, row)):
            continue
        kind = guard.kind_of(table, row)
        if kind not in manifests:
            manifests[kind] = row_guard.state(connection, kind)[1]
        yield row, row_guard.is_genuine(table, row, manifests[kind])


def _seen(row_guard: RowGuard, kind: str) -> int:
    try:
        head = row_guard.epochs.seen(kind)
    except DamagedFile:
        return 0
    return 0 if head is None else head.epoch
