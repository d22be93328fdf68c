"""The ballot box: a code opens one answer sheet, and the sheet goes in as an envelope.

A code is spent and its envelope stored in one transaction: both, or neither. The store then holds
codes beside ciphertext, and nothing that says which belongs to which answer.

Sheets that arrive at the same moment share one transaction. Everybody gets a result only after it
has been committed, and a code that is refused does not affect the others. To a thief of the
write-ahead log they are one group: codes in one order, envelopes in another.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection, bindparam, exists, insert, update

from monitor.context import AppContext
from monitor.errors import CodeRefused, CodeSpent, InputRefused, Refusal
from monitor.pulse.ballot import envelope as envelopes
from monitor.pulse.ballot.code_lookup import (
    BallotSlot,
    InvitedSheet,
    LookupResult,
    check_open,
    look_up,
)
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.questionnaire import Questionnaire
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
_store = insert(envelope)


class AnswerForm(Protocol):
    """A form that somebody filled in."""

    @property
    def answers(self) -> Sequence[int]:
        """1..5 per question in the questionnaire's order, 0 for none."""

    @property
    def may_be_submitted(self) -> bool:
        """Whether the answers go into the box, or the form back to the person."""


Form = TypeVar("Form", bound=AnswerForm)
ReadForm = Callable[[Questionnaire], Form]
"""Reads what somebody filled in, given the questions of their round."""


@dataclass(frozen=True, slots=True)
class Submission(Generic[Form]):
    """A form and its sheet: in the box when the form may be submitted and the store took it."""

    sheet: InvitedSheet
    form: Form
    store_busy: bool = False


def open_sheet(context: AppContext, typed: str) -> InvitedSheet:
    """The sheet a code opens. Whether the code was used shows in `submit` only.

    Raises
    ------
    CodeMalformed, CodeUnknown, CodeClosed
        When it opens none.
    KeyMissing
        When this process cannot look codes up.
    """
    sheet, _ = _look_up_one(context, typed)
    return sheet


def submit(context: AppContext, typed: str, answers: Sequence[int]) -> None:
    """Spend the code and put the answers in the box: 1..5, or 0 for none, in order.

    Raises
    ------
    CodeMalformed, CodeUnknown, CodeClosed, CodeSpent
        When the code does not (any longer) open a sheet; nothing has changed.
    InputRefused
        When the answers do not fit the round's questionnaire.
    KeyMissing, StoreBusy
        When it cannot be done now.
    """
    _, slot = _look_up_one(context, typed)
    (refusal,) = submit_sheets(context, [(slot, answers)])
    if refusal is not None:
        raise refusal


def submit_forms(
    context: AppContext, forms: Sequence[tuple[LookupResult, ReadForm[Form]]]
) -> list[Submission[Form] | Refusal]:
    """Read the forms of codes that were looked up, and submit those that may be.

    Raises
    ------
    StoreBusy
        When the store does not answer; nothing has changed for anybody.
    """
    results: list[Submission[Form] | Refusal] = []
    ready: dict[int, tuple[BallotSlot, Sequence[int]]] = {}
    for position, (lookup, read_form) in enumerate(forms):
        if isinstance(lookup, Refusal):
            results.append(lookup)
            continue
        sheet, slot = lookup
        form = read_form(sheet.questionnaire)
        if form.may_be_submitted:
            ready[position] = slot, form.answers
        results.append(Submission(sheet, form))
    refusals = submit_sheets(context, tuple(ready.values())) if ready else ()
    for position, refusal in zip(ready, refusals, strict=True):
        results[position] = refusal or results[position]
    return results


def submit_sheets(
    context: AppContext, sheets: Sequence[tuple[BallotSlot, Sequence[int]]]
) -> list[CodeRefused | None]:
    """Submit the answers of several people in one transaction.

    Returns per sheet why its code was refused, or None when it is in the box. Raises InputRefused
    and StoreBusy; then nothing has changed for anybody.
    """
    envelopes_of: dict[Round, dict[int, tuple[bytes, bytes]]] = defaultdict(dict)
    for position, (slot, answers) in enumerate(sheets):
        envelopes_of[slot.round][position] = slot.fingerprint, _seal(slot, answers)
    results: list[CodeRefused | None] = [None] * len(sheets)
    with writing(context.engine) as connection:
        for round_, entries in envelopes_of.items():
            # Open until this transaction ends, so that no envelope misses the count.
            locks.shared(connection, round_.lock_name)
            for position in _spend_and_store(connection, round_, entries):
                results[position] = _why_refused(connection, round_.period)
    return results


def _look_up_one(context: AppContext, typed: str) -> tuple[InvitedSheet, BallotSlot]:
    (lookup,) = look_up(context, [typed])
    if isinstance(lookup, Refusal):
        raise lookup
    return lookup


def _seal(slot: BallotSlot, answers: Sequence[int]) -> bytes:
    if len(answers) != slot.questions or any(answer not in range(6) for answer in answers):
        raise InputRefused("sheet.answers")
    assert slot.round.public_key is not None  # only rounds imported from earlier surveys have none
    sheet = AnswerSheet(slot.unit, tuple(answers), slot.replacements)
    return envelopes.seal_answer_sheet(slot.round.public_key, slot.code_key, sheet)


def _spend_and_store(
    connection: Connection, round_: Round, entries: Mapping[int, tuple[bytes, bytes]]
) -> list[int]:
    """Spend codes (fingerprints) and store their envelopes.

    Returns the positions of the codes that could not be spent.
    """
    fingerprints = sorted({fingerprint for fingerprint, _ in entries.values()})
    values = {
        "in_period": round_.period,  # SQLAlchemy keeps the names of columns for itself
        "round_key": round_.public_key,
        "fingerprints": fingerprints,
    }
    spent = set(connection.scalars(_spend, values))
    refused: list[int] = []
    new: dict[bytes, bytes] = {}
    for position, (fingerprint, sealed) in entries.items():
        if fingerprint in spent:
            spent.remove(fingerprint)  # of one code sent twice at once, one sheet counts
            new[secrets.token_bytes(16)] = sealed
        else:
            refused.append(position)
    if new:
        # In the order of their random ids, which has nothing to do with that of the codes.
        rows = [{"id": id_, "period": round_.period, "sealed": new[id_]} for id_ in sorted(new)]
        connection.execute(_store, rows)
    return refused


def _why_refused(connection: Connection, period: str) -> CodeRefused:
    try:
        check_open(connection, period)
    except CodeRefused as refusal:
        return refusal
    return CodeSpent("code.spent")
