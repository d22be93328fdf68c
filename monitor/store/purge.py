"""What a round that is over has deleted is nowhere in the store any more.

SQLite overwrites what is deleted, but its write-ahead log has to be emptied. PostgreSQL leaves what
was deleted where it was, in tables and in their indexes; so the tables that a round emptied are
made anew.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Table, select, text

from monitor.errors import StoreBusy
from monitor.store.delivery_tables import outbox
from monitor.store.engine import FLUSH_WAIT_MS, flush_log, is_sqlite, reading, writing
from monitor.store.tables import ballot, envelope

EMPTIED: tuple[Table, ...] = (ballot, envelope, outbox)
"""The tables that a round empties when it closes."""

# An empty table has no page, and each of its indexes has one.
_pages_too_many = text(
    """
    SELECT pg_total_relation_size(c.oid) > current_setting('block_size')::int * (
        SELECT count(*) FROM pg_index WHERE indrelid IN (c.oid, c.reltoastrelid)
    )
    FROM pg_class c WHERE c.oid = CAST(:name AS regclass)
    """
)


def purge_leftovers(engine: Engine) -> bool:
    """Leave nothing of what a round that is over has deleted.

    Returns False, soon, when a reader elsewhere is still in the way; call again later.
    """
    if is_sqlite(engine):
        return flush_log(engine)
    made_anew = [_make_anew(engine, table) for table in EMPTIED]
    return all(made_anew)


def _make_anew(engine: Engine, table: Table) -> bool:
    """Whether nothing is left in the table that was deleted; a table that is in use stays."""
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
    return bool(connection.execute(_pages_too_many, {"name": table.name}).scalar())
