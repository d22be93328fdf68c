"""The rules of acts that a second person confirms: which ones wait, who may decide, and from when.

A beheerder sets up; what decides who sees results or reads vents is confirmed by toezicht. Toezicht
that is lost or says nothing holds an act up for two weeks, never for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WAIT = timedelta(days=14)
"""How long an act waits for toezicht; then a beheerder may carry it out."""


@dataclass(frozen=True, slots=True)
class Oversight:
    """How far the organisation is: whether a round was ever opened and whether toezicht can act."""

    any_round: bool
    toezicht_ready: bool

    @property
    def on(self) -> bool:
        """Whether acts wait. Not while there is nothing to see yet and nobody who could confirm."""
        return self.any_round or self.toezicht_ready


def may_confirm(confirmer: str, proposer: str, *, is_toezicht: bool) -> bool:
    """Whether somebody may confirm an act: toezicht, and never who proposed it (by address)."""
    return is_toezicht and confirmer != proposer


def ripe_on(proposed_on: date) -> date:
    """The first day on which an act may be carried out without toezicht."""
    return proposed_on + WAIT


def is_ripe(proposed_on: date, today: date) -> bool:
    """Whether toezicht has had its two weeks."""
    return today >= ripe_on(proposed_on)
