"""Invitations: one code a person, once per unit per round.

The store keeps a keyed fingerprint of each code, never the code. Who got which code is known
to whoever sends them, and to nobody afterwards. Where the app mails them, codes follow from the
round's key (see :mod:`monitor.pulse.invitations.letters`); elsewhere they are random.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from monitor.context import AppContext
from monitor.errors import InputRefused, RoundRefused
from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.invitations import codes, letters
from monitor.pulse.invitations.letters import Kind, Letter
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import ballot, round_unit

MOST_PER_UNIT = 5_000


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code for somebody in `unit`."""

    unit: str
    code: str = field(repr=False)


HandOut = Callable[[tuple[Invitation, ...]], None]
"""Puts codes where people get them from: a file, a sheet of slips."""


def invite(
    context: AppContext,
    period: str,
    counts: Mapping[str, int],
    actor: str,
    now: datetime,
    hand_out: HandOut | None = None,
) -> tuple[Invitation, ...]:
    """Make `counts[unit]` codes per unit; all units or none.

    `hand_out` is given the codes before they count: when it fails, there are none.

    Raises
    ------
    InputRefused
        When a unit is not in the round's tree or a number is out of range.
    RoundRefused
        When the round is not open, or one of the units was invited before.
    KeyMissing
        When this process does not have the round's key.
    """
    return _issue(context, period, counts, actor, now, hand_out, replacing=False)


def replace(
    context: AppContext,
    period: str,
    counts: Mapping[str, int],
    actor: str,
    now: datetime,
    hand_out: HandOut | None = None,
) -> tuple[Invitation, ...]:
    """Void the units' unspent codes and make new ones, one per place in the unit.

    `counts` may give another number of places (newcomers); 0 keeps the number it had. A spent
    code and a voided one look alike from then on, in the store and on screen: otherwise
    replacing codes would tell who had answered. Raises as `invite`.
    """
    return _issue(context, period, counts, actor, now, hand_out, replacing=True)


def mail(
    context: AppContext,
    period: str,
    emails: Mapping[str, tuple[str, ...]],
    actor: str,
    now: datetime,
    *,
    replacing: bool = False,
) -> int:
    """Make one code per member, and let the letters that carry them wait to be sent.

    Codes and letters come in one transaction, and the code is in neither: the round's key makes
    it again whenever the letter goes. Without `replacing`, units that were invited before and
    units that are not in the round are passed over, so that it is safe to repeat.

    Returns
    -------
    int
        How many letters were queued; 0 when there was nobody left to invite.

    Raises
    ------
    As `invite` and `replace`.
    """
    with writing(context.engine) as connection:
        key = rounds.key_of(context.keys, _open(rounds.lock(connection, period)))
        if not replacing:
            fresh = {p.unit for p in rounds.places(connection, period) if not p.issued}
            emails = {unit: listed for unit, listed in emails.items() if unit in fresh and listed}
            if not emails:
                return 0
        for unit, listed in emails.items():
            if not listed:
                raise InputRefused("invite.no_members", unit=unit)
        counts = {unit: len(listed) for unit, listed in emails.items()}
        for issue in _wanted(connection, period, counts, replacing=replacing):
            to = [
                Letter(period, Kind.INVITE, email, issue.unit, issue.generation)
                for email in emails[issue.unit]
            ]
            made = [letters.code_of(key, letter) for letter in to]
            _carry_out(connection, key, period, issue, made, actor, now)
            letters.queue(connection, to)
    return sum(counts.values())


@dataclass(frozen=True, slots=True)
class _Issue:
    """Codes about to be made for a unit."""

    unit: str
    position: int
    places: int
    generation: int
    replacing: bool


