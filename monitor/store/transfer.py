"""From one store to another, table by table: what is there arrives, and nothing else does.

For backups, for putting one back, and for moving from SQLite to PostgreSQL. Rows go in the order
of their keys, which are random where order would tell something.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from monitor.store.delivery_tables import setting
from monitor.store.schema import metadata
from monitor.store.stored_settings import StoredSetting

AT_ONCE = 2_000
"""Rows held in memory at a time."""


def tables(left_out: Iterable[str] = ()) -> tuple[Table, ...]:
    """All tables but those named, each after those it refers to."""
    without = set(left_out)
    return tuple(table for table in metadata.sorted_tables if table.name not in without)


def is_empty(connection: Connection) -> bool:
    """Whether no table holds anything but the mark of its secret, which comes with the start."""
    return not any(
        connection.execute(select(table).where(*_chosen(table)).limit(1)).first()
        for table in tables()
    )


def freeze(connection: Connection) -> None:
    """Let nobody else write until the transaction ends; SQLite's writer is alone as it is."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables())
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def empty(connection: Connection) -> None:
    """Delete everything."""
    for table in reversed(tables()):
        for column in _loops(table):
            connection.execute(update(table).values({column: None}))
        connection.execute(delete(table))


def copy(source: Connection, target: Connection, wanted: Sequence[Table]) -> int:
    """Copy the rows of the `wanted` tables, which are empty in `target`; returns how many."""
    copied = 0
    for table in wanted:
        loops = {column.name for column in _loops(table)}
        referring: list[RowMapping] = []
        for rows in _in_parts(source, table):
            # A row may refer to one that comes later: such a reference is filled in afterwards.
            target.execute(insert(table), [dict(row) | dict.fromkeys(loops) for row in rows])
            referring += [row for row in rows if any(row[name] is not None for name in loops)]
            copied += len(rows)
        if referring:
            _refer(target, table, loops, referring)
        _continue_numbering(target, table)
    return copied


def differing(source: Connection, target: Connection, wanted: Sequence[Table]) -> tuple[str, ...]:
    """The names of the tables that do not hold the same rows in both."""
    return tuple(t.name for t in wanted if _content(source, t) != _content(target, t))


def _chosen(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (table.c.key != StoredSetting.SECRET_MARK,) if table is setting else ()


def _in_parts(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    result = connection.execute(ordered, execution_options={"yield_per": AT_ONCE})
    yield from result.mappings().partitions()


def _loops(table: Table) -> tuple[Column[Any], ...]:
    """The columns that refer to another row of the same table."""
    return tuple(
        column
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    )


def _refer(target: Connection, table: Table, loops: set[str], rows: Sequence[RowMapping]) -> None:
    keys = [column.name for column in table.primary_key.columns]
    statement = (
        update(table)
        .where(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
        .values({name: bindparam(f"new_{name}") for name in loops})
    )
    places = [("key", name) for name in keys] + [("new", name) for name in loops]
    target.execute(
        statement, [{f"{use}_{name}": row[name] for use, name in places} for row in rows]
    )


def _continue_numbering(target: Connection, table: Table) -> None:
    """PostgreSQL counts apart from the rows; it goes on after the highest."""
    numbered = table.autoincrement_column
    if numbered is None or target.dialect.name != "postgresql":
        return
    sequence = func.pg_get_serial_sequence(table.name, numbered.name)
    next_one = func.coalesce(func.max(numbered), 0) + 1
    target.execute(select(func.setval(sequence, next_one, False)))


def _content(connection: Connection, table: Table) -> tuple[int, int]:
    """The number of rows, and a sum over what is in them that does not depend on their order."""
    count = total = 0
    for rows in _in_parts(connection, table):
        for row in rows:
            said = json.dumps(dict(row), sort_keys=True, default=repr).encode()
            total += int.from_bytes(hashlib.sha256(said).digest(), "big")
            count += 1
    return count, total
