"""Two tries of one close never differ by a colleague, and the key goes once one succeeds.

A close that fails may leave what it counted in the database's own files: PostgreSQL writes rows in
its log of transactions before they are committed, SQLite writes them when its cache is full. Who
can write in the store can make a close fail (a lock, a row in the way), take one envelope of a
small team away, or have one more colleague answer, and compare what the next try counts. Each
attack has a control in which it reads the colleague's nine answers, or keeps the key.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from monitor.context import AppContext
from monitor.errors import RoundRefused, StoreBusy, StoreFailing
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box, close_commitment
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.count.sealing import Sealed
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import db_errors, signed_rows
from monitor.store.engine import reading
from monitor.store.key_folder import KeyFolder
from monitor.store.tables import atom, envelope, survey_round
from tests.conftest import NOW
from tests.promises import intruder, sheets
from tests.promises.conftest import CopyOf

PERIOD = "2026-11"
SMALL = {"noord": 3, "west": 1, "zuid": 3}
QUESTIONS = 9


@dataclass
class Scene:
    """An open round; one colleague is alone in West, whose answers share a pool with two teams."""

    context: AppContext
    now: datetime
    code: str
    answers: tuple[int, ...]
    written: list[Sealed] = field(default_factory=list)
    """What each try sent to the database."""

    def the_colleague_answers(self) -> bytes:
        """Honestly; the id of the envelope, as who watches the store sees it."""
        before = self.envelopes()
        ballot_box.submit(self.context, self.code, self.answers)
        (new,) = self.envelopes() - before
        return new

    def envelopes(self) -> set[bytes]:
        """The ids of all envelopes in the store."""
        with reading(self.context.engine) as connection:
            return set(connection.scalars(select(envelope.c.id)))

    def fail_to_close(self) -> None:
        """A try that ends after the result went to the database, before it is committed."""

        def fail(_connection: Connection, _period: str) -> None:
            raise StoreBusy(db_errors.BUSY)

        with pytest.raises(StoreBusy):
            closing.close(self.context, PERIOD, "test", self.now, fail)

    def close(self) -> None:
        """The next try."""
        closing.close(self.context, PERIOD, "test", self.now)

    def difference(self) -> tuple[int, ...]:
        """Of the pools of two tries, as answers of one colleague; empty where it is not of one."""
        pools = [
            Counter(
                {
                    (cell.theme, place): points - (n * 1000)
                    for cell in sealed.atoms
                    if cell.pool
                    for place, (n, points) in enumerate(zip(cell.n, cell.points, strict=True))
                }
            )
            for sealed in self.written
        ]
        if len(pools) != 2:
            return ()
        gaps = [abs(pools[0][key] - pools[1][key]) for key in sorted(pools[0])]
        return tuple((1000 - gap) // 25 + 1 for gap in gaps)


@pytest.fixture
def scene(
    copy_of: CopyOf, now: datetime, rng: random.Random, monkeypatch: pytest.MonkeyPatch
) -> Scene:
    """Everybody but the colleague has answered, in the middle, so that no sum is clamped."""
    context, code = copy_of(_fill)
    scene = Scene(context, now, code, tuple(rng.randint(1, 5) for _ in range(QUESTIONS)))
    store = sealed_store.store

    def watched(*arguments: object) -> None:
        scene.written.append(arguments[2])  # type: ignore[arg-type]
        store(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sealed_store, "store", watched)
    return scene


def _fill(context: AppContext) -> str:
    """Let everybody else answer; returns the code of the colleague."""
    now = NOW
    units = (Unit("stad", None, "Stad"), *(Unit(team, "stad", team) for team in SMALL))
    import_tree(context.engine, Tree(units), "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    invitations = issue.invite(context, PERIOD, SMALL, "test", now)
    others = [invitation.code for invitation in invitations if invitation.unit != "west"]
    sheets.submit(context, [(code, (3,) * QUESTIONS) for code in others])
    (code,) = (each.code for each in invitations if each.unit == "west")
    return code


def take_one_away(scene: Scene) -> None:
    """Have the first try count the colleague, and the second not."""
    own = scene.the_colleague_answers()
    scene.fail_to_close()
    with intruder.writing_in(scene.context) as connection:
        connection.execute(delete(envelope).where(envelope.c.id == own))


def let_one_more_answer(scene: Scene) -> None:
    """Open the round again between two tries, until the colleague has answered."""
    scene.fail_to_close()
    with intruder.writing_in(scene.context) as connection:
        connection.execute(update(survey_round).values(status=RoundStatus.OPEN))
    scene.the_colleague_answers()


ATTACKS = (take_one_away, let_one_more_answer)
Attack = Callable[[Scene], None]


@pytest.mark.parametrize("attack", ATTACKS)
def test_another_box_is_not_counted(scene: Scene, attack: Attack) -> None:
    attack(scene)

    with pytest.raises(RoundRefused, match=r"round\.counted_otherwise"):
        scene.close()
    assert len(scene.written) == 1
    with reading(scene.context.engine) as connection:
        assert connection.execute(select(atom)).first() is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_without_what_the_first_try_wrote_down_the_nine_answers_are_read(
    scene: Scene, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(close_commitment, "is_first_or_same", lambda *_: True)
    attack(scene)
    scene.close()

    assert scene.difference() == scene.answers


def test_the_same_box_is_counted_as_often_as_it_takes(scene: Scene) -> None:
    scene.the_colleague_answers()
    scene.fail_to_close()
    with intruder.writing_in(scene.context) as connection:  # what never counts changes nothing
        junk = {"id": b"x" * 16, "period": PERIOD, "sealed": b"junk" * 28}
        connection.execute(insert(envelope).values(junk))
    scene.fail_to_close()
    scene.close()

    assert scene.written[0].atoms == scene.written[1].atoms == scene.written[2].atoms
    assert scene.context.keys.names() == ()


def test_what_a_crash_left_of_the_note_is_written_anew(scene: Scene) -> None:
    public = rounds.get(scene.context.engine, PERIOD).public_key or b""
    scene.context.keys.write(close_commitment.file_name(public), b"half")
    scene.fail_to_close()
    scene.close()

    assert scene.context.keys.names() == ()


def test_a_note_that_cannot_be_read_for_a_moment_is_not_taken_for_none(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_one_away(scene)
    monkeypatch.setattr(KeyFolder, "read", unreadable(close_commitment.PREFIX))

    with pytest.raises(StoreFailing, match=r"store\.disk"):
        scene.close()
    monkeypatch.undo()
    with pytest.raises(RoundRefused, match=r"round\.counted_otherwise"):
        scene.close()


def test_a_note_that_cannot_be_written_is_a_trouble_of_the_disk(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(KeyFolder, "write", full)

    with pytest.raises(StoreFailing, match=r"store\.disk"):
        scene.close()
    assert scene.written == []


def unreadable(prefix: str) -> Callable[[KeyFolder, str], bytes | None]:
    """As `KeyFolder.read` on a disk that fails where a name begins so."""
    read = KeyFolder.read
    return lambda keys, name: None if name.startswith(prefix) else read(keys, name)


def test_a_round_that_is_given_up_leaves_no_note(scene: Scene) -> None:
    take_one_away(scene)
    rounds.abandon(scene.context, PERIOD, "test", scene.now)

    assert scene.context.keys.names() == ()


# -- the key ------------------------------------------------------------------------------


@pytest.fixture
def put_back(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a reader in the way has the purge wait, somebody puts an envelope back."""
    purge = closing._purge_patiently

    def meanwhile(context: AppContext) -> None:
        with intruder.writing_in(context) as connection:
            row = {"id": b"y" * 16, "period": PERIOD, "sealed": b"junk" * 28}
            connection.execute(insert(envelope).values(row))
        monkeypatch.setattr(closing, "_purge_patiently", purge)
        purge(context)

    monkeypatch.setattr(closing, "_purge_patiently", meanwhile)


