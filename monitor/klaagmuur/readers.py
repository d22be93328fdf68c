"""The rules for luisteraars: who may be written to on a given day, and which key counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from monitor.klaagmuur import reader_key
from monitor.klaagmuur.quarters import ANNOUNCED, ANNOUNCED_AFTER_OBJECTION

NEVER = date.max
"""The day from which a key counts that an objection holds."""


@dataclass(frozen=True, slots=True)
class Luisteraar:
    """One key of one trusted colleague.

    Parameters
    ----------
    active_from
        The first day on which vents are sealed to this key: the first key at once, a later one
        on the signature of a present luisteraar, else two weeks after the announcement.
    ended_on
        From this day on nothing is sealed to it; what was sealed before can still be read.
    signed_by
        The id of the luisteraar whose signature let the key in.
    objected_on
        The day on which the holder of an earlier key of the same account said that this key is not
        theirs; it counts only once toezicht decided so, on the day `overruled_on`.
    deputy
        The id of the luisteraar who stands in during an absence.
    reply_days
        Within how many working days an answer may be expected.
    support
        Whom the luisteraar can call.
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
    objected_on: date | None = None
    overruled_on: date | None = None
    deputy: str | None = None
    reply_days: int = 3
    support: str = field(default="", repr=False)
    may_read: bool = True
    """Whether the account still holds the role."""

    @property
    def fingerprint(self) -> str:
        """What senders can compare with the poster or with what the luisteraar says."""
        return reader_key.fingerprint(self.public)

    @property
    def is_held(self) -> bool:
        """Whether an objection keeps this key from ever counting."""
        return self.objected_on is not None and self.overruled_on is None

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
    """The bytes a present luisteraar signs to let a new key in from `day` on."""
    return b"klaagmuur luisteraar\0" + day.isoformat().encode("ascii") + b"\0" + public


def starts_on(reader: Luisteraar, everyone: Sequence[Luisteraar]) -> date:
    """The day from which a key counts, as far as it can be verified; `NEVER` while it is held.

    A row that says it was signed counts from that day only when the signature is valid and the
    signing key itself counted by then; otherwise two weeks after its announcement. Where the same
    person has a key that counts, only that key's signature brings the day forward.
    """
    if reader.objected_on is None:
        return _starts_unless_objected(reader, everyone)
    if reader.overruled_on is None:
        return NEVER
    return max(
        _starts_unless_objected(reader, everyone),
        reader.overruled_on,
        may_be_overruled_on(reader),
    )


def may_be_overruled_on(reader: Luisteraar) -> date:
    """The first day on which toezicht may let a key begin that was objected to."""
    return reader.announced_on + ANNOUNCED_AFTER_OBJECTION


def counting_keys(account: str, everyone: Sequence[Luisteraar], day: date) -> list[Luisteraar]:
    """The keys of one account that have begun and have not ended on `day`."""
    return [
        each
        for each in everyone
        if each.account == account and not each.has_ended(day) and starts_on(each, everyone) <= day
    ]


def _starts_unless_objected(reader: Luisteraar, everyone: Sequence[Luisteraar]) -> date:
    announced_until = reader.announced_on + ANNOUNCED
    if reader.signed_by is None:
        unsigned = [each for each in everyone if each.signed_by is None]
        first = min(unsigned, key=lambda each: (each.announced_on, each.active_from, each.id))
        if reader.id == first.id:
            return reader.active_from
        return max(reader.active_from, announced_until)
    # Without itself: a key cannot vouch for its own signer, however long the chain.
    others = [each for each in everyone if each.id != reader.id]
    signers = [
        each
        for each in others
        if each.id == reader.signed_by and starts_on(each, others) <= reader.active_from
    ]
    own = counting_keys(reader.account, others, reader.active_from)
    if own:
        # Whoever else vouches for it: the person it belongs to has two weeks to object.
        signers = [each for each in signers if each in own]
    signed = statement(reader.public, reader.active_from)
    signature = reader.signature or b""
    if any(reader_key.is_signed(each.public, signed, signature) for each in signers):
        return reader.active_from
    return announced_until


def active(everyone: Sequence[Luisteraar], day: date) -> tuple[Luisteraar, ...]:
    """Who may be written to on `day`: for each account the newest key that counts."""
    counting = [
        each
        for each in everyone
        if each.may_read and not each.has_ended(day) and starts_on(each, everyone) <= day
    ]
    newest: dict[str, Luisteraar] = {}
    for each in sorted(counting, key=lambda each: (starts_on(each, everyone), each.id)):
        newest[each.account] = each
    return tuple(sorted(newest.values(), key=lambda each: (each.name.casefold(), each.id)))


def announced(everyone: Sequence[Luisteraar], day: date) -> tuple[Luisteraar, ...]:
    """The keys that are announced and do not count yet on `day`, those that are held included."""
    return tuple(
        each for each in everyone if not each.has_ended(day) and starts_on(each, everyone) > day
    )


def find(everyone: Iterable[Luisteraar], reader_id: str | None) -> Luisteraar | None:
    """The luisteraar with this id, or None."""
    return next((each for each in everyone if each.id == reader_id), None)
