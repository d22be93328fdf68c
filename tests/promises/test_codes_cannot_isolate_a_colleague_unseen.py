"""Codes cannot isolate a colleague unseen.

Whoever makes the codes can keep some and fill them in himself, until only one colleague is left
among answers he knows. No arithmetic can prevent that; it must show, on the team's page and in
the log of who did what. Issuing codes again must not make three people count as six, and writing
in the store must not put answers in the box.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import pytest
from sqlalchemy import insert, select, update

from monitor.climate.results import results
from monitor.context import AppContext
from monitor.errors import KeyMissing
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box, envelope
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count import closing
from monitor.pulse.invitations import handout, issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import atom, ballot, survey_round
from monitor.store.tables import envelope as envelope_table

PERIOD = "2026-11"
TEAM = "team"
QUESTION = "tijd_om_te_helpen"


@pytest.fixture
def opened(context: AppContext, now: datetime) -> AppContext:
    """An open round, nobody invited yet."""
    units = (Unit("stad", None, "Stad"), Unit(TEAM, "stad", "Team"), Unit("nep", "stad", "Nep"))
    import_tree(context.engine, Tree(units), "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    return context


def test_chaff_isolates_the_last_colleague_and_the_codes_show_it(
    opened: AppContext, now: datetime
) -> None:
    """A team of six, of whom one answers; four more codes than people, filled in by the maker."""
    made = _codes(issue.invite(opened, PERIOD, {TEAM: 6}, "maker@stad", now))
    _send(opened, made[:1], 2)
    more = _codes(issue.replace(opened, PERIOD, {TEAM: 6}, "maker@stad", now))
    _send(opened, more[:5], 5)
    closing.close(opened, PERIOD, "test", now)

    told = {f.key: f.value for f in results(opened.engine).figures(PERIOD, TEAM)}
    assert told[QUESTION] == 88  # (5·100 + x) / 6 = 87.5: the colleague said 2
    assert (told["places"], told["codes"]) == (6, 12)
    assert ("maker@stad", "round.replace", f"{PERIOD} {TEAM}: 6") in _noted(opened)


def test_hiding_chaff_in_a_made_up_unit_shows_there(opened: AppContext, now: datetime) -> None:
    counts = {TEAM: 6, "nep": 4}
    made = issue.invite(opened, PERIOD, counts, "maker@stad", now)
    _send(opened, [i.code for i in made if i.unit == TEAM][:1], 2)
    _send(opened, [i.code for i in made if i.unit == "nep"], 5)
    closing.close(opened, PERIOD, "test", now)

    found = results(opened.engine)
    whole = {f.key: f.value for f in found.figures(PERIOD, "stad")}
    assert whole[QUESTION] == 85  # (4·100 + 25) / 5
    assert {f.key: f.value for f in found.figures(PERIOD, "nep")}["codes"] == 4
    assert ("maker@stad", "round.invite", f"{PERIOD} nep: 4") in _noted(opened)


def test_three_people_who_answer_twice_are_not_six(opened: AppContext, now: datetime) -> None:
    """New codes go to everybody: who had answered may do so again, and the box cannot tell."""
    first = _codes(issue.invite(opened, PERIOD, {TEAM: 3}, "test", now))
    _send(opened, first, 2)
    again = _codes(issue.replace(opened, PERIOD, {TEAM: 3}, "test", now))
    _send(opened, again, 2)
    closing.close(opened, PERIOD, "test", now)

    assert _kept(opened) == []


def test_a_team_whose_codes_were_replaced_is_shown_when_five_surely_answered(
    opened: AppContext, now: datetime
) -> None:
    first = _codes(issue.invite(opened, PERIOD, {TEAM: 8}, "test", now))
    _send(opened, first[:2], 2)
    again = _codes(issue.replace(opened, PERIOD, {TEAM: 8}, "test", now))
    _send(opened, again[:6], 4)
    closing.close(opened, PERIOD, "test", now)

    assert set(_kept(opened)) == {8}


def test_a_spent_and_a_voided_code_cannot_be_told_apart(opened: AppContext, now: datetime) -> None:
    made = _codes(issue.invite(opened, PERIOD, {TEAM: 6}, "test", now))
    _send(opened, made[:3], 4)
    issue.replace(opened, PERIOD, {TEAM: 6}, "test", now)
    key = rounds.key_of(opened.keys, rounds.get(opened.engine, PERIOD))
    marks = {envelope.fingerprint(key.code_key, code) for code in made}

    with reading(opened.engine) as connection:
        rows = connection.execute(select(ballot).where(ballot.c.fingerprint.in_(marks))).all()

    alike = {tuple(v for k, v in row._mapping.items() if k != "fingerprint") for row in rows}
    assert len(rows) == 6
    assert len(alike) == 1


def test_envelopes_put_in_the_box_by_who_writes_in_the_store_do_not_count(
    opened: AppContext, now: datetime
) -> None:
    """Four forged beside the real one, and the real one four times over."""
    made = _codes(issue.invite(opened, PERIOD, {TEAM: 6}, "test", now))
    _send(opened, made[:1], 2)
    found = rounds.get(opened.engine, PERIOD)
    assert found.public_key is not None
    with writing(opened.engine) as connection:
        real = connection.execute(select(envelope_table.c.sealed)).scalar_one()
        questions = len(load(opened.settings.questionnaire_file).questions)
        forged = [_forged(found.public_key, AnswerSheet(1, (5,) * questions)) for _ in range(4)]
        for number, sealed in enumerate([*forged, *[real] * 4]):
            row = {"id": bytes([number]) * 16, "period": PERIOD, "sealed": sealed}
            connection.execute(insert(envelope_table).values(row))

    assert closing.close(opened, PERIOD, "test", now).damaged
    assert _kept(opened) == []


def test_a_public_key_put_in_the_place_of_the_rounds_own_takes_nothing_in(
    opened: AppContext, now: datetime
) -> None:
    (code,) = _codes(issue.invite(opened, PERIOD, {TEAM: 1}, "test", now))
    with writing(opened.engine) as connection:
        foreign = envelope.new_round_key().public
        connection.execute(update(survey_round).values(public_key=foreign))

    with pytest.raises(KeyMissing):
        _send(opened, [code], 4)


def test_a_minimum_lowered_in_the_store_shows_nobody(opened: AppContext, now: datetime) -> None:
    made = _codes(issue.invite(opened, PERIOD, {TEAM: 4}, "test", now))
    _send(opened, made, 2)
    with writing(opened.engine) as connection:
        connection.execute(update(survey_round).values(minimum=1))
    closing.close(opened, PERIOD, "test", now)

    assert _kept(opened) == []


def test_who_of_a_unit_gets_which_code_is_a_matter_of_chance() -> None:
    """The order in which codes are made says nothing of who gets which."""
    made = tuple(issue.Invitation(TEAM, str(number)) for number in range(4))
    emails = {TEAM: ("a", "b", "c", "d")}
    tries = 2000

    first = Counter(
        email
        for _ in range(tries)
        for invitation, email in handout.assign(made, emails)
        if invitation.code == "0"
    )

    # Each 500 expected; a standard deviation is 19.4, and six of them are 117.
    assert all(abs(count - tries / 4) < 117 for count in first.values())
    assert len(first) == 4


def _codes(made: Iterable[issue.Invitation]) -> list[str]:
    codes = [invitation.code for invitation in made]
    random.Random(1).shuffle(codes)
    return codes


def _send(context: AppContext, codes: Iterable[str], answer: int) -> None:
    questions = len(load(context.settings.questionnaire_file).questions)
    for code in codes:
        ballot_box.submit(context, code, (answer,) * questions)


def _kept(context: AppContext) -> list[int]:
    with reading(context.engine) as connection:
        return list(connection.execute(select(atom.c.n)).scalars())


def _noted(context: AppContext) -> set[tuple[str, str, str]]:
    return {
        (entry.actor, entry.action, entry.detail) for entry in audit.entries(context.engine, 99)
    }


def _forged(public: bytes, sheet: AnswerSheet) -> bytes:
    """As the program makes them, but for the secret in the key folder."""
    return envelope.seal_answer_sheet(public, b"\0" * 32, sheet)
