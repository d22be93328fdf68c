"""Signing what a transaction writes in authenticated tables, just before it is committed.

A row that the program puts in is signed. One that it changes is signed again only when it was
genuine before: what somebody else put in the store stays unsigned, whoever touches it later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Delete,
    Engine,
    Insert,
    Table,
    Update,
    and_,
    event,
    or_,
    select,
)

from monitor.errors import StoreFailing
from monitor.store.signed_rows import guard, manifest
from monitor.store.signed_rows.deciding import BY_TABLE, DECIDING, Deciding
from monitor.store.signed_rows.guard import RowGuard, Stored
from monitor.store.signed_rows.manifest import Manifest
from monitor.store.signed_rows.row_mac import Key

_AT_ONCE = 300
"""Rows asked for in one statement."""
_MANY = 20
"""Beyond so many sets of values of one statement, the rows are not looked up one by one."""


class Changes:
    """What one transaction changed in authenticated tables."""

    def __init__(self, row_guard: RowGuard) -> None:
        self._guard = row_guard
        self._own: dict[str, dict[Key, str]] = defaultdict(dict)
        """By table: the rows to sign (as they are at the end, or gone), and their kinds."""
        self._manifests: dict[str, Manifest | None] = {}
        """As they were before the statement that runs."""
        self._stored: list[Manifest] = []

    def wrote(self, table: Deciding, key: Key) -> bool:
        """Whether this transaction put the row in, or changed it while it was genuine."""
        return key in self._own[table.table.name]

    def names(self) -> frozenset[bytes]:
        """The names, in their manifests, of all rows that it wrote."""
        return frozenset(
            self._guard.macs.name(BY_TABLE[table], key)
            for table, rows in self._own.items()
            for key in rows
        )

    def before(
        self,
        connection: Connection,
        statement: Insert | Update | Delete,
        parameters: Sequence[Stored],
    ) -> None:
        """Note which rows a statement is about to change."""
        table = BY_TABLE[getattr(statement.table, "name", "")]
        if isinstance(statement, Insert):
            for values in parameters or [_values(statement)]:
                self._note(table, _complete(table, values))
            return
        self._manifests = {}
        query = select(table.table).with_for_update()
        if len(parameters) > _MANY:
            parameters = []  # one look at the whole table is quicker, and signs no other row
        elif statement.whereclause is not None:
            query = query.where(statement.whereclause)
        for values in parameters or [{}]:
            for row in connection.execute(query, dict(values)).all():
                self._before_row(connection, table, row._mapping, isinstance(statement, Delete))

    def sign(self, connection: Connection) -> None:
        """Store the manifests of what was changed, in the transaction that is about to end.

        Raises
        ------
        StoreFailing
            When a kind is closed: nothing is signed on top of what cannot be believed.
        """
        codes: dict[str, dict[bytes, bytes | None]] = defaultdict(dict)
        for name, kinds in self._own.items():
            table = BY_TABLE[name]
            present = {
                guard.key_of(table, row): self._guard.macs.code(table, row)
                for row in _rows(connection, table, list(kinds))
            }
            for key, kind in kinds.items():
                codes[kind][self._guard.macs.name(table, key)] = present.get(key)
        for kind in sorted(codes):  # always in one order: two transactions never wait crosswise
            self._store(connection, kind, codes[kind])

    def committed(self) -> None:
        """Note the new epochs in the key folder."""
        for stored in self._stored:
            self._guard.epochs.note(stored.head)

    def _before_row(
        self, connection: Connection, table: Deciding, row: Stored, deleted: bool
    ) -> None:
        key, kind = guard.key_of(table, row), guard.kind_of(table, row)
        if deleted:
            self._note(table, row)
            for child, rows in _referring(connection, table.table, row):
                for each in rows:
                    self._before_row(connection, child, each, deleted=True)
        elif not self.wrote(table, key):
            if kind not in self._manifests:
                self._manifests[kind] = self._guard.state(connection, kind)[1]
            if self._guard.is_genuine(table, row, self._manifests[kind]):
                self._note(table, row)

    def _note(self, table: Deciding, row: Stored) -> None:
        key = guard.key_of(table, row)
        if guard.applies(table, key):
            self._own[table.table.name][key] = guard.kind_of(table, row)

    def _store(
        self, connection: Connection, kind: str, codes: Mapping[bytes, bytes | None]
    ) -> None:
        current = self._guard.state(connection, kind)[1]
        if current is not None and _same(current, codes):
            return
        manifest.lock(connection, kind)
        state, current = self._guard.state(connection, kind)
        if state.closed:
            raise StoreFailing("store.rows_closed", kind=kind)
        merged = dict(current.codes) if current is not None else {}
        for name, code in codes.items():
            if code is None:
                merged.pop(name, None)
            else:
                merged[name] = code
        epoch = 1 if current is None else current.epoch + 1
        self._stored.append(manifest.store(connection, self._guard.macs, kind, epoch, merged))


def attach(engine: Engine, row_guard: RowGuard) -> None:
    """Have what the program writes to `engine` signed from now on, and what it reads verified."""
    engine.update_execution_options(**{guard.GUARD: row_guard})
    event.listen(engine, "before_execute", _before_execute)


def started(engine: Engine) -> Changes | None:
    """The changes of a transaction that begins; None where nothing is signed."""
    row_guard = guard.guard_of(engine)
    return None if row_guard is None else Changes(row_guard)


def _before_execute(
    connection: Connection, statement: Any, several: Any, values: Any, _options: Any
) -> None:
    if not getattr(statement, "is_dml", False) or statement.table.name not in BY_TABLE:
        return
    changes = guard.changes_of(connection)
    if changes is not None:
        changes.before(connection, statement, several or ([values] if values else []))


def _same(current: Manifest, codes: Mapping[bytes, bytes | None]) -> bool:
    return all(current.codes.get(name) == code for name, code in codes.items())


def _values(statement: Insert) -> Stored:
    return dict(statement.compile().params)


def _complete(table: Deciding, values: Stored) -> Stored:
    """The primary key of a row to be put in, with the defaults of its columns."""
    defaults = {
        column.name: getattr(column.default, "arg", None)
        for column in table.table.primary_key.columns
        if column.default is not None and column.default.is_scalar
    }
    return defaults | {name: values[name] for name in table.key if name in values}


def _rows(connection: Connection, table: Deciding, keys: Sequence[Key]) -> Iterator[Stored]:
    columns = [table.table.c[name] for name in table.key]
    for start in range(0, len(keys), _AT_ONCE):
        same = _one_of(columns, keys[start : start + _AT_ONCE])
        for row in connection.execute(select(table.table).where(same)):
            yield row._mapping


def _one_of(columns: Sequence[Column[Any]], keys: Sequence[Key]) -> ColumnElement[bool]:
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return or_(
        *(
            and_(*(column == value for column, value in zip(columns, key, strict=True)))
            for key in keys
        )
    )


def _referring(
    connection: Connection, table: Table, row: Stored
) -> Iterator[tuple[Deciding, Sequence[Stored]]]:
    """The authenticated rows that the database deletes with this one."""
    for child in DECIDING:
        for reference in child.table.foreign_keys:
            if reference.column.table is table and reference.ondelete == "CASCADE":
                query = select(child.table).where(reference.parent == row[reference.column.name])
                yield child, [each._mapping for each in connection.execute(query)]
