"""Letters of a round: who is mailed, and with which code.

The store keeps who gets a letter, and whether it has gone; the code in it follows from the
round's key. Everybody who is invited is also reminded, with the same link: what somebody did
with it changes nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, delete, insert

from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.invitations import codes
from monitor.store.delivery_tables import outbox


class Kind(StrEnum):
    """What a letter is for."""

    INVITE = "invite"
    FIRST_REMINDER = "remind1"
    SECOND_REMINDER = "remind2"


REMINDERS = (Kind.FIRST_REMINDER, Kind.SECOND_REMINDER)


class State(StrEnum):
    """How far a letter is."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one member."""

    period: str
    kind: Kind
    email: str = field(repr=False)
    unit: str
    generation: int
    """How many codes the unit had been given before; no two issues to a unit share it."""


def code_of(key: RoundKey, letter: Letter) -> str:
    """The code in the letter: the same for an invitation and its reminders."""
    bits = envelope.mailed_bits(key.code_key, letter.unit, letter.generation, letter.email)
    return codes.code_of(letter.period, bits)


def queue(connection: Connection, letters: Iterable[Letter]) -> None:
    """Let these wait to be sent. An earlier letter of that kind to the same member is forgotten."""
    # In the order of their addresses, whatever order the codes were stored in: a database that
    # remembers the order of its rows must not match the two.
    for letter in sorted(letters, key=lambda one: one.email):
        same = (outbox.c.period == letter.period) & (outbox.c.email == letter.email)
        connection.execute(delete(outbox).where(same, outbox.c.kind == letter.kind))
        connection.execute(
            insert(outbox).values(
                period=letter.period,
                kind=letter.kind,
                email=letter.email,
                unit=letter.unit,
                generation=letter.generation,
                state=State.WAITING,
            )
        )


def forget(connection: Connection, period: str, unit: str) -> None:
    """Drop the unit's letters: their links have been replaced.

    That a reminder went stays known, so that replacing links is no way to remind more often.
    """
    gone = (outbox.c.kind == Kind.INVITE) | (outbox.c.state != State.SENT)
    connection.execute(delete(outbox).where(outbox.c.period == period, outbox.c.unit == unit, gone))
