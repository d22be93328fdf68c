"""Mixing: once a day PostgreSQL's rows are put in the order of their random ids.

PostgreSQL keeps rows where they came, each with the number of the transaction that wrote it:
both tell the order in which vents came, and which vent a theme's token came with. SQLite keeps
these tables by their random ids and has no such numbers.
"""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import Table, text, update

from monitor import logs
from monitor.clock import AMSTERDAM
from monitor.errors import Refusal
from monitor.klaagmuur import wall
from monitor.store.engine import is_sqlite, writing
from monitor.store.klaagmuur_tables import theme_token, vent, vent_note
from monitor.wiring import House

MIXED: tuple[Table, ...] = (vent, vent_note, theme_token)
PATIENCE_MS = 3000
"""How long the tables may be waited for; who writes a vent meanwhile waits no longer."""


def mix_due(house: House, now: datetime) -> bool:
    """Mix when nobody did so today; returns whether it was done."""
    if is_sqlite(house.engine):
        return False
    today = now.astimezone(AMSTERDAM).date().isoformat()
    if not wall.claim(house.engine, wall.LAST_MIX, today):
        return False
    try:
        mix(house)
    except Refusal as refusal:
        logs.note("klaagmuur.mix_failed", level=logging.ERROR, error=type(refusal).__qualname__)
        with writing(house.engine) as connection:
            wall.put(connection, wall.LAST_MIX, "")  # the next tick tries again
        return False
    return True


def mix(house: House) -> None:
    """Write every row anew in one transaction, then lay the rows out by id.

    Two transactions: laid out in the same one, the earlier versions would be kept along.
    """
    with writing(house.engine) as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
        for table in MIXED:
            first = next(column for column in table.c if not column.primary_key)
            connection.execute(update(table).values({first: first}))
    with writing(house.engine) as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE_MS}"))
        for table in MIXED:
            connection.execute(text(f"CLUSTER {table.name} USING {table.primary_key.name}"))