@pytest.mark.usefixtures("put_back")
def test_an_envelope_that_is_put_back_does_not_keep_the_key(scene: Scene) -> None:
    scene.close()

    assert scene.context.keys.names() == ()


@pytest.mark.usefixtures("put_back")
def test_the_key_was_kept_when_the_box_was_looked_at_after_the_purge(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finish(context: AppContext, round_: rounds.Round) -> None:
        closing._purge_patiently(context)
        if not scene.envelopes():
            rounds.destroy_key(context.keys, round_)

    monkeypatch.setattr(closing, "finish", finish)
    scene.close()

    assert scene.context.keys.names() != ()


def name_the_key_in_another_round(connection: Connection) -> None:
    row = dict(connection.execute(select(survey_round)).mappings().one())
    connection.execute(insert(survey_round).values(row | {"period": "2099-01", "status": "open"}))


def say_it_is_still_closing(connection: Connection) -> None:
    connection.execute(update(survey_round).values(status=RoundStatus.CLOSING))


@pytest.mark.parametrize("altered", [name_the_key_in_another_round, say_it_is_still_closing])
@pytest.mark.parametrize("believing", [False, True], ids=["", "control"])
def test_no_row_of_somebody_else_keeps_the_key_of_a_sealed_round(
    scene: Scene,
    altered: Callable[[Connection], None],
    believing: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealed = rounds.get(scene.context.engine, PERIOD)
    content = scene.context.keys.read(sealed.key_name) or b""
    scene.close()
    scene.context.keys.write(sealed.key_name, content)  # as after a crash right after the commit
    with intruder.writing_in(scene.context) as connection:
        altered(connection)
    if believing:
        monkeypatch.setattr(signed_rows, "is_genuine", lambda *_: False)
    closing.sweep(scene.context, scene.now)

    assert (scene.context.keys.names() != ()) == believing
