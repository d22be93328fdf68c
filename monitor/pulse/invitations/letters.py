"""Letters of a round: who is mailed, and with which code.

The store keeps who gets a letter, and whether it has been sent; the code in it is derived from
the round's key. Everybody who is invited is also reminded, with the same link, whether or not the
link has been used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
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
    """The state of a letter in the outbox."""

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
    codes_before: int
    """How many codes the unit had been issued earlier; no two issues to a unit share it."""
    put_off: int = 0
    """How often the mail server has put it off."""

    @property
    def domain(self) -> str:
        """The domain it goes to."""
        return self.email.rpartition("@")[2].lower()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter that was handed to the mail server."""

    state: State
    reply: str = field(default="", repr=False)
    """What the server said, unless it took the letter."""
    wait: timedelta | None = None
    """For how long the letter is not tried again, where the server put it off."""


def code_of(key: RoundKey, letter: Letter) -> str:
    """The code in the letter: the same for an invitation and its reminders."""
    bits = envelope.mailed_bits(key.code_key, letter.unit, letter.codes_before, letter.email)
    return codes.code_of(letter.period, bits)


def queue(connection: Connection, letters: Iterable[Letter]) -> None:
    """Queue letters to be sent, each in place of an earlier one of its kind to the same member."""
    # In the order of their addresses, unlike the codes: where a database remembers the order of
    # its rows, that order must not match letters and codes.
    for letter in sorted(letters, key=lambda letter: letter.email):
        same = (outbox.c.period == letter.period) & (outbox.c.email == letter.email)
        connection.execute(delete(outbox).where(same, outbox.c.kind == letter.kind))
        connection.execute(
            insert(outbox).values(
                period=letter.period,
                kind=letter.kind,
                email=letter.email,
                unit=letter.unit,
                generation=letter.codes_before,
                state=State.WAITING,
            )
        )


def delete_replaced(connection: Connection, period: str, unit: str) -> None:
    """Delete the unit's letters: their links have been replaced.

    Reminders that were sent stay, so that replacing links cannot be used to remind more often.
    """
    obsolete = (outbox.c.kind == Kind.INVITE) | (outbox.c.state != State.SENT)
    of_unit = (outbox.c.period == period) & (outbox.c.unit == unit)
    connection.execute(delete(outbox).where(of_unit, obsolete))
