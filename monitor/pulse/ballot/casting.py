"""Casting sealed sheets: spending codes, storing envelopes and counting them, all or nothing."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, exists, insert, update

from monitor.context import AppContext
from monitor.errors import CodeRefused, CodeSpent
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.ballot.ballot_mac import BallotMac, BallotState
from monitor.pulse.ballot.code_lookup import BallotSlot, check_open
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.store import locks
from monitor.store.engine import writing
from monitor.store.tables import ballot, envelope, survey_round

# One statement spends the codes that, at this very moment, are unspent while their round is open.
_spend = (
    update(ballot)
    .where(
        ballot.c.period == bindparam("in_period"),
        ballot.c.fingerprint.in_(bindparam("fingerprints", expanding=True)),
        ballot.c.mac.in_(bindparam("unspent_macs", expanding=True)),
        ballot.c.spent == bindparam("unspent", False),
        exists().where(
            survey_round.c.period == bindparam("in_period"),
            survey_round.c.status == bindparam("open", RoundStatus.OPEN.value),
            survey_round.c.public_key == bindparam("round_key"),
        ),
    )
    .values(spent=True)
    .returning(ballot.c.fingerprint)
)
_mark = (
    update(ballot)
    .where(
        ballot.c.period == bindparam("in_period"),
        ballot.c.fingerprint == bindparam("of_fingerprint"),
    )
    .values(mac=bindparam("answered_mac"))
)
_store = insert(envelope)


@dataclass(frozen=True, slots=True)
class SealedSheet:
    """A sheet that is ready for the box, and the ballot that is spent for it."""

    slot: BallotSlot
    envelope: bytes = field(repr=False)


def cast(
    context: AppContext, sealed_of: Mapping[Round, Mapping[int, SealedSheet]], sheets: int
) -> list[CodeRefused | None]:
    """Put sealed sheets in the box; returns per sheet why its code was refused, or None.

    Parameters
    ----------
    sealed_of
        The sheets per round, by position.
    """
    results: list[CodeRefused | None] = [None] * sheets
    spent_in: dict[Round, dict[int, BallotSlot]] = {}
    # What `counting` holds is left after the commit.
    with ExitStack() as counting, writing(context.engine) as connection:
        for round_, entries in sealed_of.items():
            # Open until this transaction ends, so that no envelope misses the count.
            locks.shared(connection, round_.lock_name)
            spent = spent_in[round_] = _spend_and_store(connection, round_, entries)
            for position in entries.keys() - spent.keys():
                results[position] = _why_refused(connection, round_.period)
        # Last, so that nothing in the store is waited for while a file is held.
        for round_, spent in spent_in.items():
            _count(counting, context, connection, round_, list(spent.values()))
    return results


def _spend_and_store(
    connection: Connection, round_: Round, entries: Mapping[int, SealedSheet]
) -> dict[int, BallotSlot]:
    """Spend codes, mark them as answered and store their envelopes.

    Returns the slots that were spent, by position.
    """
    macs = _macs(next(iter(entries.values())).slot)
    slots = {entry.slot.fingerprint: entry.slot for entry in entries.values()}
    values = {
        "in_period": round_.period,  # SQLAlchemy keeps the names of columns for itself
        "round_key": round_.public_key,
        "fingerprints": sorted(slots),
        "unspent_macs": sorted(macs.mac(s.row, BallotState.UNSPENT) for s in slots.values()),
    }
    unspent = set(connection.scalars(_spend, values))
    spent: dict[int, BallotSlot] = {}
    new: dict[bytes, bytes] = {}
    for position, entry in entries.items():
        if entry.slot.fingerprint in unspent:
            unspent.remove(entry.slot.fingerprint)  # of one code sent twice at once, one counts
            spent[position] = entry.slot
            new[secrets.token_bytes(16)] = entry.envelope
    if new:
        marks = [
            {
                "in_period": round_.period,
                "of_fingerprint": slot.fingerprint,
                "answered_mac": macs.mac(slot.row, BallotState.ANSWERED),
            }
            for slot in sorted(spent.values(), key=lambda slot: slot.fingerprint)
        ]
        connection.execute(_mark, marks)
        # In the order of their random ids, which has nothing to do with that of the codes.
        rows = [{"id": id_, "period": round_.period, "sealed": new[id_]} for id_ in sorted(new)]
        connection.execute(_store, rows)
    return spent


def _count(
    counting: ExitStack,
    context: AppContext,
    connection: Connection,
    round_: Round,
    spent: Sequence[BallotSlot],
) -> None:
    """Write beside the round's key how many of each unit answer in this transaction."""
    if not spent:
        return
    counts = AnsweredCounts.of(context.keys, spent[0].key)
    people = Counter(slot.unit for slot in spent)
    counting.enter_context(counts.counting(connection, round_.period, people))


def _macs(slot: BallotSlot) -> BallotMac:
    return BallotMac.of(slot.key.code_key, slot.round.period)


def _why_refused(connection: Connection, period: str) -> CodeRefused:
    try:
        check_open(connection, period)
    except CodeRefused as refusal:
        return refusal
    return CodeSpent("code.spent")
