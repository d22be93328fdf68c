"""Write access to the store, without the key folder, leaves no colleague among accomplices.

Whoever watches the store's files knows which envelope a colleague's is; whoever can write there may
take the others away, put earlier rows back, or move rows between units and editions. A unit in
which envelopes, marks and the count beside the key differ is left out of everything. Each attack
has a control in which it reads the colleague's nine answers against a lesser design.
"""

from __future__ import annotations

import hmac
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import delete, insert, select, update

from monitor.context import AppContext
from monitor.errors import CodeRefused, RoundRefused
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import adoption, ballot_box
from monitor.pulse.ballot.ballot_mac import BallotMac, BallotRow, BallotState
from monitor.pulse.ballot.envelope import AnswerSheet
from monitor.pulse.count import box_check, closing
from monitor.pulse.count.box_check import whole_units
from monitor.pulse.count.closing import CloseResult
from monitor.pulse.invitations import code_register, issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import reading, writing
from monitor.store.tables import atom, ballot, ballot_batch, envelope
from tests.conftest import NOW
from tests.promises.conftest import CopyOf

PERIOD = "2026-11"
TEAM, OTHER, ACCOMPLICES = "jeugd", "wmo", "ploeg"
PEOPLE = {TEAM: 12, OTHER: 9, ACCOMPLICES: 4}
QUESTIONS = 9


