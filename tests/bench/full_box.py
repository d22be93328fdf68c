"""A round that is open with a ballot box full of sheets, without the requests that brought them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import insert

from monitor.context import AppContext
from monitor.pulse.ballot import envelope
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.ballot.ballot_mac import BallotMac, BallotRow, BallotState
from monitor.pulse.ballot.envelope import AnswerSheet, RoundKey
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import round_units, rounds
from monitor.pulse.rounds.rounds import Round
from monitor.store.engine import writing
from monitor.store.tables import ballot
from monitor.store.tables import envelope as envelope_table


def fill_box(
    context: AppContext,
    period: str,
    questions: Questionnaire,
    sheets: Sequence[AnswerSheet],
    closes: date | None,
    now: datetime,
) -> None:
    """Open a round and put `sheets` in its ballot box."""
    put_in(context, rounds.open_round(context, period, questions, closes, "bench", now), sheets)


def put_in(context: AppContext, survey_round: Round, sheets: Sequence[AnswerSheet]) -> None:
    """Put `sheets` in the ballot box of a round of which no code was made."""
    period = survey_round.period
    assert survey_round.public_key is not None
    key = rounds.key_of(context.keys, survey_round)
    rows = [
        {
            "id": number.to_bytes(16, "big"),
            "period": period,
            "sealed": envelope.seal_answer_sheet(survey_round.public_key, key.code_key, sheet),
        }
        for number, sheet in enumerate(sheets)
    ]
    with writing(context.engine) as connection:
        connection.execute(insert(envelope_table), rows)
        connection.execute(insert(ballot), list(_answered(period, key, sheets)))
        units = len(round_units.frozen_tree(connection, period).units)
    counts = Counter(sheet.unit for sheet in sheets)
    answered = AnsweredCounts.of(context.keys, key)
    answered.destroy()
    answered.create(tuple(counts[unit] for unit in range(units)))


def _answered(
    period: str, key: RoundKey, sheets: Sequence[AnswerSheet]
) -> Iterator[dict[str, object]]:
    """The ballot of each sheet, as it is once somebody answered."""
    macs = BallotMac.of(key.code_key, period)
    for number, sheet in enumerate(sheets):
        row = BallotRow(number.to_bytes(32, "big"), sheet.unit, 0)
        columns = {"period": period, "fingerprint": row.fingerprint, "unit": row.unit}
        mac = macs.mac(row, BallotState.ANSWERED)
        yield columns | {"edition": 0, "spent": True, "mac": mac}
