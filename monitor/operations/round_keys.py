"""Rounds under way whose key this machine does not have."""

from __future__ import annotations

from monitor.context import AppContext
from monitor.errors import KeyMissing
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus

UNDER_WAY = (RoundStatus.OPEN, RoundStatus.CLOSING)


def lost_rounds(context: AppContext) -> tuple[Round, ...]:
    """The rounds under way that this machine cannot count, for lack of their key."""
    return tuple(
        round_
        for round_ in rounds.all_rounds(context.engine)
        if round_.status in UNDER_WAY and not _has_key(context, round_)
    )


def _has_key(context: AppContext, round_: Round) -> bool:
    try:
        rounds.key_of(context.keys, round_)
    except KeyMissing:
        return False
    return True