@dataclass
class Box:
    """An open round as somebody who watches the store, and knows four own sheets, sees it."""

    context: AppContext
    codes: dict[str, list[str]]
    rng: random.Random
    own: list[tuple[int, ...]] = field(default_factory=list)
    """What the accomplices answered in the colleague's unit."""
    target: tuple[int, ...] = ()
    kept: list[bytes] = field(default_factory=list)
    """The envelopes of the colleague and the accomplices."""

    def answers(self) -> tuple[int, ...]:
        """Some answers, neither the lowest nor the highest on average."""
        return tuple(self.rng.randint(1, 5) for _ in range(QUESTIONS))

    def send(self, code: str, answers: tuple[int, ...]) -> bytes:
        """Answer; the id of the envelope that came in."""
        before = self.envelopes()
        ballot_box.submit(self.context, code, answers)
        (new,) = self.envelopes() - before
        return new

    def envelopes(self) -> set[bytes]:
        """The ids of all envelopes in the store."""
        with reading(self.context.engine) as connection:
            return set(connection.scalars(select(envelope.c.id)))

    def rows(self) -> dict[bytes, dict[str, object]]:
        """The ballots, by fingerprint."""
        with reading(self.context.engine) as connection:
            rows = connection.execute(select(ballot)).mappings().all()
        return {row["fingerprint"]: dict(row) for row in rows}

    def put_back(self, row: dict[str, object]) -> None:
        """Restore an earlier row."""
        with writing(self.context.engine) as connection:
            of_row = ballot.c.fingerprint == row["fingerprint"]
            connection.execute(delete(ballot).where(of_row))
            connection.execute(insert(ballot).values(**row))

    def the_colleague_answers(self, code: str) -> None:
        """Honestly, and watched."""
        self.target = self.answers()
        self.kept.append(self.send(code, self.target))

    def an_accomplice_answers(self, code: str) -> None:
        """With answers in the middle, so that no sum is clamped."""
        self.own.append(tuple(self.rng.choice((2, 3, 4)) for _ in range(QUESTIONS)))
        self.kept.append(self.send(code, self.own[-1]))

    def drop_others(self) -> None:
        """Take away what else is in the box, and what nobody answered for any more."""
        with writing(self.context.engine) as connection:
            connection.execute(delete(envelope).where(envelope.c.id.not_in(self.kept)))

    def recovered(self) -> tuple[int, ...]:
        """The colleague's answers, from what the store holds after the close; empty if none."""
        with reading(self.context.engine) as connection:
            of_team = select(atom).where(atom.c.unit == TEAM, ~atom.c.pool)
            rows = {row.question: row for row in connection.execute(of_team)}
        questions = [q.key for q in load(self.context.settings.questionnaire_file).questions]
        if not rows or any(row.n != len(self.own) + 1 for row in rows.values()):
            return ()
        points = [
            rows[key].points - sum(25 * (sheet[place] - 1) for sheet in self.own)
            for place, key in enumerate(questions)
        ]
        return tuple(value // 25 + 1 for value in points)


Attack = Callable[[Box], None]


@pytest.fixture
def box(copy_of: CopyOf, rng: random.Random) -> Box:
    """Two teams and a small one, in an open round."""
    context, codes = copy_of(_fill)
    return Box(context, codes, rng)


def _fill(context: AppContext) -> dict[str, list[str]]:
    """Lay the round, in which one team has answered; returns the codes of each."""
    now = NOW
    units = (Unit("stad", None, "Stad"), *(Unit(team, "stad", team) for team in PEOPLE))
    import_tree(context.engine, Tree(units), "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    invitations = issue.invite(context, PERIOD, PEOPLE, "test", now)
    codes = {team: [i.code for i in invitations if i.unit == team] for team in PEOPLE}
    scene = Box(context, codes, random.Random("the other team"))
    for code in codes[OTHER]:
        scene.send(code, scene.answers())
    return codes


def delete_all_but_five(box: Box) -> None:
    """Four accomplices in the unit; every envelope of others is taken away."""
    first, *rest = box.codes[TEAM]
    box.the_colleague_answers(first)
    for code in rest[:4]:
        box.an_accomplice_answers(code)
    for code in rest[4:]:
        box.send(code, box.answers())
    box.drop_others()


def delete_rows_as_well(box: Box) -> None:
    """The same; the ballots of the others, and every trace of their batches, go too."""
    untouched = box.rows()
    first, *rest = box.codes[TEAM]
    box.the_colleague_answers(first)
    for code in rest[:4]:
        box.an_accomplice_answers(code)
    spent_by_us = {f for f, row in box.rows().items() if row != untouched[f]}
    for code in rest[4:]:
        box.send(code, box.answers())
    for fingerprint, row in untouched.items():
        if fingerprint not in spent_by_us and row != box.rows()[fingerprint]:
            box.put_back(row)
    with writing(box.context.engine) as connection:
        connection.execute(delete(ballot_batch))
    box.drop_others()


def reuse_one_own_code(box: Box) -> None:
    """One accomplice, whose mark is put back again and again."""
    first, own, *rest = box.codes[TEAM]
    for code in rest:
        box.send(code, box.answers())
    box.the_colleague_answers(first)
    for _ in range(4):
        before = box.rows()
        box.an_accomplice_answers(own)
        ((changed, _),) = [(f, row) for f, row in box.rows().items() if row != before[f]]
        box.put_back(before[changed])
    box.drop_others()


def move_accomplices_in(box: Box) -> None:
    """A team of four accomplices answers as if it were the colleague's."""
    units = list(PEOPLE)
    place = {team: 1 + units.index(team) for team in units}
    with writing(box.context.engine) as connection:
        theirs = ballot.c.unit == place[ACCOMPLICES]
        connection.execute(update(ballot).where(theirs).values(unit=place[TEAM]))
    box.the_colleague_answers(box.codes[TEAM][0])
    for code in box.codes[ACCOMPLICES]:
        box.an_accomplice_answers(code)


ATTACKS = (delete_all_but_five, delete_rows_as_well, reuse_one_own_code, move_accomplices_in)


def closed(box: Box, now: datetime) -> CloseResult:
    return closing.close(box.context, PERIOD, "test", now)


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_the_colleague_is_read(box: Box, attack: Attack, now: datetime) -> None:
    try:
        attack(box)
    except CodeRefused:  # the accomplices' codes open nothing any more
        assert attack is move_accomplices_in
    result = closed(box, now)

    assert box.recovered() == ()
    with reading(box.context.engine) as connection:
        kept = {(row.unit, row.pool): row.n for row in connection.execute(select(atom))}
    # What is left out is left out of the sums above it as well, and nobody is told which it was.
    assert kept.keys() <= {(OTHER, False)}
    assert result.incomplete == (attack is not move_accomplices_in)


@pytest.mark.parametrize("attack", ATTACKS)
def test_against_a_lesser_design_all_nine_answers_are_read(
    box: Box, attack: Attack, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lesser_design(monkeypatch, box):
        attack(box)
        closed(box, now)

        assert box.recovered() == box.target


def test_without_the_count_beside_the_key_marks_that_are_put_back_read_them_too(
    box: Box, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def marked(sheets: list[AnswerSheet], marks: Counter[int], _: object) -> frozenset[int]:
        return whole_units(sheets, marks, marks)

    monkeypatch.setattr(box_check, "whole_units", marked)
    delete_rows_as_well(box)
    closed(box, now)

    assert box.recovered() == box.target


def test_a_code_with_a_changed_edition_opens_nothing(box: Box, now: datetime) -> None:
    for code in answered_with_two_codes(box, now):
        with pytest.raises(CodeRefused):
            ballot_box.submit(box.context, code, (3,) * QUESTIONS)

    assert not closed(box, now).incomplete
    assert counted_in_team(box) == set()


def test_without_the_edition_in_its_code_three_people_are_shown_as_six(
    box: Box, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lesser_design(monkeypatch, box):
        for code in answered_with_two_codes(box, now):
            ballot_box.submit(box.context, code, (3,) * QUESTIONS)
        closed(box, now)

    assert counted_in_team(box) == {6}


@pytest.mark.parametrize("looks", [True, False], ids=["", "control"])
def test_codes_are_not_replaced_while_ballots_are_hidden(
    box: Box, now: datetime, looks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then new codes would seem to be the first, and three people be shown as six."""
    for code in box.codes[TEAM][:3]:
        ballot_box.submit(box.context, code, (3,) * QUESTIONS)
    hidden = [row for row in box.rows().values() if row["unit"] == 1]
    with writing(box.context.engine) as connection:
        connection.execute(delete(ballot).where(ballot.c.unit == 1))
    if looks:
        with pytest.raises(RoundRefused, match=r"round\.ballots_changed"):
            issue.replace(box.context, PERIOD, {TEAM: 12}, "test", now)
        return
    monkeypatch.setattr(code_register, "is_whole", lambda *_: True)
    again = issue.replace(box.context, PERIOD, {TEAM: 12}, "test", now)
    for row in hidden:
        box.put_back(row)
    for invitation in again[:3]:
        ballot_box.submit(box.context, invitation.code, (3,) * QUESTIONS)
    closed(box, now)

    assert counted_in_team(box) == {6}


def counted_in_team(box: Box) -> set[int]:
    """How many people the store says answered."""
    with reading(box.context.engine) as connection:
        return set(connection.scalars(select(atom.c.n).where(atom.c.unit == TEAM)))


def answered_with_two_codes(box: Box, now: datetime) -> list[str]:
    """Three people answer and get new codes, which are made to look like the old ones."""
    for code in box.codes[TEAM][:3]:
        ballot_box.submit(box.context, code, (3,) * QUESTIONS)
    invitations = issue.replace(box.context, PERIOD, {TEAM: 12}, "test", now)
    with writing(box.context.engine) as connection:
        connection.execute(update(ballot).where(ballot.c.edition == 1).values(edition=0))
    return [invitation.code for invitation in invitations[:3]]


@contextmanager
def lesser_design(monkeypatch: pytest.MonkeyPatch, box: Box) -> Iterator[None]:
    """Whatever is in the box counts, and a ballot's code covers neither unit nor edition."""

    def mac(self: BallotMac, row: BallotRow, state: BallotState) -> bytes:
        return hmac.digest(self.key, row.fingerprint + bytes([state]), "sha256")[:16]

    def all_units(sheets: list[AnswerSheet], *_: object) -> frozenset[int]:
        return frozenset(sheet.unit for sheet in sheets)

    with monkeypatch.context() as patch:
        patch.setattr(BallotMac, "mac", mac)
        patch.setattr(box_check, "whole_units", all_units)
        adoption.adopt(box.context, PERIOD, anew=True)  # with codes that cover less
        yield
