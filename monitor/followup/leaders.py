"""The roles that may lead a conversation; a role, never a name."""

from __future__ import annotations

from enum import StrEnum

from monitor.followup.suggestion import Suggestion


class Lead(StrEnum):
    """A role that leads a conversation, as stored."""

    COLLEAGUE = "colleague"
    """A colleague from another team."""
    HR = "hr"
    LEADER = "leader"
    """The leidinggevende."""


def leads(suggestion: Suggestion) -> tuple[Lead, ...]:
    """Who may lead, the best first; never the leidinggevende where support fell."""
    if suggestion.led_by_other:
        return (Lead.COLLEAGUE, Lead.HR)
    return (Lead.COLLEAGUE, Lead.HR, Lead.LEADER)
