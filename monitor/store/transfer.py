"""Copying one store to another, table by table.

For backups, for restoring one, and for moving from SQLite to PostgreSQL. Rows are copied in the
order of their keys, which are random where the order of arrival would tell something.
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
from monitor.store.signed_tables import row_manifest
from monitor.store.stored_settings import StoredSetting

AT_ONCE = 2_000
"""Rows held in memory at a time."""


def tables(left_out: Iterable[str] = ()) -> tuple[Table, ...]:
    """All tables but those `left_out`, each after the tables it refers to."""
    excluded = set(left_out)
    return tuple(table for table in metadata.sorted_tables if table.name not in excluded)


def is_empty(connection: Connection) -> bool:
    """Whether no table holds anything but what every store gets at its first start.

    That is the secret's mark, and manifests of nothing.
    """
    return not any(
        connection.execute(select(table).where(*_but_the_mark(table)).limit(1)).first()
        for table in tables((row_manifest.name,))
    )


def freeze(connection: Connection) -> None:
    """Keep everybody else from writing until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables())
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def empty(connection: Connection) -> None:
    """Delete everything."""
    for table in reversed(tables()):
        for column in _self_references(table):
            connection.execute(update(table).values({column: None}))
        connection.execute(delete(table))


def copy(source: Connection, target: Connection, chosen: Sequence[Table]) -> int:
    """Copy the rows of the `chosen` tables, which are empty in `target`; returns how many."""
    copied = 0
    for table in chosen:
        references = {column.name for column in _self_references(table)}
        referring: list[RowMapping] = []
        for rows in _in_parts(source, table):
            # A row may refer to one that comes later: such a reference is filled in afterwards.
            target.execute(insert(table), [dict(row) | dict.fromkeys(references) for row in rows])
            referring += [row for row in rows if any(row[name] is not None for name in references)]
            copied += len(rows)
        if referring:
            _fill_in(target, table, references, referring)
        _continue_numbering(target, table)
    return copied


def differing(source: Connection, target: Connection, chosen: Sequence[Table]) -> tuple[str, ...]:
    """The names of the `chosen` tables that do not hold the same rows in both."""
    return tuple(t.name for t in chosen if _content(source, t) != _content(target, t))


def _but_the_mark(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (table.c.key != StoredSetting.SECRET_MARK,) if table is setting else ()


def _in_parts(connection: Connection, table: Table) -> Iterator[Sequence[RowMapping]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    result = connection.execute(ordered, execution_options={"yield_per": AT_ONCE})
    yield from result.mappings().partitions()


def _self_references(table: Table) -> tuple[Column[Any], ...]:
    """The columns that refer to another row of the same table."""
    return tuple(
        column
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    )


def _fill_in(
    target: Connection, table: Table, references: set[str], rows: Sequence[RowMapping]
) -> None:
    """Store the references of these rows, all of whose targets are there now."""
    keys = [column.name for column in table.primary_key.columns]
    statement = (
        update(table)
        .where(*(table.c[name] == bindparam(f"key_{name}") for name in keys))
        .values({name: bindparam(f"new_{name}") for name in references})
    )
    places = [("key", name) for name in keys] + [("new", name) for name in references]
    target.execute(
        statement, [{f"{use}_{name}": row[name] for use, name in places} for row in rows]
    )


def _continue_numbering(target: Connection, table: Table) -> None:
    """Set PostgreSQL's counter, which is kept apart from the rows, to go on after the highest."""
    numbered = table.autoincrement_column
    if numbered is None or target.dialect.name != "postgresql":
        return
    sequence = func.pg_get_serial_sequence(table.name, numbered.name)
    following = func.coalesce(func.max(numbered), 0) + 1
    target.execute(select(func.setval(sequence, following, False)))


def _content(connection: Connection, table: Table) -> tuple[int, int]:
    """The number of rows, and a sum of their digests, which does not depend on their order."""
    count = total = 0
    for rows in _in_parts(connection, table):
        for row in rows:
            content = json.dumps(dict(row), sort_keys=True, default=repr).encode()
            total += int.from_bytes(hashlib.sha256(content).digest(), "big")
            count += 1
    return count, total
