"""A ballot box that is not signed yet is signed once, as it is; by hand also later."""

from __future__ import annotations

import struct
from collections import Counter
from datetime import datetime

import pytest
from nacl.public import PublicKey, SealedBox
from sqlalchemy import select, update

from monitor.context import AppContext
from monitor.errors import CodeRefused, RoundRefused
from monitor.operations import doctor
from monitor.pulse.ballot import adoption, ballot_box
from monitor.pulse.ballot.answered_counts import AnsweredCounts
from monitor.pulse.ballot.ballot_mac import BallotMac, BallotRow, BallotState
from monitor.pulse.ballot.envelope import CONTENT_BYTES, EnvelopeOpener
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.invitations import issue
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading, writing
from monitor.store.tables import ballot, envelope
from tests.pulse.conftest import PERIOD, Sheet, codes_for


def counts_of(context: AppContext) -> AnsweredCounts:
    key = rounds.key_of(context.keys, rounds.get(context.engine, PERIOD))
    return AnsweredCounts.of(context.keys, key)


def unsign(context: AppContext, *, counts: bool = True) -> None:
    """As an earlier version leaves a box: with `counts` one that never knew of them."""
    with writing(context.engine) as connection:
        connection.execute(update(ballot).values(mac=None))
    if counts:
        counts_of(context).destroy()


def seal_in_the_first_format(context: AppContext) -> None:
    """As the first version sealed the sheets: without a code, so that anybody could forge them."""
    key = rounds.key_of(context.keys, rounds.get(context.engine, PERIOD))
    with writing(context.engine) as connection:
        for row in connection.execute(select(envelope)).all():
            sheet = EnvelopeOpener.of(key).open(row.sealed)
            head = struct.pack(">BIB", 1, sheet.unit, len(sheet.answers))
            content = (head + bytes(sheet.answers)).ljust(CONTENT_BYTES, b"\0")
            sealed = SealedBox(PublicKey(key.public)).encrypt(content)
            connection.execute(
                update(envelope).where(envelope.c.id == row.id).values(sealed=sealed)
            )


def named_by_doctor(context: AppContext, now: datetime) -> bool:
    findings = doctor.examine(context.settings, now)
    return "doctor.ballots_unsigned" in {finding.key for finding in findings}


def states(context: AppContext) -> Counter[BallotState | None]:
    key = rounds.key_of(context.keys, rounds.get(context.engine, PERIOD))
    macs = BallotMac.of(key.code_key, PERIOD)
    with reading(context.engine) as connection:
        rows = connection.execute(select(ballot)).all()
    return Counter(macs.state(BallotRow(r.fingerprint, r.unit, r.edition), r.mac) for r in rows)


@pytest.fixture
def codes(context: AppContext, open_period: str, sheet: Sheet, now: datetime) -> list[str]:
    """Six who answered, three whose codes were replaced, and the nine new codes."""
    first = codes_for(context, open_period, now, wmo_oost=9)["wmo-oost"]
    for code in first[:6]:
        ballot_box.submit(context, code, sheet(4))
    return [i.code for i in issue.replace(context, open_period, {"wmo-oost": 9}, "test", now)]


@pytest.mark.slow
def test_a_box_of_an_earlier_version_is_signed_when_it_is_first_used(
    context: AppContext, codes: list[str], sheet: Sheet, now: datetime
) -> None:
    seal_in_the_first_format(context)
    unsign(context)
    assert not adoption.lost_signatures(context, rounds.get(context.engine, PERIOD))

    ballot_box.submit(context, codes[0], sheet(4))

    answered, voided, unspent = BallotState.ANSWERED, BallotState.VOIDED, BallotState.UNSPENT
    assert states(context) == {answered: 7, voided: 3, unspent: 8}
    assert not named_by_doctor(context, now)
    result = closing.close(context, PERIOD, "test", now)
    assert (result.damaged, result.incomplete) == (False, False)
    release = sealed_store.load(context.engine, PERIOD).release
    assert int(release.n[release.row_of["wmo-oost"]].max()) == 7


@pytest.mark.parametrize("first", ["close", "invite", "start"])
def test_whatever_comes_first_signs_it(
    context: AppContext, codes: list[str], now: datetime, first: str
) -> None:
    unsign(context)
    if first == "close":
        assert not closing.close(context, PERIOD, "test", now).incomplete
        return
    if first == "invite":
        codes_for(context, PERIOD, now, jeugd_noord=3)
    else:
        adoption.ensure_open(context)
    assert None not in states(context)
    assert not closing.close(context, PERIOD, "test", now).incomplete


@pytest.mark.slow
def test_a_signed_box_is_never_signed_again_by_itself(
    context: AppContext, codes: list[str], sheet: Sheet, now: datetime
) -> None:
    unsign(context, counts=False)

    adoption.ensure_open(context)

    with pytest.raises(CodeRefused):
        ballot_box.submit(context, codes[0], sheet(4))
    assert named_by_doctor(context, now)

    adoption.accept(context, PERIOD, "cli", now)  # by hand, after a rollback

    ballot_box.submit(context, codes[0], sheet(4))
    assert not named_by_doctor(context, now)
    assert not closing.close(context, PERIOD, "test", now).incomplete
    with pytest.raises(RoundRefused, match="is_sealed"):
        adoption.accept(context, PERIOD, "cli", now)


def test_an_envelope_that_nobody_can_open_does_not_keep_the_box_unsigned(
    context: AppContext, codes: list[str], now: datetime
) -> None:
    unsign(context)
    with writing(context.engine) as connection:
        first_id = select(envelope.c.id).limit(1).scalar_subquery()
        connection.execute(update(envelope).where(envelope.c.id == first_id).values(sealed=b"torn"))

    adoption.ensure_open(context)

    assert states(context)[BallotState.ANSWERED] == 6 - 1
    assert closing.close(context, PERIOD, "test", now).damaged


def test_more_envelopes_than_spent_ballots_are_left_out(
    context: AppContext, codes: list[str], now: datetime
) -> None:
    unsign(context)
    with writing(context.engine) as connection:
        spent = connection.scalars(select(ballot.c.fingerprint).where(ballot.c.spent)).all()
        connection.execute(
            update(ballot).where(ballot.c.fingerprint.in_(spent[:5])).values(spent=False)
        )

    assert closing.close(context, PERIOD, "test", now).incomplete
    with reading(context.engine) as connection:
        assert connection.execute(select(envelope)).all() == []
