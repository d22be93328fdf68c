"""Closing a round, signals included: the way in which the app closes rounds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from monitor.climate.results import Results, assemble, results
from monitor.climate.tracks import tracks
from monitor.pulse import closing, sealed_store
from monitor.pulse.closing import Closed
from monitor.store.tables import signal
from monitor.wiring import House


def close(house: House, period: str, actor: str, now: datetime) -> Closed:
    """Close and seal the round, and freeze its signals, in one transaction.

    As `monitor.pulse.closing.close`, with the same refusals.
    """
    known = results(house.engine)  # worked out before the transaction, which is to be short

    def freeze(connection: Connection, sealed: str) -> None:
        freeze_signals(connection, sealed, known)

    return closing.close(house, period, actor, now, freeze)


def freeze_signals(connection: Connection, period: str, known: Results) -> None:
    """Work out the signals of a month sealed in this transaction, and store them.

    They follow from this month and the months before it. `known` are months read earlier; what
    is missing there is read now.
    """
    had = {month.arrays.period: month.released for month in known.months}
    before = [p for p in sealed_store.periods_in(connection) if p < period]
    released = [had.get(p) or sealed_store.load_in(connection, p) for p in before]
    released.append(sealed_store.load_in(connection, period))
    followed = tracks(assemble(released).months, given=len(before))
    rows = [
        {
            "period": period,
            "unit": unit,
            "theme": theme,
            "audience": audience,
            "direction": found.direction,
            "since": found.since,
        }
        for unit, theme, audience, found in followed.given(period)
    ]
    if rows:
        connection.execute(insert(signal), rows)
