"""Closing a round together with its signals; the app closes rounds in no other way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert

from monitor.climate.control_charts import control_charts
from monitor.climate.results import assemble, results
from monitor.context import AppContext
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.count.closing import CloseResult
from monitor.pulse.count.sealed_store import SealedRelease, StoredSignal
from monitor.store.tables import signal


def close(context: AppContext, period: str, actor: str, now: datetime) -> CloseResult:
    """Close and seal the round, and freeze its signals, in one transaction.

    As `monitor.pulse.count.closing.close`, with the same refusals.
    """
    # Read before the transaction, to keep that short.
    months = {month.arrays.period: month.released for month in results(context.engine).months}

    def freeze(connection: Connection, sealed: str) -> None:
        freeze_signals(connection, sealed, months)

    return closing.close(context, period, actor, now, freeze)


def freeze_signals(connection: Connection, period: str, months: dict[str, SealedRelease]) -> None:
    """Work out the signals of a month sealed in this transaction, and store them.

    They follow from this month and the months before it. `months` holds months by period as read
    earlier; those that are missing are read and added, this month with its signals.
    """
    before = [p for p in sealed_store.periods_in(connection) if p < period]
    for missing in {*before, period} - months.keys():
        months[missing] = sealed_store.load_in(connection, missing)
    assembled = assemble([months[p] for p in (*before, period)]).months
    charts = control_charts(assembled, frozen=len(before))
    signals = {(unit, theme, audience): s for unit, theme, audience, s in charts.signals(period)}
    _store(connection, period, signals)
    months[period] = replace(months[period], signals=signals)


def _store(
    connection: Connection, period: str, signals: dict[tuple[str, str, str], StoredSignal]
) -> None:
    rows = [
        {
            "period": period,
            "unit": unit,
            "theme": theme,
            "audience": audience,
            "direction": stored.direction,
            "since": stored.since,
        }
        for (unit, theme, audience), stored in signals.items()
    ]
    if rows:
        connection.execute(insert(signal), rows)
