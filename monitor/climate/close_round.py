"""Closing a round, signals included: the way in which the app closes rounds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert

from monitor.climate.control_charts import control_charts
from monitor.climate.results import assemble, results
from monitor.context import AppContext
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.count.closing import Closed
from monitor.pulse.count.sealed_store import SealedRelease
from monitor.store.tables import signal


def close(context: AppContext, period: str, actor: str, now: datetime) -> Closed:
    """Close and seal the round, and freeze its signals, in one transaction.

    As `monitor.pulse.count.closing.close`, with the same refusals.
    """
    # Worked out before the transaction, which is to be short.
    known = {month.arrays.period: month.released for month in results(context.engine).months}

    def freeze(connection: Connection, sealed: str) -> None:
        freeze_signals(connection, sealed, known)

    return closing.close(context, period, actor, now, freeze)


def freeze_signals(connection: Connection, period: str, known: dict[str, SealedRelease]) -> None:
    """Work out the signals of a month sealed in this transaction, and store them.

    They follow from this month and the months before it. `known` holds months by period as read
    earlier; what is missing is read now and added, this month with its signals.
    """
    before = [p for p in sealed_store.periods_in(connection) if p < period]
    for missing in {*before, period} - known.keys():
        known[missing] = sealed_store.load_in(connection, missing)
    months = assemble([known[p] for p in (*before, period)]).months
    given = tuple(control_charts(months, given=len(before)).given(period))
    rows = [
        {
            "period": period,
            "unit": unit,
            "theme": theme,
            "audience": audience,
            "direction": found.direction,
            "since": found.since,
        }
        for unit, theme, audience, found in given
    ]
    if rows:
        connection.execute(insert(signal), rows)
    signals = {(unit, theme, audience): found for unit, theme, audience, found in given}
    known[period] = replace(known[period], signals=signals)
