"""Settling batches that a process left pending when it died: were they committed or not?"""

from __future__ import annotations

from monitor.context import AppContext
from monitor.pulse.ballot import round_keys
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.rounds.rounds import Round
from monitor.store import locks
from monitor.store.engine import writing


def settle(context: AppContext, round_: Round) -> None:
    """Write down which pending batches of the round are in the store.

    Raises
    ------
    StoreBusy
        When the store does not answer; then it stays to be done.
    """
    key = round_keys.load_key(context.keys, round_.public_key or b"")
    if key is None:
        return
    counts = AnsweredCounts.of(context.keys, key)
    if not counts.pending:
        return
    with writing(context.engine) as connection:
        locks.exclusive(connection, round_.lock_name)  # every batch under way has ended
        counts.settle(connection)
