"""The ballot box: a code opens one answer sheet; the sheet goes in as an envelope.

``submit`` is one transaction: the code is spent and the envelope is in the box, or neither. The
store then holds codes beside ciphertext, and nothing that says which belongs to which answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from monitor.errors import CodeClosed, CodeSpent, CodeUnknown, InputRefused, KeyMissing
from monitor.pulse import codes, rounds
from monitor.pulse import envelope as envelopes
from monitor.pulse.codes import Code
from monitor.pulse.envelope import RoundKey, Sheet
from monitor.pulse.rounds import Round, RoundStatus
from monitor.questionnaire import Questionnaire
from monitor.store import locks
from monitor.store.engine import reading, writing
from monitor.store.tables import ballot, envelope, survey_round
from monitor.wiring import House

_round = select(survey_round).where(survey_round.c.period == bindparam("p"))
_ballot = select(ballot.c.unit, ballot.c.edition).where(
    ballot.c.period == bindparam("p"), ballot.c.fingerprint == bindparam("f")
)
# One statement spends the code if, at this very moment, it is unspent and its round is open.
_spend = (
    update(ballot)
    .where(
        ballot.c.period == bindparam("p"),
        ballot.c.fingerprint == bindparam("f"),
        ballot.c.spent == bindparam("unspent", False),
        exists().where(
            survey_round.c.period == bindparam("p"),
            survey_round.c.status == bindparam("open", RoundStatus.OPEN.value),
            survey_round.c.public_key == bindparam("k"),
        ),
    )
    .values(spent=True)
)
_drop = insert(envelope)
_questionnaires: dict[str, Questionnaire] = {}


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """What a code shows: the round and its questions."""

    round: Round
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a sheet goes in: for as long as one request lasts, never kept."""

    round: Round
    mark: bytes = field(repr=False)
    code_key: bytes = field(repr=False)
    unit: int
    edition: int
    questions: int


def open_sheet(house: House, typed: str) -> OpenSheet:
    """The sheet a code opens. Whether it was used is not told here: that is for `submit` only.

    Raises
    ------
    CodeMalformed, CodeUnknown, CodeClosed
        When it opens none.
    KeyMissing
        When this process cannot look codes up.
    """
    return find(house, typed)[0]


def find(house: House, typed: str) -> tuple[OpenSheet, Slot]:
    """As `open_sheet`, with the slot for `drop`: for who goes on to send it."""
    code = codes.parse(typed)
    try:
        return _find(house, code)
    except (CodeUnknown, KeyMissing):
        # The round may have closed between one statement and the next: then that is the reason.
        with reading(house.engine) as connection:
            _find_round(connection, code.period)
        raise


def _find(house: House, code: Code) -> tuple[OpenSheet, Slot]:
    with reading(house.engine) as connection:
        found = _find_round(connection, code.period)
        code_key = _key(house, found).code_key
        mark = envelopes.fingerprint(code_key, code.text)
        row = connection.execute(_ballot, {"p": code.period, "f": mark}).first()
        if row is None:
            raise CodeUnknown("code.unknown")
        asked = _questionnaire(connection, found.questionnaire)
    slot = Slot(found, mark, code_key, row.unit, row.edition, len(asked.questions))
    return OpenSheet(found, asked), slot


def submit(house: House, typed: str, answers: Sequence[int]) -> None:
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
    drop(house, find(house, typed)[1], answers)


def drop(house: House, slot: Slot, answers: Sequence[int]) -> None:
    """The second half of `submit`; raises CodeClosed, CodeSpent, InputRefused and StoreBusy."""
    if len(answers) != slot.questions or any(answer not in range(6) for answer in answers):
        raise InputRefused("sheet.answers")
    period, public = slot.round.period, slot.round.public_key
    assert public is not None
    sheet = Sheet(slot.unit, tuple(answers), slot.edition)
    sealed = envelopes.close_envelope(public, slot.code_key, sheet)
    with writing(house.engine) as connection:
        # The round stays open until this transaction ends, so that no envelope misses the count.
        locks.together(connection, rounds.lock_name(period))
        spent = connection.execute(_spend, {"p": period, "f": slot.mark, "k": public})
        if spent.rowcount != 1:
            _find_round(connection, period)
            raise CodeSpent("code.spent")
        connection.execute(
            _drop, {"id": secrets.token_bytes(16), "period": period, "sealed": sealed}
        )


def _find_round(connection: Connection, period: str) -> Round:
    row = connection.execute(_round, {"p": period}).first()
    if row is None:
        raise CodeUnknown("code.unknown")
    found = rounds.from_row(row)
    if found.status is RoundStatus.ABANDONED:
        raise CodeClosed("code.abandoned")
    if found.status is not RoundStatus.OPEN:
        raise CodeClosed("code.closed")
    return found


def _key(house: House, found: Round) -> RoundKey:
    try:
        return rounds.key_of(house.keys, found)
    except KeyMissing:
        raise KeyMissing("code.key_missing") from None


def _questionnaire(connection: Connection, digest: str) -> Questionnaire:
    """The questionnaire; a digest names its content, so a copy in memory is never stale."""
    if digest not in _questionnaires:
        _questionnaires[digest] = rounds.asked(connection, digest)
    return _questionnaires[digest]
