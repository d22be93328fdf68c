"""Whether a ballot box is whole: per unit as many envelopes and marks as people were counted.

Who can write in the store can take envelopes away, put earlier rows back, or move rows between
units. Without the round's key the three numbers cannot be made to agree again, so a unit in which
they differ is left out of everything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from monitor.pulse.ballot.ballot_mac import BallotMac, BallotRow, BallotState
from monitor.pulse.ballot.envelope import AnswerSheet, RoundKey
from monitor.store.tables import ballot


def whole_units(
    sheets: Iterable[AnswerSheet], marks: Mapping[int, int], counted: Mapping[int, int]
) -> frozenset[int]:
    """The units whose envelopes, marks and answered count are equal, and not 0."""
    envelopes = Counter(sheet.unit for sheet in sheets)
    return frozenset(
        unit
        for unit, number in envelopes.items()
        if number == marks.get(unit, 0) == counted.get(unit, 0)
    )


def is_whole(
    sheets: Sequence[AnswerSheet], marks: Mapping[int, int], counted: Mapping[int, int]
) -> bool:
    """Whether the three are equal in every unit."""
    units = {sheet.unit for sheet in sheets} | {
        unit for numbers in (marks, counted) for unit, number in numbers.items() if number
    }
    return units == whole_units(sheets, marks, counted)


def marks_per_unit(connection: Connection, period: str, key: RoundKey) -> Counter[int]:
    """How many ballots of each unit carry the mark of an answer; no other row counts."""
    macs = BallotMac.of(key.code_key, period)
    rows = connection.execute(
        select(ballot.c.fingerprint, ballot.c.unit, ballot.c.edition, ballot.c.mac).where(
            ballot.c.period == period, ballot.c.spent
        )
    )
    answered: Counter[int] = Counter()
    for row in rows:
        own = BallotRow(row.fingerprint, row.unit, row.edition)
        answered[row.unit] += row.mac == macs.mac(own, BallotState.ANSWERED)
    return answered