def _issue(
    context: AppContext,
    period: str,
    counts: Mapping[str, int],
    actor: str,
    now: datetime,
    hand_out: HandOut | None,
    *,
    replacing: bool,
) -> tuple[Invitation, ...]:
    made: list[Invitation] = []
    with writing(context.engine) as connection:
        key = rounds.key_of(context.keys, _open(rounds.lock(connection, period)))
        for issue in _wanted(connection, period, counts, replacing=replacing):
            fresh = [codes.new_code(period) for _ in range(issue.places)]
            _carry_out(connection, key, period, issue, fresh, actor, now)
            made.extend(Invitation(issue.unit, code) for code in fresh)
        if hand_out is not None:
            hand_out(tuple(made))
    return tuple(made)


def _carry_out(
    connection: Connection,
    key: RoundKey,
    period: str,
    issue: _Issue,
    made: list[str],
    actor: str,
    now: datetime,
) -> None:
    """Store the codes' fingerprints, in an order that has nothing to do with who gets which."""
    if issue.replacing:
        _void(connection, period, issue.position)
        letters.forget(connection, period, issue.unit)
    edition = _edition(connection, period, issue.position)
    rows = [
        {
            "period": period,
            "fingerprint": mark,
            "unit": issue.position,
            "edition": edition,
            "spent": False,
        }
        for mark in sorted(envelope.fingerprint(key.code_key, code) for code in made)
    ]
    connection.execute(insert(ballot), rows)
    _count_issued(connection, period, issue.unit, issue.places)
    action = "round.replace" if issue.replacing else "round.invite"
    audit.note(connection, actor, action, f"{period} {issue.unit}: {issue.places}", now)


def for_members(
    invitations: tuple[Invitation, ...], emails: Mapping[str, tuple[str, ...]]
) -> tuple[tuple[Invitation, str], ...]:
    """Give each member of a unit one of its codes, by lot, in a shuffled order."""
    lot: random.Random = secrets.SystemRandom()
    handed: list[tuple[Invitation, str]] = []
    for unit, addresses in emails.items():
        of_unit = [invitation for invitation in invitations if invitation.unit == unit]
        lot.shuffle(of_unit)
        handed.extend(zip(of_unit, addresses, strict=True))
    lot.shuffle(handed)
    return tuple(handed)


def _open(found: rounds.Round) -> rounds.Round:
    if found.status is not RoundStatus.OPEN:
        raise RoundRefused(f"round.is_{found.status}", period=found.period)
    return found


def _wanted(
    connection: Connection, period: str, counts: Mapping[str, int], *, replacing: bool
) -> list[_Issue]:
    known = {
        row.unit: row
        for row in connection.execute(select(round_unit).where(round_unit.c.period == period))
    }
    wanted: list[_Issue] = []
    for unit, asked in counts.items():
        if unit not in known:
            raise InputRefused("invite.unit_unknown", unit=unit, period=period)
        row = known[unit]
        if row.issued and not replacing:
            raise RoundRefused("invite.twice", unit=unit, period=period)
        if not row.issued and replacing:
            raise RoundRefused("invite.nothing_to_replace", unit=unit, period=period)
        places = asked or (row.invited if replacing else 0)
        if not 1 <= places <= MOST_PER_UNIT:
            raise InputRefused("invite.count", unit=unit, most=MOST_PER_UNIT)
        wanted.append(_Issue(unit, row.position, places, row.issued, replacing))
    if not wanted:
        raise InputRefused("invite.nobody", period=period)
    return wanted


def _edition(connection: Connection, period: str, position: int) -> int:
    """How often codes were made for the unit before."""
    earlier = select(func.max(ballot.c.edition)).where(
        ballot.c.period == period, ballot.c.unit == position
    )
    last = connection.execute(earlier).scalar()
    return 0 if last is None else min(int(last) + 1, envelope.MOST_EDITIONS)


def _void(connection: Connection, period: str, position: int) -> None:
    connection.execute(
        update(ballot)
        .where(ballot.c.period == period, ballot.c.unit == position, ~ballot.c.spent)
        .values(spent=True)
    )


def _count_issued(connection: Connection, period: str, unit: str, places: int) -> None:
    connection.execute(
        update(round_unit)
        .where(round_unit.c.period == period, round_unit.c.unit == unit)
        .values(invited=places, issued=round_unit.c.issued + places)
    )
