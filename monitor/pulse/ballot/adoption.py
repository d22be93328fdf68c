"""Signing a ballot box that is not signed yet: once, for a round that an earlier version opened.

Such a round has no counts beside its key, and its ballots no codes that authenticate them. They
are taken as they are, once: the envelopes are opened in memory, those of a format that can be
forged are sealed anew, and as many spent ballots of a unit are marked as answered as it has
envelopes. That it was done stands in the key folder: nobody who can write in the store alone can
have it done again.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, select, update

from monitor.context import AppContext
from monitor.errors import RoundRefused
from monitor.locale.formats import Month
from monitor.pulse.ballot import envelope as envelopes
from monitor.pulse.ballot import round_keys
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.ballot.ballot_mac import BallotMac, BallotRow, BallotState
from monitor.pulse.ballot.envelope import AnswerSheet, DamagedEnvelope, EnvelopeOpener, RoundKey
from monitor.pulse.rounds import questionnaires, rounds
from monitor.pulse.rounds.rounds import UNDER_WAY, Round
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import ballot, ballot_batch, envelope, round_unit

_sign = (
    update(ballot)
    .where(ballot.c.period == bindparam("in_period"), ballot.c.fingerprint == bindparam("of"))
    .values(mac=bindparam("new_mac"))
)
_PREFERENCE = {BallotState.ANSWERED: 0, None: 1, BallotState.UNSPENT: 2, BallotState.VOIDED: 3}
"""Which spent ballots are taken as answered first, by what their code said until now."""


def ensure(context: AppContext, period: str) -> None:
    """Adopt the box of `period` where there is one to adopt, and this process has its key."""
    with reading(context.engine) as connection:
        round_ = rounds.find_if_any(connection, period)
    if round_ is None or round_.status not in UNDER_WAY:
        return
    key = round_keys.load_key(context.keys, round_.public_key or b"")
    if key is not None and not AnsweredCounts.of(context.keys, key).exist:
        adopt(context, period)


def ensure_open(context: AppContext) -> None:
    """As `ensure`, for every round under way."""
    for round_ in rounds.all_rounds(context.engine):
        ensure(context, round_.period)


def lost_signatures(context: AppContext, round_: Round) -> bool:
    """Whether the box was signed, and none of its ballots is: an earlier version wrote them."""
    key = round_keys.load_key(context.keys, round_.public_key or b"")
    if key is None or not AnsweredCounts.of(context.keys, key).exist:
        return False
    of_round = select(ballot.c.fingerprint).where(ballot.c.period == round_.period).limit(1)
    with reading(context.engine) as connection:
        issued = connection.execute(of_round).first() is not None
        signed = connection.execute(of_round.where(ballot.c.mac.is_not(None))).first() is not None
    return issued and not signed


def accept(context: AppContext, period: str, actor: str, now: datetime) -> None:
    """Sign the box as it is, by hand; it is noted in the audit log.

    Raises
    ------
    RoundRefused
        When the round is unknown or not under way.
    KeyMissing
        When this process does not have its key.
    """
    status = rounds.get(context.engine, period).status
    if status not in UNDER_WAY:
        raise RoundRefused(f"round.is_{status}", period=Month(period))
    adopt(context, period, anew=True)
    with writing(context.engine) as connection:
        audit.note(connection, actor, "round.accept_box", period, now)


def adopt(context: AppContext, period: str, *, anew: bool = False) -> None:
    """Sign the box as it is, unless that was done before.

    With `anew` also then: by an operator, who has put back a backup or gone back to an earlier
    version. Several processes may do it at once, and it may be repeated after a crash.

    Raises
    ------
    RoundRefused
        When the round is unknown.
    KeyMissing
        When this process does not have its key.
    """
    with writing(context.engine) as connection:
        round_ = rounds.lock(connection, period)
        if round_.status not in UNDER_WAY:
            return
        key = rounds.key_of(context.keys, round_)
        counts = AnsweredCounts.of(context.keys, key)
        if counts.exist and not anew:
            return
        # Under the lock: nobody counts meanwhile. What is left of counts that were given up goes
        # too; should another process have adopted the same box just now, it is done over.
        counts.destroy()
        answered = _adopt_envelopes(connection, round_, key)
        _sign_ballots(connection, round_, key, answered)
        connection.execute(delete(ballot_batch).where(ballot_batch.c.period == period))
        units = _units(connection, period)
    per_unit: Counter[int] = Counter()
    for (unit, _), number in answered.items():
        per_unit[unit] += number
    counts.create(tuple(per_unit[unit] for unit in range(units)))


def _adopt_envelopes(
    connection: Connection, round_: Round, key: RoundKey
) -> Counter[tuple[int, int]]:
    """Seal anew what can be forged; returns the sheets per unit and number of replacements."""
    opener = EnvelopeOpener.of(key)
    questions = len(questionnaires.load(connection, round_.questionnaire).questions)
    units = _units(connection, round_.period)
    rows = connection.execute(
        select(envelope.c.id, envelope.c.sealed).where(envelope.c.period == round_.period)
    ).all()
    answered: Counter[tuple[int, int]] = Counter()
    counted: set[bytes] = set()
    for row in rows:
        sheet = _open(opener, row.sealed)
        if sheet is None or sheet.unit >= units or len(sheet.answers) != questions:
            continue
        if row.sealed not in counted:
            answered[sheet.unit, sheet.replacements] += 1
            counted.add(row.sealed)
            if not opener.opens(row.sealed):
                sealed = envelopes.seal_answer_sheet(key.public, key.code_key, sheet)
                connection.execute(
                    update(envelope).where(envelope.c.id == row.id).values(sealed=sealed)
                )
    return answered


def _sign_ballots(
    connection: Connection, round_: Round, key: RoundKey, answered: Counter[tuple[int, int]]
) -> None:
    macs = BallotMac.of(key.code_key, round_.period)
    rows = connection.execute(select(ballot).where(ballot.c.period == round_.period)).all()
    spent: dict[tuple[int, int], list[Row[Any]]] = defaultdict(list)
    states: dict[bytes, BallotState] = {}
    for row in rows:
        if row.spent:
            spent[row.unit, row.edition].append(row)
        else:
            states[row.fingerprint] = BallotState.UNSPENT
    for group, members in spent.items():
        for place, row in enumerate(_likeliest_first(members, macs)):
            is_answered = place < answered[group]
            states[row.fingerprint] = BallotState.ANSWERED if is_answered else BallotState.VOIDED
    if rows:
        signed = [
            {
                "in_period": round_.period,
                "of": row.fingerprint,
                "new_mac": macs.mac(_row(row), states[row.fingerprint]),
            }
            for row in rows
        ]
        connection.execute(_sign, signed)


def _likeliest_first(rows: list[Row[Any]], macs: BallotMac) -> Sequence[Row[Any]]:
    """Those that carry the mark of an answer first, the rest in an order drawn by lot."""
    secrets.SystemRandom().shuffle(rows)
    return sorted(rows, key=lambda row: _PREFERENCE[macs.state(_row(row), row.mac)])


def _row(row: Row[Any]) -> BallotRow:
    return BallotRow(row.fingerprint, row.unit, row.edition)


def _open(opener: EnvelopeOpener, sealed: bytes) -> AnswerSheet | None:
    try:
        return opener.open_of_any_format(sealed)
    except DamagedEnvelope:
        return None


def _units(connection: Connection, period: str) -> int:
    query = select(func.count()).select_from(round_unit).where(round_unit.c.period == period)
    return connection.execute(query).scalar_one()
