"""Checks that a round in the store is as this program left it.

Closing a round requires it. A page that only shows a round does not check, and may show what
somebody else wrote.
"""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import Connection, Engine

from monitor.errors import RoundRefused
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import UNDER_WAY, Round, RoundStatus
from monitor.store import signed_rows
from monitor.store.engine import reading
from monitor.store.tables import survey_round


def find(connection: Connection, period: str) -> Round:
    """The round of `period`; RoundRefused when there is none, or somebody else changed it."""
    round_ = rounds.find(connection, period)
    if not _is_genuine(connection, round_):
        raise RoundRefused("round.not_genuine", period=period)
    return round_


def is_genuine(engine: Engine, round_: Round) -> bool:
    """Whether the round, as it was read, is as this program left it."""
    with reading(engine) as connection:
        return _is_genuine(connection, round_)


def was_finished(connection: Connection, round_: Round) -> bool:
    """Whether this program finished the round, whatever somebody else wrote in its place since."""
    over = (replace(round_, status=status) for status in RoundStatus if status not in UNDER_WAY)
    return any(_is_genuine(connection, each) for each in over)


def _is_genuine(connection: Connection, round_: Round) -> bool:
    return signed_rows.is_genuine(connection, survey_round, asdict(round_))
