"""Signing the rows that a table held before it was authenticated; done once, at the first start.

That it was done stands in a manifest of its own, whose epoch the key folder keeps: nobody who can
write in the store alone can have it done again. The rows are listed for the operator.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select

from monitor import logs
from monitor.store import locks
from monitor.store.engine import reading, writing
from monitor.store.signed_rows import adopted_list, guard, manifest
from monitor.store.signed_rows.deciding import BY_TABLE, DECIDING, Deciding
from monitor.store.signed_rows.guard import RowGuard
from monitor.store.signed_rows.kinds import Kind
from monitor.store.signed_rows.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Adopted:
    """A row that was signed as it was."""

    table: str
    name: bytes
    """What it is called in its manifest."""


def adopt(engine: Engine, row_guard: RowGuard) -> tuple[Adopted, ...]:
    """Sign the tables that were never signed; returns their rows.

    Several processes may start together, and a crash may be anywhere: it is done at least once.
    Where the key folder knows of marks that the store does not have, nothing is signed.
    """
    with reading(engine) as connection:
        if not _to_adopt(connection, row_guard):
            return ()
    stored: list[Manifest] = []
    adopted: list[Adopted] = []
    with writing(engine) as connection:
        locks.exclusive(connection, "row adoption")
        for table in _to_adopt(connection, row_guard):
            stored += _sign_all(connection, row_guard, table, adopted)
        # Before the commit: what is signed is on the list, whatever happens in between.
        adopted_list.keep(row_guard.epochs.keys, [(row.table, row.name) for row in adopted])
    for each in stored:
        row_guard.epochs.note(each.head)
    for kind, count in Counter(BY_TABLE[row.table].kind for row in adopted).items():
        logs.note("rows.adopted", level=logging.WARNING, kind=kind.value, count=count)
    return tuple(adopted)


def _to_adopt(connection: Connection, row_guard: RowGuard) -> tuple[Deciding, ...]:
    state, marks = row_guard.state(connection, Kind.ADOPTED)
    if state.closed:
        return ()
    names = frozenset() if marks is None else marks.codes.keys()
    return tuple(table for table in DECIDING if row_guard.macs.mark_name(table) not in names)


def _sign_all(
    connection: Connection, row_guard: RowGuard, table: Deciding, adopted: list[Adopted]
) -> list[Manifest]:
    """Sign every row of `table`, and mark the table."""
    macs = row_guard.macs
    codes: dict[str, dict[bytes, bytes]] = defaultdict(dict)
    rows: list[Adopted] = []
    for row in connection.execute(select(table.table)).mappings():
        key = guard.key_of(table, row)
        if guard.applies(table, key):
            name = macs.name(table, key)
            codes[guard.kind_of(table, row)][name] = macs.code(table, row)
            rows.append(Adopted(table.table.name, name))
    if table.split_by is None:
        codes.setdefault(table.kind, {})
    if any(row_guard.state(connection, kind)[0].closed for kind in codes):
        return []  # not on top of what cannot be believed
    mark = macs.mark_name(table)
    codes[Kind.ADOPTED] = {mark: mark}
    adopted += rows
    return [_add(connection, row_guard, kind, codes[kind]) for kind in sorted(codes)]


def _add(
    connection: Connection, row_guard: RowGuard, kind: str, codes: dict[bytes, bytes]
) -> Manifest:
    manifest.lock(connection, kind)
    current = manifest.load(connection, row_guard.macs, kind)
    epoch, before = (1, {}) if current is None else (current.epoch + 1, dict(current.codes))
    return manifest.store(connection, row_guard.macs, kind, epoch, before | codes)
