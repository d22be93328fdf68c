"""The night between a signal and an invitation to talk: nobody is invited on the day itself."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Engine

from monitor.followup.records import Conversation, OriginKind
from monitor.store import audit

SEALED = "round.close"
"""The entry of the audit log by which the day of a month's results is known."""


def first_day(planned_on: date, results_on: date | None) -> date:
    """The first day on which an invitation may go out.

    Parameters
    ----------
    planned_on
        The day on which the conversation was planned.
    results_on
        The day on which the signal's month was counted; None where that is not known or no signal
        led to it.
    """
    return planned_on + timedelta(1) if planned_on == results_on else planned_on


def may_go_from(engine: Engine, conversation: Conversation) -> date:
    """The first day on which the invitation to a stored conversation may go out."""
    results_on = None
    if conversation.origin.kind is OriginKind.SIGNAL:
        results_on = audit.days(engine, SEALED).get(conversation.origin.period or "")
    return first_day(conversation.created_on, results_on)
