"""The ballot box: a code opens one answer sheet, and the sheet goes in as an envelope.

A code is spent and its envelope stored in one transaction: both, or neither. The store then holds
codes beside ciphertext, and nothing that says which belongs to which answer. In the same step the
code's row is marked as answered (`ballot_mac`), and the unit's count in the key folder goes up
(`answered_counts`); at the close the three must agree.

Sheets that arrive at the same moment share one transaction. Everybody gets a result only after it
has been committed, and a code that is refused does not affect the others. To a thief of the
write-ahead log they are one group: codes in one order, envelopes in another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from monitor.context import AppContext
from monitor.errors import CodeRefused, InputRefused, Refusal, StoreBusy
from monitor.pulse.ballot import batch_settlement, casting
from monitor.pulse.ballot import envelope as envelopes
from monitor.pulse.ballot.casting import SealedSheet
from monitor.pulse.ballot.code_lookup import (
    BallotSlot,
    InvitedSheet,
    LookupResult,
    look_up,
)
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds.rounds import Round


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
    (lookup,) = look_up(context, [typed])
    if isinstance(lookup, Refusal):
        raise lookup
    sheet, _ = lookup
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
    (refusal,) = submit_all(context, [(typed, answers)])
    if refusal is not None:
        raise refusal


def submit_all(
    context: AppContext, sheets: Sequence[tuple[str, Sequence[int]]]
) -> list[Refusal | None]:
    """As `submit`, for several codes in one transaction.

    Returns per code why it was refused, or None when its sheet is in the box. Raises InputRefused
    and StoreBusy; then nothing has changed for anybody.
    """
    lookups = look_up(context, [typed for typed, _ in sheets])
    results: list[Refusal | None] = [
        lookup if isinstance(lookup, Refusal) else None for lookup in lookups
    ]
    ready = {
        position: (lookup[1], answers)
        for position, (lookup, (_, answers)) in enumerate(zip(lookups, sheets, strict=True))
        if not isinstance(lookup, Refusal)
    }
    refusals = submit_sheets(context, tuple(ready.values())) if ready else ()
    for position, refusal in zip(ready, refusals, strict=True):
        results[position] = refusal
    return results


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
    sealed_of: dict[Round, dict[int, SealedSheet]] = defaultdict(dict)
    for position, (slot, answers) in enumerate(sheets):
        sealed_of[slot.round][position] = SealedSheet(slot, _seal(slot, answers))
    try:
        return casting.cast(context, sealed_of, len(sheets))
    except StoreBusy:
        for round_ in sealed_of:
            with suppress(StoreBusy):  # then it is done within a minute
                batch_settlement.settle(context, round_)
        raise


def _seal(slot: BallotSlot, answers: Sequence[int]) -> bytes:
    if len(answers) != slot.questions or any(answer not in range(6) for answer in answers):
        raise InputRefused("sheet.answers")
    assert slot.round.public_key is not None  # only rounds imported from earlier surveys have none
    sheet = AnswerSheet(slot.unit, tuple(answers), slot.replacements)
    return envelopes.seal_answer_sheet(slot.round.public_key, slot.key.code_key, sheet)
