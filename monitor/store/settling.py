"""On PostgreSQL: let rows forget in which order, and together with what, they came.

SQLite keeps these tables in the order of their random keys and nothing else. PostgreSQL keeps rows
where they were put and notes the number of the transaction that did it: whoever reads the tables
sees who came after whom, and that a code was spent together with an envelope. So once a night all
rows are written anew by one transaction and laid in the order of their keys.

What happened since the last night is not yet forgotten, and PostgreSQL's own archive remembers
everything: the threat model says so.
"""

from __future__ import annotations

from sqlalchemy import Engine, Table, text

from monitor.store.engine import is_sqlite, writing
from monitor.store.klaagmuur_tables import theme_token, vent, vent_note
from monitor.store.tables import ballot, envelope

WITHOUT_ORDER: tuple[Table, ...] = (ballot, envelope, vent, vent_note, theme_token)
"""The tables whose rows must not tell when they came."""


def settle(engine: Engine) -> None:
    """Write the rows anew, in the order of their keys.

    Raises
    ------
    StoreBusy
        When others hold a table for too long; what was done before it stays done.
    """
    if is_sqlite(engine):
        return
    for table in WITHOUT_ORDER:
        key = next(iter(table.primary_key.columns)).name
        with writing(engine) as connection:
            connection.execute(text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
            connection.execute(text(f"UPDATE {table.name} SET {key} = {key}"))  # noqa: S608
        # A transaction of its own: it leaves out the rows that the first one replaced.
        with writing(engine) as connection:
            connection.execute(text(f"CLUSTER {table.name} USING {table.primary_key.name}"))
