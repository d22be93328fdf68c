"""Luisteraars as rules: who may be written to on a given day, and which key counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.klaagmuur import reader_key
from monitor.klaagmuur.quarters import ANNOUNCED


@dataclass(frozen=True, slots=True)
class Luisteraar:
    """One key of one trusted colleague.

    Parameters
    ----------
    active_from
        The first day on which vents are sealed to this key: at once for the very first, after
        a signature of a present luisteraar, and else two weeks after the announcement.
    ended_on
        From this day on nothing is sealed to it any more; what was, can still be read.
    reply_days
        Within how many working days an answer may be expected.
    """

    id: str
    account: str
    name: str
    public: bytes
    announced_on: date
    active_from: date
    ended_on: date | None = None
    signed_by: str | None = None
    signature: bytes | None = field(default=None, repr=False)
    absent_from: date | None = None
    absent_until: date | None = None
    deputy: str | None = None
    reply_days: int = 3
    support: str = field(default="", repr=False)
    may_read: bool = True
    """Whether the account still holds the role."""

    @property
    def fingerprint(self) -> str:
        """What senders can compare with the poster or with what the luisteraar says."""
        return reader_key.fingerprint(self.public)

    def is_absent(self, day: date) -> bool:
        """Whether the luisteraar is away on `day`."""
        return (
            self.absent_from is not None
            and self.absent_until is not None
            and self.absent_from <= day <= self.absent_until
        )

    def has_ended(self, day: date) -> bool:
        """Whether nothing is sealed to this key any more."""
        return self.ended_on is not None and self.ended_on <= day


def statement(public: bytes, day: date) -> bytes:
    """What a present luisteraar signs to let a new key in from `day` on."""
    return b"klaagmuur luisteraar\0" + day.isoformat().encode("ascii") + b"\0" + public


def starts_on(new: Luisteraar, known: Sequence[Luisteraar]) -> date:
    """The day from which a key counts, believing no row but what can be checked.

    A key that claims to be signed is taken at its word only when the signature is right;
    by a key that itself counted by then; otherwise its two weeks have to pass.
    """
    announced = new.announced_on + ANNOUNCED
    if new.signed_by is None:
        unsigned = [one for one in known if one.signed_by is None]
        first = min(unsigned, key=lambda one: (one.announced_on, one.active_from, one.id))
        return new.active_from if new.id == first.id else max(new.active_from, announced)
    # Without itself: a key cannot vouch for its own signer, however long the chain.
    others = [one for one in known if one.id != new.id]
    signers = [
        one
        for one in others
        if one.id == new.signed_by and starts_on(one, others) <= new.active_from
    ]
    claim = statement(new.public, new.active_from)
    signature = new.signature or b""
    if any(reader_key.is_signed(one.public, claim, signature) for one in signers):
        return new.active_from
    return announced


def active(known: Sequence[Luisteraar], day: date) -> tuple[Luisteraar, ...]:
    """Who may be written to on `day`: of each account the newest key that counts."""
    standing = [
        one
        for one in known
        if one.may_read and not one.has_ended(day) and starts_on(one, known) <= day
    ]
    newest: dict[str, Luisteraar] = {}
    for one in sorted(standing, key=lambda each: (starts_on(each, known), each.id)):
        newest[one.account] = one
    return tuple(sorted(newest.values(), key=lambda each: (each.name.casefold(), each.id)))


def announced(known: Sequence[Luisteraar], day: date) -> tuple[Luisteraar, ...]:
    """Keys that are made known but do not count yet."""
    return tuple(one for one in known if not one.has_ended(day) and starts_on(one, known) > day)


def find(known: Iterable[Luisteraar], name: str | None) -> Luisteraar | None:
    """The luisteraar with this id, or None."""
    return next((one for one in known if one.id == name), None)
