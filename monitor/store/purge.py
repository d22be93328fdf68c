"""Purging the rows that a closed round deleted from the files of the database.

SQLite overwrites deleted rows, but its write-ahead log has to be emptied. PostgreSQL leaves them
where they were, in tables and in their indexes; so the tables that a round emptied are rewritten.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Table, select, text

from monitor.errors import StoreBusy
from monitor.store.delivery_tables import outbox
from monitor.store.engine import FLUSH_WAIT_MS, flush_log, is_sqlite, reading, writing
from monitor.store.tables import ballot, ballot_batch, envelope

EMPTIED: tuple[Table, ...] = (ballot, ballot_batch, envelope, outbox)
"""The tables that a round empties when it closes."""

# An empty table has no page, and each of its indexes has one page.
_has_more_pages = text(
    """
    SELECT pg_total_relation_size(c.oid) > current_setting('block_size')::int * (
        SELECT count(*) FROM pg_index WHERE indrelid IN (c.oid, c.reltoastrelid)
    )
    FROM pg_class c WHERE c.oid = CAST(:name AS regclass)
    """
)


def purge_leftovers(engine: Engine) -> bool:
    """Purge what closed rounds have deleted.

    Returns False, soon, when a reader elsewhere is still in the way; call again later.
    """
    if is_sqlite(engine):
        return flush_log(engine)
    purged = [_rewrite(engine, table) for table in EMPTIED]
    return all(purged)


def _rewrite(engine: Engine, table: Table) -> bool:
    """Rewrite an empty table; False when deleted rows are still in its files.

    A table with rows in it is in use by an open round, and is left as it is.
    """
    with reading(engine) as connection:
        in_use = connection.execute(select(table).limit(1)).first() is not None
        if in_use or not _has_leftovers(connection, table):
            return True
    try:
        with writing(engine) as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = {FLUSH_WAIT_MS}"))
            connection.execute(text(f"CLUSTER {table.name} USING {table.primary_key.name}"))
    except StoreBusy:
        return False
    with reading(engine) as connection:
        return not _has_leftovers(connection, table)


def _has_leftovers(connection: Connection, table: Table) -> bool:
    return bool(connection.execute(_has_more_pages, {"name": table.name}).scalar())
