"""Invitations: one code a person, once per unit per round.

The store keeps a keyed fingerprint of each code, never the code. Who got which code is known
to whoever sends them, and to nobody afterwards.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from monitor.access import audit
from monitor.errors import InputRefused, RoundRefused
from monitor.pulse import codes, envelope, rounds
from monitor.pulse.envelope import RoundKey
from monitor.pulse.rounds import RoundStatus
from monitor.store.engine import writing
from monitor.store.tables import ballot, round_unit
from monitor.wiring import House

MOST_PER_UNIT = 5_000


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code for somebody in `unit`."""

    unit: str
    code: str = field(repr=False)


def invite(
    house: House, period: str, counts: Mapping[str, int], actor: str, now: datetime
) -> tuple[Invitation, ...]:
    """Make `counts[unit]` codes per unit; all units or none.

    Raises
    ------
    InputRefused
        When a unit is not in the round's tree or a number is out of range.
    RoundRefused
        When the round is not open, or one of the units was invited before.
    KeyMissing
        When this process does not have the round's key.
    """
    return _issue(house, period, counts, actor, now, replacing=False)


def replace(
    house: House, period: str, counts: Mapping[str, int], actor: str, now: datetime
) -> tuple[Invitation, ...]:
    """Void the units' unspent codes and make new ones, one per place in the unit.

    `counts` may give another number of places (newcomers); 0 keeps the number it had. A spent
    code and a voided one look alike from then on, in the store and on screen: otherwise
    replacing codes would tell who had answered. Raises as `invite`.
    """
    return _issue(house, period, counts, actor, now, replacing=True)


def _issue(
    house: House,
    period: str,
    counts: Mapping[str, int],
    actor: str,
    now: datetime,
    *,
    replacing: bool,
) -> tuple[Invitation, ...]:
    with writing(house.engine) as connection:
        key = rounds.key_of(house.keys, _open(rounds.lock(connection, period)))
        wanted = _places(connection, period, counts, replacing=replacing)
        made: list[Invitation] = []
        for unit, (position, places) in wanted.items():
            if replacing:
                _void(connection, period, position)
            made.extend(_fill(connection, key, period, unit, position, places))
            _count_issued(connection, period, unit, places)
            action = "round.replace" if replacing else "round.invite"
            audit.note(connection, actor, action, f"{period} {unit}: {places}", now)
    return tuple(made)


def _fill(
    connection: Connection, key: RoundKey, period: str, unit: str, position: int, places: int
) -> list[Invitation]:
    fresh = [Invitation(unit, codes.new_code(period)) for _ in range(places)]
    rows = [
        {
            "period": period,
            "fingerprint": envelope.fingerprint(key.code_key, invitation.code),
            "unit": position,
            "spent": False,
        }
        for invitation in fresh
    ]
    connection.execute(insert(ballot), rows)
    return fresh


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


def _places(
    connection: Connection, period: str, counts: Mapping[str, int], *, replacing: bool
) -> dict[str, tuple[int, int]]:
    known = {
        row.unit: row
        for row in connection.execute(select(round_unit).where(round_unit.c.period == period))
    }
    wanted: dict[str, tuple[int, int]] = {}
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
        wanted[unit] = (row.position, places)
    if not wanted:
        raise InputRefused("invite.nobody", period=period)
    return wanted


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
