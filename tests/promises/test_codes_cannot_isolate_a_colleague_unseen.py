"""Codes cannot isolate a colleague unseen.

Somebody who makes the codes can keep some and fill them in himself, until only one colleague is
left among answers he knows. No arithmetic can prevent that, so it must show on the team's page and
in the audit log. Issuing codes again must not make three people count as six, and somebody who
writes in the store must not be able to add answers.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Row, insert, select, update

from monitor.climate.results import results
from monitor.context import AppContext
from monitor.errors import KeyMissing
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box, envelope
from monitor.pulse.ballot.ballot_mac import BallotMac, BallotRow, BallotState
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count import closing
from monitor.pulse.invitations import handout, issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import atom, ballot, survey_round
from monitor.store.tables import envelope as envelope_table
from tests.conftest import NOW
from tests.promises.conftest import CopyOf

PERIOD = "2026-11"
TEAM = "team"
QUESTION = "tijd_om_te_helpen"


@pytest.fixture
def context(copy_of: CopyOf) -> AppContext:
    """An installation with an open round in which nobody is invited yet."""
    return copy_of(_fill)[0]


def _fill(context: AppContext) -> None:
    now = NOW
    units = (Unit("stad", None, "Stad"), Unit(TEAM, "stad", "Team"), Unit("nep", "stad", "Nep"))
    import_tree(context.engine, Tree(units), "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)


@pytest.mark.slow
def test_chaff_isolates_the_last_colleague_and_the_codes_show_it(
    context: AppContext, now: datetime
) -> None:
    """One of a team of six answers, and the maker of the codes fills in five others."""
    codes = _codes(issue.invite(context, PERIOD, {TEAM: 6}, "maker@stad", now))
    _send(context, codes[:1], 2)
    more = _codes(issue.replace(context, PERIOD, {TEAM: 6}, "maker@stad", now))
    _send(context, more[:5], 5)
    closing.close(context, PERIOD, "test", now)

    figures = {f.key: f.value for f in results(context.engine).figures(PERIOD, TEAM)}
    assert figures[QUESTION] == 88  # (5·100 + x) / 6 = 87.5: the colleague said 2
    assert (figures["places"], figures["codes"]) == (6, 12)
    assert ("maker@stad", "round.replace", f"{PERIOD} {TEAM}: 6") in _audit_entries(context)


def test_hiding_chaff_in_a_made_up_unit_shows_there(context: AppContext, now: datetime) -> None:
    counts = {TEAM: 6, "nep": 4}
    invitations = issue.invite(context, PERIOD, counts, "maker@stad", now)
    _send(context, [i.code for i in invitations if i.unit == TEAM][:1], 2)
    _send(context, [i.code for i in invitations if i.unit == "nep"], 5)
    closing.close(context, PERIOD, "test", now)

    released = results(context.engine)
    whole = {f.key: f.value for f in released.figures(PERIOD, "stad")}
    assert whole[QUESTION] == 85  # (4·100 + 25) / 5
    assert {f.key: f.value for f in released.figures(PERIOD, "nep")}["codes"] == 4
    assert ("maker@stad", "round.invite", f"{PERIOD} nep: 4") in _audit_entries(context)


def test_three_people_who_answer_twice_are_not_six(context: AppContext, now: datetime) -> None:
    """New codes go to everybody: people may answer twice, and the box cannot tell."""
    first = _codes(issue.invite(context, PERIOD, {TEAM: 3}, "test", now))
    _send(context, first, 2)
    second = _codes(issue.replace(context, PERIOD, {TEAM: 3}, "test", now))
    _send(context, second, 2)
    closing.close(context, PERIOD, "test", now)

    assert _sealed_counts(context) == []


def test_a_team_whose_codes_were_replaced_is_shown_when_five_surely_answered(
    context: AppContext, now: datetime
) -> None:
    first = _codes(issue.invite(context, PERIOD, {TEAM: 8}, "test", now))
    _send(context, first[:2], 2)
    second = _codes(issue.replace(context, PERIOD, {TEAM: 8}, "test", now))
    _send(context, second[:6], 4)
    closing.close(context, PERIOD, "test", now)

    assert set(_sealed_counts(context)) == {8}


def test_a_spent_and_a_voided_code_cannot_be_told_apart(context: AppContext, now: datetime) -> None:
    codes = _codes(issue.invite(context, PERIOD, {TEAM: 6}, "test", now))
    _send(context, codes[:3], 4)
    issue.replace(context, PERIOD, {TEAM: 6}, "test", now)
    key = rounds.key_of(context.keys, rounds.get(context.engine, PERIOD))
    marks = {envelope.fingerprint(key.code_key, code) for code in codes}

    with reading(context.engine) as connection:
        rows = connection.execute(select(ballot).where(ballot.c.fingerprint.in_(marks))).all()

    own = {"fingerprint", "mac"}
    alike = {tuple(v for k, v in row._mapping.items() if k not in own) for row in rows}
    assert len(rows) == len({row.mac for row in rows}) == 6
    assert {len(row.mac) for row in rows} == {16}
    assert len(alike) == 1
    # The control: the key of the round tells them apart, and any other key tells nothing.
    answered, voided = BallotState.ANSWERED, BallotState.VOIDED
    assert _states(rows, key.code_key) == {answered: 3, voided: 3}
    for stolen in (*marks, *(row.mac * 2 for row in rows), context.secret):
        assert _states(rows, stolen) == {None: 6}


def _states(rows: Sequence[Row[Any]], code_key: bytes) -> Counter[BallotState | None]:
    """What the rows say to who has that key."""
    macs = BallotMac.of(code_key, PERIOD)
    return Counter(
        macs.state(BallotRow(row.fingerprint, row.unit, row.edition), row.mac) for row in rows
    )


def test_envelopes_put_in_the_box_by_who_writes_in_the_store_do_not_count(
    context: AppContext, now: datetime
) -> None:
    """Four forged envelopes and four copies of the real one are added."""
    codes = _codes(issue.invite(context, PERIOD, {TEAM: 6}, "test", now))
    _send(context, codes[:1], 2)
    opened = rounds.get(context.engine, PERIOD)
    assert opened.public_key is not None
    with writing(context.engine) as connection:
        real = connection.execute(select(envelope_table.c.sealed)).scalar_one()
        questions = len(load(context.settings.questionnaire_file).questions)
        forged = [_forged(opened.public_key, AnswerSheet(1, (5,) * questions)) for _ in range(4)]
        for number, sealed in enumerate([*forged, *[real] * 4]):
            row = {"id": bytes([number]) * 16, "period": PERIOD, "sealed": sealed}
            connection.execute(insert(envelope_table).values(row))

    assert closing.close(context, PERIOD, "test", now).damaged
    assert _sealed_counts(context) == []


def test_a_public_key_put_in_the_place_of_the_rounds_own_takes_nothing_in(
    context: AppContext, now: datetime
) -> None:
    (code,) = _codes(issue.invite(context, PERIOD, {TEAM: 1}, "test", now))
    with writing(context.engine) as connection:
        foreign = envelope.new_round_key().public
        connection.execute(update(survey_round).values(public_key=foreign))

    with pytest.raises(KeyMissing):
        _send(context, [code], 4)


def test_a_minimum_lowered_in_the_store_shows_nobody(context: AppContext, now: datetime) -> None:
    codes = _codes(issue.invite(context, PERIOD, {TEAM: 4}, "test", now))
    _send(context, codes, 2)
    with writing(context.engine) as connection:
        connection.execute(update(survey_round).values(minimum=1))
    closing.close(context, PERIOD, "test", now)

    assert _sealed_counts(context) == []


def test_who_of_a_unit_gets_which_code_is_a_matter_of_chance() -> None:
    """The order in which codes are made does not decide who gets which."""
    invitations = tuple(issue.Invitation(TEAM, str(number)) for number in range(4))
    emails = {TEAM: ("a", "b", "c", "d")}
    tries = 2000

    first = Counter(
        email
        for _ in range(tries)
        for invitation, email in handout.assign(invitations, emails)
        if invitation.code == "0"
    )

    # 500 are expected for each; the standard deviation is 19.4, and six of them are 117.
    assert all(abs(count - tries / 4) < 117 for count in first.values())
    assert len(first) == 4


def _codes(invitations: Iterable[issue.Invitation]) -> list[str]:
    codes = [invitation.code for invitation in invitations]
    random.Random(1).shuffle(codes)
    return codes


def _send(context: AppContext, codes: Iterable[str], answer: int) -> None:
    questions = len(load(context.settings.questionnaire_file).questions)
    for code in codes:
        ballot_box.submit(context, code, (answer,) * questions)


def _sealed_counts(context: AppContext) -> list[int]:
    with reading(context.engine) as connection:
        return list(connection.execute(select(atom.c.n)).scalars())


def _audit_entries(context: AppContext) -> set[tuple[str, str, str]]:
    return {
        (entry.actor, entry.action, entry.detail) for entry in audit.entries(context.engine, 99)
    }


def _forged(public: bytes, sheet: AnswerSheet) -> bytes:
    """An envelope as the program makes it, but without the secret of the key folder."""
    return envelope.seal_answer_sheet(public, b"\0" * 32, sheet)
