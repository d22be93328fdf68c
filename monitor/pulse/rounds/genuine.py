"""Checks that a round in the store is as this program left it.

Closing a round requires it. A page that only shows a round does not check, and may show what
somebody else wrote.
"""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import Connection, Engine

from monitor.errors import RoundAltered
from monitor.locale.formats import Month
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import UNDER_WAY, Round, RoundStatus
from monitor.store import signed_rows
from monitor.store.engine import reading
from monitor.store.tables import survey_round


def find(connection: Connection, period: str) -> Round:
    """The round of `period`, also when another process commits a change of it at this moment.

    Raises
    ------
    RoundRefused
        When there is none, or somebody else changed it.
    """
    stored = signed_rows.genuine(connection, survey_round, survey_round.c.period == period)
    if stored:
        return rounds.from_row(stored[0])
    rounds.find(connection, period)  # says so when there is none
    raise RoundAltered(Month(period))


def get(engine: Engine, period: str) -> Round:
    """As `find`, in a transaction of its own."""
    with reading(engine) as connection:
        return find(connection, period)


def was_finished(connection: Connection, round_: Round) -> bool:
    """Whether this program finished the round, whatever somebody else wrote in its place since."""
    over = (replace(round_, status=status) for status in RoundStatus if status not in UNDER_WAY)
    return any(_is_genuine(connection, each) for each in over)


def _is_genuine(connection: Connection, round_: Round) -> bool:
    return signed_rows.is_genuine(connection, survey_round, asdict(round_))
