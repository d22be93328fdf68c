"""What an invitation code opens: the sheet of its round, and the slot it may go in by.

Several people are helped with one look at the store; a code that opens nothing concerns nobody
else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from monitor.context import AppContext
from monitor.errors import CodeClosed, CodeMalformed, CodeRefused, CodeUnknown, KeyMissing
from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.invitations import codes
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.store.engine import reading
from monitor.store.tables import ballot, survey_round

_round = select(survey_round).where(survey_round.c.period == bindparam("p"))
_ballots = select(ballot.c.fingerprint, ballot.c.unit, ballot.c.edition).where(
    ballot.c.period == bindparam("p"),
    ballot.c.fingerprint.in_(bindparam("marks", expanding=True)),
)
_questionnaires: dict[str, Questionnaire] = {}


@dataclass(frozen=True, slots=True)
class InvitedSheet:
    """What a code shows: the round and its questions."""

    round: Round
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class BallotSlot:
    """Where a sheet goes in: for as long as one request lasts, never kept."""

    round: Round
    mark: bytes = field(repr=False)
    code_key: bytes = field(repr=False)
    unit: int
    edition: int
    questions: int


Found = tuple[InvitedSheet, BallotSlot] | CodeRefused | KeyMissing
"""What a code opens, or why it opens nothing."""


def open_sheet(context: AppContext, typed: str) -> InvitedSheet:
    """The sheet a code opens. Whether it was used is not told here: that is for `submit` only.

    Raises
    ------
    CodeMalformed, CodeUnknown, CodeClosed
        When it opens none.
    KeyMissing
        When this process cannot look codes up.
    """
    return find_slot(context, typed)[0]


def find_slot(context: AppContext, typed: str) -> tuple[InvitedSheet, BallotSlot]:
    """As `open_sheet`, with the slot for `ballot_box.drop`."""
    (found,) = find(context, [typed])
    if isinstance(found, CodeRefused | KeyMissing):
        raise found
    return found


def find(context: AppContext, typed: Sequence[str]) -> list[Found]:
    """As `find_one`, for several people, with the slots for `ballot_box.drop`."""
    parsed = [_parse(each) for each in typed]
    asked: dict[str, list[str]] = defaultdict(list)
    for code in parsed:
        if isinstance(code, codes.Code):
            asked[code.period].append(code.text)
    found: dict[str, Found] = {}
    for period, texts in asked.items():
        found.update(_find_all(context, period, texts))
    return [code if isinstance(code, CodeMalformed) else found[code.text] for code in parsed]


def find_round(connection: Connection, period: str) -> Round:
    """The round of `period`, if it is open; CodeUnknown or CodeClosed if it is not."""
    row = connection.execute(_round, {"p": period}).first()
    if row is None:
        raise CodeUnknown("code.unknown")
    found = rounds.from_row(row)
    if found.status is RoundStatus.ABANDONED:
        raise CodeClosed("code.abandoned")
    if found.status is not RoundStatus.OPEN:
        raise CodeClosed("code.closed")
    return found


def _parse(typed: str) -> codes.Code | CodeMalformed:
    try:
        return codes.parse(typed)
    except CodeMalformed as refusal:
        return refusal


def _find_all(context: AppContext, period: str, texts: Collection[str]) -> dict[str, Found]:
    with reading(context.engine) as connection:
        found = _find_in(context, connection, period, texts)
    lost = [text for text, each in found.items() if isinstance(each, CodeUnknown | KeyMissing)]
    if lost:
        # The round may have closed between one statement and the next: then that is the reason.
        with reading(context.engine) as connection:
            try:
                find_round(connection, period)
            except CodeRefused as refusal:
                found.update(dict.fromkeys(lost, refusal))
    return found


def _find_in(
    context: AppContext, connection: Connection, period: str, texts: Collection[str]
) -> dict[str, Found]:
    """What the codes `texts` of one round open."""
    try:
        found = find_round(connection, period)
        code_key = _key(context, found).code_key
    except (CodeRefused, KeyMissing) as refusal:
        return dict.fromkeys(texts, refusal)
    asked = _questionnaire(connection, found.questionnaire)
    sheet = InvitedSheet(found, asked)
    marks = {text: envelope.fingerprint(code_key, text) for text in texts}
    known = connection.execute(_ballots, {"p": period, "marks": sorted(marks.values())})
    slots = {
        row.fingerprint: BallotSlot(
            found, row.fingerprint, code_key, row.unit, row.edition, len(asked.questions)
        )
        for row in known
    }
    return {
        text: (sheet, slots[mark]) if mark in slots else CodeUnknown("code.unknown")
        for text, mark in marks.items()
    }


def _key(context: AppContext, found: Round) -> RoundKey:
    try:
        return rounds.key_of(context.keys, found)
    except KeyMissing:
        raise KeyMissing("code.key_missing") from None


def _questionnaire(connection: Connection, digest: str) -> Questionnaire:
    """The questionnaire; a digest names its content, so a copy in memory is never stale."""
    if digest not in _questionnaires:
        _questionnaires[digest] = rounds.questionnaire_of(connection, digest)
    return _questionnaires[digest]
