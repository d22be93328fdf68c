"""The register of codes: which units may be issued codes, and the fingerprints of those issued."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from monitor.errors import InputRefused, RoundRefused
from monitor.locale.formats import Month
from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.ballot_mac import BallotMac, BallotRow, BallotState
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.invitations import letters
from monitor.pulse.rounds import round_units
from monitor.store import audit
from monitor.store.tables import ballot, round_unit

MOST_PER_UNIT = 5_000

_mark = (
    update(ballot)
    .where(
        ballot.c.period == bindparam("in_period"),
        ballot.c.fingerprint == bindparam("of_fingerprint"),
    )
    .values(mac=bindparam("voided_mac"))
)


@dataclass(frozen=True, slots=True)
class UnitIssue:
    """Codes to be issued to one unit. ``position`` is the unit's index in the frozen tree."""

    period: str
    unit: str
    position: int
    people: int
    codes_before: int
    """How many codes the unit had been issued earlier; no two issues to a unit share it."""
    replacing: bool


def plan(
    connection: Connection, period: str, counts: Mapping[str, int], *, replacing: bool
) -> list[UnitIssue]:
    """What to issue for `counts` people per unit; when replacing, 0 is as many as before.

    Raises
    ------
    InputRefused
        When a unit is not in the round's tree, or a number is out of range.
    RoundRefused
        When a unit was invited before, or, when replacing, was not; or somebody else changed the
        round.
    """
    round_units.load(connection, period)  # refuses what somebody else changed
    rows = connection.execute(select(round_unit).where(round_unit.c.period == period))
    units = {row.unit: row for row in rows}
    issues: list[UnitIssue] = []
    for unit, count in counts.items():
        if unit not in units:
            raise InputRefused("invite.unit_unknown", unit=unit, period=Month(period))
        row = units[unit]
        _check_state(row, replacing=replacing)
        people = count or (row.invited if replacing else 0)
        if not 1 <= people <= MOST_PER_UNIT:
            raise InputRefused("invite.count", unit=unit, most=MOST_PER_UNIT)
        issues.append(UnitIssue(period, unit, row.position, people, row.issued, replacing))
    if not issues:
        raise InputRefused("invite.nobody", period=Month(period))
    return issues


def record(
    connection: Connection,
    key: RoundKey,
    issue: UnitIssue,
    codes: Iterable[str],
    actor: str,
    now: datetime,
) -> None:
    """Store the fingerprints of the codes, and void the unit's unspent codes when replacing.

    Raises
    ------
    RoundRefused
        When ballots of the unit were changed, added or taken away by somebody else.
    """
    macs = BallotMac.of(key.code_key, issue.period)
    if not is_whole(connection, macs, issue):
        raise RoundRefused("round.ballots_changed", period=issue.period, unit=issue.unit)
    if issue.replacing:
        _void(connection, macs, issue)
        letters.delete_replaced(connection, issue.period, issue.unit)
    replacements = _replacements(connection, issue)
    rows = [
        {
            "period": issue.period,
            "fingerprint": fingerprint,
            "unit": issue.position,
            "edition": replacements,
            "spent": False,
            "mac": macs.mac(
                BallotRow(fingerprint, issue.position, replacements), BallotState.UNSPENT
            ),
        }
        # Sorted: an order that has nothing to do with who gets which code.
        for fingerprint in sorted(envelope.fingerprint(key.code_key, code) for code in codes)
    ]
    connection.execute(insert(ballot), rows)
    _count(connection, issue)
    action = "round.replace" if issue.replacing else "round.invite"
    audit.note(connection, actor, action, f"{issue.period} {issue.unit}: {issue.people}", now)


def is_whole(connection: Connection, macs: BallotMac, issue: UnitIssue) -> bool:
    """Whether the unit has as many ballots of ours as codes were ever issued to it.

    Were some hidden for a moment, their codes would not be voided, and new ones would seem never to
    have been replaced: whoever answered with both would count as two people.
    """
    of_unit = (ballot.c.period == issue.period, ballot.c.unit == issue.position)
    rows = connection.execute(select(ballot).where(*of_unit)).all()
    genuine = sum(
        macs.state(BallotRow(row.fingerprint, row.unit, row.edition), row.mac) is not None
        for row in rows
    )
    return len(rows) == genuine == issue.codes_before


def _check_state(row: Row[tuple[object, ...]], *, replacing: bool) -> None:
    if row.issued and not replacing:
        raise RoundRefused("invite.twice", unit=row.unit, period=Month(row.period))
    if not row.issued and replacing:
        raise RoundRefused("invite.nothing_to_replace", unit=row.unit, period=Month(row.period))


def _replacements(connection: Connection, issue: UnitIssue) -> int:
    """How often the unit's codes have been replaced, this time included."""
    last = connection.execute(
        select(func.max(ballot.c.edition)).where(
            ballot.c.period == issue.period, ballot.c.unit == issue.position
        )
    ).scalar()
    return 0 if last is None else min(int(last) + 1, envelope.MOST_REPLACEMENTS)


def _void(connection: Connection, macs: BallotMac, issue: UnitIssue) -> None:
    """Void the unit's unspent codes; a row that somebody changed keeps the code it has."""
    unspent = (
        ballot.c.period == issue.period,
        ballot.c.unit == issue.position,
        ~ballot.c.spent,
    )
    rows = connection.execute(select(ballot).where(*unspent)).all()
    connection.execute(update(ballot).where(*unspent).values(spent=True))
    marks = [
        {
            "in_period": issue.period,
            "of_fingerprint": own.fingerprint,
            "voided_mac": macs.mac(own, BallotState.VOIDED),
        }
        for own, mac in ((BallotRow(r.fingerprint, r.unit, r.edition), r.mac) for r in rows)
        if macs.state(own, mac) is BallotState.UNSPENT
    ]
    if marks:
        connection.execute(_mark, marks)


def _count(connection: Connection, issue: UnitIssue) -> None:
    connection.execute(
        update(round_unit)
        .where(round_unit.c.period == issue.period, round_unit.c.unit == issue.unit)
        .values(invited=issue.people, issued=round_unit.c.issued + issue.people)
    )
