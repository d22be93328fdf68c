"""Reading authenticated rows: only those that are as this program wrote them last."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, select, true

from monitor.store.signed_rows.deciding import BY_TABLE, Deciding
from monitor.store.signed_rows.guard import (
    RowGuard,
    StateOfKind,
    Stored,
    changes_of,
    guard_of,
    key_of,
    kind_of,
)
from monitor.store.signed_rows.kinds import Kind
from monitor.store.signed_rows.row_mac import Key
from monitor.store.signed_tables import row_manifest

_TRIES = 3


class Unguarded(Exception):
    """A store that was opened without its secret cannot tell which rows are genuine."""


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
    (rows,) = genuine_in(connection, (table, and_(true(), *where)))
    return rows


def genuine_in(
    connection: Connection, *queries: tuple[Table, ColumnElement[bool]], **values: object
) -> tuple[tuple[Row[Any], ...], ...]:
    """As `genuine`, of several tables at once: each kind is looked at once only.

    Parameters
    ----------
    values
        Of the parameters in the conditions.
    """
    row_guard = _required(connection)
    rows, closed = _look(connection, row_guard, queries, values)
    if not closed or changes_of(connection) is not None:
        return rows
    # Either the transaction began before somebody else's commit, or the store was put back. Reading
    # again in a new transaction tells which.
    with connection.engine.connect() as fresh:
        return _look(fresh, row_guard, queries, values)[0]


def whole(
    connection: Connection, *queries: tuple[Table, ColumnElement[bool]]
) -> tuple[tuple[Row[Any], ...], ...] | None:
    """The rows of each query, when all are genuine and none is missing; else None.

    Together the queries have to be for all rows of their kinds. Raises as `genuine`.
    """
    row_guard = _required(connection)
    rows = _RowRead(connection, row_guard).whole(queries)
    if rows is not None or changes_of(connection) is not None:
        return rows
    # As in `genuine_in`, or somebody else committed between two of the looks.
    with connection.engine.connect() as fresh:
        return _RowRead(fresh, row_guard).whole(queries)


def expected(connection: Connection, table: Table, *key: object) -> bool:
    """Whether there is or should be a row with this primary key.

    For rows that bind somebody (a second factor): one that somebody else deleted still counts, and
    so does every row while nothing of its kind can be believed. Raises as `genuine`.
    """
    row_guard, deciding = _required(connection), BY_TABLE[table.name]
    columns = (table.c[name] == value for name, value in zip(deciding.key, key, strict=True))
    if connection.execute(select(table).where(*columns)).first() is not None:
        return True
    changes = changes_of(connection)
    if changes is not None and changes.wrote(deciding, key):
        return False  # this transaction deleted it
    return _in_manifest(connection, row_guard, deciding, key)


def _in_manifest(connection: Connection, row_guard: RowGuard, deciding: Deciding, key: Key) -> bool:
    state, current = row_guard.state(connection, deciding.kind)
    name = row_guard.macs.name(deciding, key)
    return state.closed or (current is not None and name in current.codes)


def any_ever(connection: Connection, table: Table) -> bool:
    """Whether the program put any row in this `table` that it did not delete itself.

    Also when somebody else deleted it, or nothing of its kind can be believed. Only for a table
    that is a kind of its own. Raises as `genuine`.
    """
    state, current = _required(connection).state(connection, BY_TABLE[table.name].kind)
    stored = connection.execute(select(table).limit(1)).first() is not None
    return stored or state.closed or bool(current is not None and current.codes)


def is_genuine(connection: Connection, table: Table, row: Stored) -> bool:
    """Whether a row with this content is as this program wrote it last.

    For a row that was read and locked, so that nobody changes it in between. Raises as `genuine`.
    """
    return _RowRead(connection, _required(connection)).is_genuine(BY_TABLE[table.name], row)


def split_ever(connection: Connection, kind: Kind) -> bool:
    """Whether the program ever put a row in a kind that has a manifest for each of its parts.

    Also when somebody else deleted rows and manifests. Raises as `genuine`.
    """
    begins = f"{kind} "
    stored = connection.scalars(select(row_manifest.c.kind)).all()
    return any(name.startswith(begins) for name in (*stored, *_required(connection).epochs.kinds()))


def derived_key(connection: Connection, use: bytes) -> bytes:
    """The key of 32 bytes for one use; it follows from the secret. Raises as `genuine`."""
    return hmac.digest(_required(connection).macs.key, b"use\0" + use, "sha256")


def _required(connection: Connection) -> RowGuard:
    row_guard = guard_of(connection)
    if row_guard is None:
        raise Unguarded
    return row_guard


def _look(
    connection: Connection,
    row_guard: RowGuard,
    queries: Sequence[tuple[Table, ColumnElement[bool]]],
    values: Mapping[str, object],
) -> tuple[tuple[tuple[Row[Any], ...], ...], bool]:
    """The genuine rows of each query, and whether anything cannot be believed as a whole."""
    tables = [BY_TABLE[table.name] for table, _ in queries]
    row_read = _RowRead(connection, row_guard)
    row_read.prepare({table.kind for table in tables if table.split_by is None})
    rows = tuple(row_read.genuine(BY_TABLE[table.name], where, values) for table, where in queries)
    return rows, row_read.closed


class _RowRead:
    """Reads authenticated rows in one transaction."""

    def __init__(self, connection: Connection, row_guard: RowGuard) -> None:
        self._connection = connection
        self._guard = row_guard
        self._states: dict[str, StateOfKind] = {}

    def prepare(self, kinds: Collection[str]) -> None:
        """Check these kinds, before their rows are read."""
        self._states = self._guard.states(self._connection, kinds)

    @property
    def closed(self) -> bool:
        """Whether any of the kinds that were checked cannot be believed as a whole."""
        return any(state.closed for state, _ in self._states.values())

    def genuine(
        self, table: Deciding, where: ColumnElement[bool], values: Mapping[str, object]
    ) -> tuple[Row[Any], ...]:
        """The genuine rows; looked at anew when somebody else committed in the middle of it."""
        for _ in range(_TRIES):
            rows = self._connection.execute(select(table.table).where(where), values).all()
            genuine_rows = tuple(row for row in rows if self.is_genuine(table, row._mapping))
            if len(genuine_rows) == len(rows) or not self._moved():
                break
        return genuine_rows

    def whole(
        self, queries: Sequence[tuple[Table, ColumnElement[bool]]]
    ) -> tuple[tuple[Row[Any], ...], ...] | None:
        """The rows of the queries, when all of them are genuine and as many as there should be."""
        tables = [BY_TABLE[table.name] for table, _ in queries]
        self.prepare({table.kind for table in tables if table.split_by is None})
        of_queries, present = [], 0
        for table, (_, where) in zip(tables, queries, strict=True):
            rows = self._connection.execute(select(table.table).where(where)).all()
            if not all(self.is_genuine(table, row._mapping) for row in rows):
                return None
            present += sum(not self._own(table, row._mapping) for row in rows)
            of_queries.append(tuple(rows))
        return tuple(of_queries) if self._complete(present) else None

    def _complete(self, present: int) -> bool:
        """Whether as many rows are there as the manifests list.

        Those that this transaction wrote itself are not among either.
        """
        changes = changes_of(self._connection)
        own = changes.names() if changes is not None else frozenset()
        manifests = (current for _, current in self._states.values() if current is not None)
        listed = sum(len(current.codes.keys() - own) for current in manifests)
        return not self.closed and present == listed

    def _own(self, table: Deciding, row: Stored) -> bool:
        changes = changes_of(self._connection)
        return changes is not None and changes.wrote(table, key_of(table, row))

    def is_genuine(self, table: Deciding, row: Stored) -> bool:
        """Whether a row is as its manifest says, or was written in this transaction."""
        current = self._state(kind_of(table, row))[1]
        return self._own(table, row) or self._guard.is_genuine(table, row, current)

    def _state(self, kind: str) -> StateOfKind:
        if kind not in self._states:
            self._states[kind] = self._guard.state(self._connection, kind)
        return self._states[kind]

    def _moved(self) -> bool:
        before = self._states
        self.prepare(before)
        return self._states != before
