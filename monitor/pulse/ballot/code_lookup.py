"""Looking up invitation codes: the sheet that each opens, and the ballot it may spend.

The codes of several people are looked up with one query per round; a code that is refused does
not affect the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, select

from monitor.context import AppContext
from monitor.errors import CodeClosed, CodeMalformed, CodeRefused, CodeUnknown, KeyMissing
from monitor.pulse.ballot import adoption, envelope, round_keys
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.ballot.ballot_mac import BallotMac, BallotRow
from monitor.pulse.ballot.envelope import RoundKey
from monitor.pulse.invitations import codes
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import questionnaires, rounds
from monitor.pulse.rounds.rounds import Round, RoundStatus
from monitor.store.engine import reading
from monitor.store.tables import ballot

_ballots = select(ballot.c.fingerprint, ballot.c.unit, ballot.c.edition, ballot.c.mac).where(
    ballot.c.period == bindparam("period"),
    ballot.c.fingerprint.in_(bindparam("fingerprints", expanding=True)),
)
_questionnaires: dict[str, Questionnaire] = {}


@dataclass(frozen=True, slots=True)
class InvitedSheet:
    """What a code shows: the round and its questions."""

    round: Round
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class BallotSlot:
    """What a code needs to be spent. Lasts for one request and is never stored."""

    round: Round
    key: RoundKey = field(repr=False)
    fingerprint: bytes = field(repr=False)
    unit: int
    replacements: int
    questions: int
    """How many questions the sheet has."""

    @property
    def row(self) -> BallotRow:
        """What the code that authenticates the ballot is over."""
        return BallotRow(self.fingerprint, self.unit, self.replacements)


LookupResult = tuple[InvitedSheet, BallotSlot] | CodeRefused | KeyMissing
"""What a code opens, or why it opens nothing. Whether it was used is not part of it."""


def look_up(context: AppContext, typed: Sequence[str]) -> list[LookupResult]:
    """Look up codes as typed; the results are in the same order."""
    parsed = [_parse(text) for text in typed]
    codes_of: dict[str, list[str]] = defaultdict(list)
    for code in parsed:
        if isinstance(code, codes.Code):
            codes_of[code.period].append(code.text)
    results: dict[str, LookupResult] = {}
    for period, texts in codes_of.items():
        results.update(_look_up_in(context, period, texts))
    return [code if isinstance(code, CodeMalformed) else results[code.text] for code in parsed]


def check_open(connection: Connection, period: str) -> Round:
    """The round of `period`, which must be open; CodeUnknown or CodeClosed when it is not."""
    round_ = rounds.find_if_any(connection, period)
    if round_ is None:
        raise CodeUnknown("code.unknown")
    if round_.status is RoundStatus.ABANDONED:
        raise CodeClosed("code.abandoned")
    if round_.status is not RoundStatus.OPEN:
        raise CodeClosed("code.closed")
    return round_


def _parse(typed: str) -> codes.Code | CodeMalformed:
    try:
        return codes.parse(typed)
    except CodeMalformed as refusal:
        return refusal


def _look_up_in(
    context: AppContext, period: str, texts: Collection[str]
) -> dict[str, LookupResult]:
    results = _read_in(context, period, texts)
    lost = [
        text for text, result in results.items() if isinstance(result, CodeUnknown | KeyMissing)
    ]
    if lost:
        # The round may have closed between two statements: then that is the reason to give.
        with reading(context.engine) as connection:
            try:
                check_open(connection, period)
            except CodeRefused as refusal:
                results.update(dict.fromkeys(lost, refusal))
    return results


def _read_in(context: AppContext, period: str, texts: Collection[str]) -> dict[str, LookupResult]:
    with reading(context.engine) as connection:
        results = _read(context, connection, period, texts)
    if results is not None:
        return results
    adoption.adopt(context, period)
    with reading(context.engine) as connection:
        return _read(context, connection, period, texts) or dict.fromkeys(
            texts, CodeUnknown("code.unknown")
        )


def _read(
    context: AppContext, connection: Connection, period: str, texts: Collection[str]
) -> dict[str, LookupResult] | None:
    """What the codes open; None when the round's ballots are not signed yet."""
    try:
        round_ = check_open(connection, period)
    except CodeRefused as refusal:
        return dict.fromkeys(texts, refusal)
    key = round_keys.load_key(context.keys, round_.public_key or b"")
    if key is None:
        return dict.fromkeys(texts, KeyMissing("code.key_missing"))
    if not AnsweredCounts.of(context.keys, key).exist:
        return None
    sheet = InvitedSheet(round_, _questionnaire(connection, round_.questionnaire))
    questions = len(sheet.questionnaire.questions)
    fingerprints = {text: envelope.fingerprint(key.code_key, text) for text in texts}
    rows = connection.execute(
        _ballots, {"period": period, "fingerprints": sorted(fingerprints.values())}
    )
    macs = BallotMac.of(key.code_key, period)
    slots = {
        row.fingerprint: BallotSlot(round_, key, row.fingerprint, row.unit, row.edition, questions)
        for row in rows
        # Changed by somebody without the key: it is no ballot of this round.
        if macs.state(BallotRow(row.fingerprint, row.unit, row.edition), row.mac) is not None
    }
    return {
        text: (sheet, slots[fingerprint]) if fingerprint in slots else CodeUnknown("code.unknown")
        for text, fingerprint in fingerprints.items()
    }


def _questionnaire(connection: Connection, digest: str) -> Questionnaire:
    """The questionnaire, cached: a digest names its content, so no entry can go stale."""
    if digest not in _questionnaires:
        _questionnaires[digest] = questionnaires.load(connection, digest)
    return _questionnaires[digest]
