"""The daily work on conversations and actions: estimates are frozen, and old rows are erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from monitor.climate.results import results
from monitor.clock import local_day
from monitor.followup import estimates, retention
from monitor.store import claims
from monitor.store.engine import writing
from monitor.store.run_once import run_once

NAME = "followup:"
"""What the claim of a day begins with."""


def follow_up_due(engine: Engine, now: datetime, *, again: bool = False) -> bool:
    """Freeze estimates and erase old rows, unless done today or another process is doing it.

    Estimates are frozen in any case when it is asked `again`, because a month was just sealed.
    """
    if again:
        estimates.freeze_due(engine, results(engine))
    today = local_day(now)
    name = f"{NAME}{today.isoformat()}"

    def work() -> bool:
        estimates.freeze_due(engine, results(engine))
        retention.erase_due(engine, today)
        with writing(engine) as connection:
            claims.forget_done(connection, NAME, keep=name)
        return True

    return run_once(engine, name, now, work)
