"""Expiry: removing vents whose day has come from table and log, unreadable in every backup."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import shredding, theme_tokens, thread
from monitor.store.engine import reading
from monitor.store.klaagmuur_tables import vent

AT_ONCE = 200
"""Vents removed in one transaction; others wait that long to write."""


def sweep(context: AppContext, now: datetime) -> int:
    """Remove every vent whose day has come, and shred keys of no vent; returns how many vents.

    Safe to repeat, in several processes at once, and after months without a run.
    """
    today = local_day(now)
    due = select(vent.c.id, vent.c.shred).where(vent.c.expires_on <= today).limit(AT_ONCE)
    removed = 0
    while True:
        with reading(context.engine) as connection:
            expired = {row.id: row.shred for row in connection.execute(due)}
        if not expired:
            break
        thread.remove(context, expired)
        removed += len(expired)
    with reading(context.engine) as connection:
        used = list(connection.execute(select(vent.c.shred)).scalars())
    shredding.sweep(context.keys, used, now)
    theme_tokens.forget_uncounted(context.engine, today)
    return removed
