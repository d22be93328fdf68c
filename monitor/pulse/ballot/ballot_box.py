"""The ballot box: a code opens one answer sheet; the sheet goes in as an envelope.

Spending a code and dropping its envelope is one transaction: both, or neither. The store then
holds codes beside ciphertext, and nothing that says which belongs to which answer.

People who come at the same moment are helped together: one look at the store, one transaction.
Each is told only after it is in, a code that is refused concerns nobody else, and for a thief of
the write-ahead log they are one heap: codes in one order, envelopes in another.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, exists, insert, update

from monitor.context import AppContext
from monitor.errors import CodeRefused, CodeSpent, InputRefused
from monitor.pulse.ballot import envelope as envelopes
from monitor.pulse.ballot.answer_sheets import BallotSlot, find_round, find_slot, open_sheet
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import locks
from monitor.store.engine import writing
from monitor.store.tables import ballot, envelope, survey_round

__all__ = ["open_sheet", "submit", "submit_batch"]

# One statement spends the codes that, at this very moment, are unspent while their round is open.
_spend = (
    update(ballot)
    .where(
        ballot.c.period == bindparam("p"),
        ballot.c.fingerprint.in_(bindparam("marks", expanding=True)),
        ballot.c.spent == bindparam("unspent", False),
        exists().where(
            survey_round.c.period == bindparam("p"),
            survey_round.c.status == bindparam("open", RoundStatus.OPEN.value),
            survey_round.c.public_key == bindparam("k"),
        ),
    )
    .values(spent=True)
    .returning(ballot.c.fingerprint)
)
_drop = insert(envelope)


def submit(context: AppContext, typed: str, answers: Sequence[int]) -> None:
    """Spend the code and drop the answers in the box: 1..5, or 0 for none, in order.

    Raises
    ------
    CodeMalformed, CodeUnknown, CodeClosed, CodeSpent
        When the code does not (any longer) open a sheet; nothing has changed.
    InputRefused
        When the answers do not fit the round's questionnaire.
    KeyMissing, StoreBusy
        When it cannot be done now.
    """
    _, slot = find_slot(context, typed)
    (refusal,) = submit_batch(context, [(slot, answers)])
    if refusal is not None:
        raise refusal


def submit_batch(
    context: AppContext, sheets: Sequence[tuple[BallotSlot, Sequence[int]]]
) -> list[CodeRefused | None]:
    """The second half of `submit`, for several people in one transaction.

    Returns per sheet why its code was refused, or None: that one is in the box now. Raises
    InputRefused and StoreBusy; then nothing has changed for anybody.
    """
    boxes: dict[tuple[str, bytes], dict[int, tuple[bytes, bytes]]] = defaultdict(dict)
    for place, (slot, answers) in enumerate(sheets):
        public = slot.round.public_key
        assert public is not None
        boxes[slot.round.period, public][place] = slot.mark, _seal(slot, public, answers)
    outcome: list[CodeRefused | None] = [None] * len(sheets)
    with writing(context.engine) as connection:
        for (period, public), given in boxes.items():
            # Open until this transaction ends, so that no envelope misses the count.
            locks.shared(connection, rounds.lock_name(period))
            for place in _take_in(connection, period, public, given):
                outcome[place] = _why_not(connection, period)
    return outcome


def _seal(slot: BallotSlot, public: bytes, answers: Sequence[int]) -> bytes:
    if len(answers) != slot.questions or any(answer not in range(6) for answer in answers):
        raise InputRefused("sheet.answers")
    sheet = AnswerSheet(slot.unit, tuple(answers), slot.edition)
    return envelopes.seal_answer_sheet(public, slot.code_key, sheet)


def _take_in(
    connection: Connection, period: str, public: bytes, given: Mapping[int, tuple[bytes, bytes]]
) -> list[int]:
    """Spend codes and drop their envelopes; the places of those that were not good any more."""
    marks = sorted({mark for mark, _ in given.values()})
    spent = set(connection.scalars(_spend, {"p": period, "marks": marks, "k": public}))
    refused: list[int] = []
    dropped: dict[bytes, bytes] = {}
    for place, (mark, sealed) in given.items():
        if mark in spent:
            spent.remove(mark)  # who sent the same code twice at once is counted once
            dropped[secrets.token_bytes(16)] = sealed
        else:
            refused.append(place)
    if dropped:
        # By their random names: an order that has nothing to do with that of the codes.
        rows = ({"id": name, "period": period, "sealed": dropped[name]} for name in sorted(dropped))
        connection.execute(_drop, list(rows))
    return refused


def _why_not(connection: Connection, period: str) -> CodeRefused:
    try:
        find_round(connection, period)
    except CodeRefused as refusal:
        return refusal
    return CodeSpent("code.spent")
