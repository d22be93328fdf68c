"""Doing something exactly once, however many processes find it due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from monitor.store import claims
from monitor.store.engine import reading, writing

LEASE = timedelta(minutes=5)
"""After so long a process that was at it is presumed dead, and another repeats the work."""


def run_once(engine: Engine, name: str, now: datetime, work: Callable[[], bool]) -> bool:
    """Do `work`, unless it was done before or another process is doing it.

    Parameters
    ----------
    name
        Of the claim; what was done under that name is never done again.
    work
        Returns whether it is finished; if not, or if it fails, it is tried again later. It must
        be safe to repeat, for a process may die after the work and before the claim says so.

    Returns
    -------
    bool
        Whether it was done now.
    """
    with reading(engine) as connection:
        if claims.is_done(connection, name):
            return False
    holder = claims.new_holder()
    with writing(engine) as connection:
        if not claims.take(connection, name, holder, now, LEASE):
            return False
    finished = False
    try:
        finished = work()
    finally:
        with writing(engine) as connection:
            (claims.finish if finished else claims.release)(connection, name, holder)
    return finished
