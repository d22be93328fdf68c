"""Writing all rows anew once a night, so that their place no longer shows when they came.

Tables are read in the order of their random keys, but what keeps them remembers more. PostgreSQL
keeps rows where they were put and notes the number of the transaction that did it: whoever reads
the tables sees who came after whom, and that a code was spent together with an envelope. SQLite
puts what does not fit in a leaf on pages taken one after the other, and fills a leaf from its end:
whoever reads the file sees the order. So once a night all rows are written anew: on PostgreSQL by
one transaction and laid in the order of their keys; on SQLite taken out and put in again in an
order drawn by lot.

PostgreSQL also counts, for all its users to see, how many rows each table ever got: that moves
with every sheet. It can be turned off (docs/GROW.md); then it does not see either when a table
should be tidied up, and so that is done here.

What happened since the last night is not yet forgotten, and PostgreSQL's own archive remembers
everything: the threat model says so.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, Engine, Table, delete, insert, select, text

from monitor.clock import local_day
from monitor.store import claims, db_errors
from monitor.store.engine import flush_log, is_sqlite, writing
from monitor.store.klaagmuur_tables import theme_token, vent, vent_note
from monitor.store.run_once import run_once
from monitor.store.schema import metadata
from monitor.store.tables import ballot, ballot_batch, envelope

WITHOUT_ORDER: tuple[Table, ...] = (ballot, ballot_batch, envelope, vent, vent_note, theme_token)
"""The tables whose rows must not tell when they came."""
TOGETHER: tuple[tuple[Table, ...], ...] = (
    (ballot,),
    (ballot_batch,),
    (envelope,),
    (vent, vent_note),
    (theme_token,),
)
"""The same, with what refers to a table after it."""
NIGHT = "shuffle:"
"""What the claim of a night begins with; its day follows."""


def shuffle_rows_due(engine: Engine, now: datetime) -> bool:
    """Shuffle, unless done today or another process is doing it; returns whether it was done.

    Raises
    ------
    StoreBusy
        As `shuffle_rows`; then it is due again.
    """
    name = NIGHT + local_day(now).isoformat()

    def work() -> bool:
        shuffle_rows(engine)
        with writing(engine) as connection:
            claims.forget_done(connection, NIGHT, keep=name)
        return True

    return run_once(engine, name, now, work)


def shuffle_rows(engine: Engine) -> None:
    """Write the rows anew, so that where they lie tells nothing.

    Raises
    ------
    StoreBusy
        When others hold a table for too long; what was done before it stays done.
    """
    if is_sqlite(engine):
        for tables in TOGETHER:
            with writing(engine) as connection:
                _draw_lots(connection, tables)
        flush_log(engine)
        return
    for table in WITHOUT_ORDER:
        key = next(iter(table.primary_key.columns)).name
        with writing(engine) as connection:
            connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
            connection.execute(text(f"UPDATE {table.name} SET {key} = {key}"))  # noqa: S608
        # A transaction of its own: it leaves out the rows that the first one replaced.
        with writing(engine) as connection:
            connection.execute(text(f"CLUSTER {table.name} USING {table.primary_key.name}"))
    others = [name for name, table in metadata.tables.items() if table not in WITHOUT_ORDER]
    at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
    with db_errors.named_errors(), at_once.connect() as connection:
        connection.execute(text(f"VACUUM (SKIP_LOCKED) {', '.join(others)}"))


def _draw_lots(connection: Connection, tables: tuple[Table, ...]) -> None:
    """Delete every row and insert all of them again in a random order."""
    rows_of = {table: list(connection.execute(select(table)).mappings()) for table in tables}
    for table in reversed(tables):
        connection.execute(delete(table))
    for table, rows in rows_of.items():
        secrets.SystemRandom().shuffle(rows)
        if rows:
            connection.execute(insert(table), [dict(row) for row in rows])
