"""Issuing invitation codes: one per person, once per unit and round.

The store keeps a keyed fingerprint of each code, never the code. Who got which code is known to
whoever sends them, and to nobody afterwards. Codes that the app mails are derived from the
round's key (see :mod:`monitor.pulse.invitations.letters`); other codes are random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from monitor.context import AppContext
from monitor.errors import InputRefused, RoundRefused
from monitor.locale.formats import Month
from monitor.pulse.ballot import adoption
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.invitations import code_register, codes, letters
from monitor.pulse.invitations.code_register import UnitIssue
from monitor.pulse.invitations.letters import Kind, Letter
from monitor.pulse.rounds import round_units, rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store.engine import writing


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
    """Issue `counts[unit]` codes per unit; all units or none.

    `hand_out` is called with the codes before they are committed: when it fails, there are none.

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
    """Void the units' unspent codes and issue new ones, one per person in the unit.

    `counts` may give another number of people (newcomers); 0 keeps the number it was. A spent
    code and a voided one look alike from then on, in the store and on screen: otherwise replacing
    codes would reveal who had answered. Raises as `invite`.
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
    """Issue one code per member, and queue the letters that carry them.

    Codes and letters are stored in one transaction, and neither holds the code: it is derived from
    the round's key whenever the letter is sent. Without `replacing`, units that were invited
    before and units that are not in the round are left out, so that it is safe to repeat.

    Returns
    -------
    int
        How many letters were queued; 0 when there was nobody left to invite.

    Raises
    ------
    As `invite` and `replace`.
    """
    adoption.ensure(context, period)
    with writing(context.engine) as connection:
        key = _lock_open(context, connection, period)
        if not replacing:
            emails = _not_invited(connection, period, emails)
            if not emails:
                return 0
        counts = _member_counts(emails)
        for issue in code_register.plan(connection, period, counts, replacing=replacing):
            to_send = _invitations(period, issue, emails[issue.unit])
            unit_codes = [letters.code_of(key, letter) for letter in to_send]
            code_register.record(connection, key, issue, unit_codes, actor, now)
            letters.queue(connection, to_send)
    return sum(counts.values())


def _invitations(period: str, issue: UnitIssue, emails: Iterable[str]) -> list[Letter]:
    """A letter with an invitation to each member of a unit."""
    return [Letter(period, Kind.INVITE, email, issue.unit, issue.codes_before) for email in emails]


def _member_counts(emails: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """How many members each unit has; a unit without any is refused."""
    for unit, addresses in emails.items():
        if not addresses:
            raise InputRefused("invite.no_members", unit=unit)
    return {unit: len(addresses) for unit, addresses in emails.items()}


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
    adoption.ensure(context, period)
    invitations: list[Invitation] = []
    with writing(context.engine) as connection:
        key = _lock_open(context, connection, period)
        for issue in code_register.plan(connection, period, counts, replacing=replacing):
            unit_codes = [codes.new_code(period) for _ in range(issue.people)]
            code_register.record(connection, key, issue, unit_codes, actor, now)
            invitations.extend(Invitation(issue.unit, code) for code in unit_codes)
        if hand_out is not None:
            hand_out(tuple(invitations))
    return tuple(invitations)


def _lock_open(context: AppContext, connection: Connection, period: str) -> RoundKey:
    """Lock the round, which must be open, and return its key."""
    round_ = rounds.lock(connection, period)
    if round_.status is not RoundStatus.OPEN:
        raise RoundRefused(f"round.is_{round_.status}", period=Month(period))
    return rounds.key_of(context.keys, round_)


def _not_invited(
    connection: Connection, period: str, emails: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    units = round_units.unit_invitations(connection, period)
    without_codes = {unit.unit for unit in units if not unit.issued}
    return {
        unit: addresses for unit, addresses in emails.items() if unit in without_codes and addresses
    }
