"""What may not be shown is not kept: after the close there is no envelope, ballot, answer, count
of skipped questions or figure of a small group in any table, free page or log of the store.
"""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor import calendar
from monitor.climate import closing
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import ballot_box, invitations, rounds
from monitor.questionnaire import Questionnaire, load
from monitor.store.engine import reading
from monitor.store.tables import ballot, envelope
from monitor.wiring import House
from tests.promises import theft
from tests.promises.theft import Rows
from tests.scale import samples

PERIOD = "2026-11"
PLACES = {"oost": 30, "west": 4, "noord": 3, "zuid": 2, "plein": 3}
UNITS = Tree(
    (
        Unit("stad", None, "Stad"),
        Unit("wijken", "stad", "Wijken"),
        Unit("oost", "wijken", "Oost"),
        Unit("west", "wijken", "West"),
        Unit("noord", "wijken", "Noord"),
        Unit("balie", "stad", "Balie"),
        Unit("zuid", "balie", "Zuid"),
        Unit("plein", "balie", "Plein"),
    )
)
"""Oost is shown; west and noord together are a pool of seven. Zuid and plein become a pool of
five when plein answers in full; else they go up to the top and are dropped there."""

Answers = tuple[int, ...]
Said = Mapping[str, Sequence[Answers]]


@pytest.fixture
def questions(house: House, now: datetime) -> Questionnaire:
    """The questionnaire; the organisation is there too."""
    import_tree(house.engine, UNITS, "test", now)
    return load(house.settings.questionnaire_file)


@pytest.mark.one_file
def test_nothing_of_the_box_is_left_in_any_byte(
    house: House, questions: Questionnaire, now: datetime, lot: random.Random
) -> None:
    _answer(house, questions, now, _random_answers(lot, questions))
    box = _box(house)
    before = b"".join(_files(house).values())
    closing.close(house, PERIOD, "test", now)

    after = b"".join(_files(house).values())

    assert len(box) > 60
    assert all(secret in before for secret in box)
    assert not [secret for secret in box if secret in after]
    assert not {"ballot", "envelope"} & {name for name, rows in _rows(house).items() if rows}


def test_an_ordinary_store_keeps_what_it_deleted(tmp_path: Path) -> None:
    """The control: the same deletion without secure deletion, and without emptying the log."""
    file = tmp_path / "ordinary.db"
    store = sqlite3.connect(file, isolation_level=None)
    store.execute("PRAGMA journal_mode=wal")
    store.execute("PRAGMA secure_delete=off")
    store.execute("CREATE TABLE envelope (id BLOB PRIMARY KEY, sealed BLOB) WITHOUT ROWID")
    secrets = [random.Random(number).randbytes(112) for number in range(60)]
    store.executemany("INSERT INTO envelope VALUES (?, ?)", [(s[:16], s) for s in secrets])
    store.execute("DELETE FROM envelope")
    in_log = Path(f"{file}-wal").read_bytes()
    store.execute("PRAGMA wal_checkpoint(truncate)")
    in_pages = file.read_bytes()
    store.close()

    assert all(secret in in_log for secret in secrets)
    assert any(secret in in_pages for secret in secrets)


@pytest.mark.one_file
def test_a_reader_that_held_the_log_does_not_keep_it(
    house: House,
    questions: Questionnaire,
    now: datetime,
    lot: random.Random,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slow reader pins the write-ahead log during the close; once it is done, so is the log."""
    _answer(house, questions, now, _random_answers(lot, questions))
    box = _box(house)
    holding, let_go = threading.Event(), threading.Event()

    def read_slowly() -> None:
        with reading(house.engine) as connection:
            connection.execute(select(envelope)).all()
            holding.set()
            let_go.wait(30)

    reader = threading.Thread(target=read_slowly)
    reader.start()
    holding.wait(30)
    monkeypatch.setattr("monitor.pulse.closing.FLUSH_TRIES", 1)  # a reader slower than patience
    closing.close(house, PERIOD, "test", now)
    let_go.set()
    reader.join()

    calendar.tick(house, now + timedelta(minutes=1))

    after = b"".join(_files(house).values())
    assert not [secret for secret in box if secret in after]


@pytest.mark.one_file
def test_who_said_what_in_a_small_team_changes_nothing_in_the_store(
    house: House, questions: Questionnaire, now: datetime, lot: random.Random
) -> None:
    """Answers change hands between the two teams of the pool, and those that are dropped become
    others: not one row of the store differs."""
    kept = []
    said = _random_answers(lot, questions, skip=0.0)
    exchanged = [*said["west"], *said["noord"]]
    lot.shuffle(exchanged)
    other = {**said, "west": exchanged[:4], "noord": exchanged[4:]}
    other["zuid"] = _people(lot, questions, 2)
    other["plein"] = _people(lot, questions, 2)
    for answers in (said, other):
        _answer(house, questions, now, {**answers, "plein": answers["plein"][:2]})
        closing.close(house, PERIOD, "test", now)
        kept.append(_comparable(_rows(house)))
        _forget(house)

    assert kept[0]["atom"]
    assert kept[0] == kept[1]


@pytest.mark.one_file
def test_no_row_stands_for_fewer_than_five_whoever_skips_what(
    house: House, questions: Questionnaire, now: datetime, lot: random.Random
) -> None:
    for _ in range(samples(4)):
        said = _random_answers(lot, questions, skip=lot.choice((0.02, 0.2, 0.5)))
        _answer(house, questions, now, said)
        closing.close(house, PERIOD, "test", now)
        rows = _rows(house)
        numbers = [row[5] for row in rows["atom"]]
        assert all(isinstance(number, int) and number >= 5 for number in numbers)
        classes = [row[4:] for row in rows["class_atom"]]
        assert all(sum(counts) >= 20 and not {1, 2} & set(counts) for counts in classes)
        assert {row[1] for row in rows["atom"]} <= {"stad", "wijken", "oost", "balie"}
        _forget(house)


@pytest.mark.one_file
def test_all_that_is_kept_of_a_month_has_a_table_that_is_accounted_for(
    house: House, questions: Questionnaire, now: datetime, lot: random.Random
) -> None:
    """A new table that grows with a round does not slip by unexamined."""
    empty = _rows(house)
    _answer(house, questions, now, _random_answers(lot, questions))
    closing.close(house, PERIOD, "test", now)
    calendar.tick(house, now)

    grown = {name for name, rows in _rows(house).items() if rows != empty[name]}

    assert grown <= {
        "survey_round", "round_unit", "questionnaire", "audit", "sqlite_sequence",
        "atom", "class_atom", "spread", "signal", "nightly",
    }  # fmt: skip
    assert _rows(house)["nightly"] <= empty["nightly"] | {
        ("ballots", "empty", now.date().isoformat()),
        ("envelopes", "empty", now.date().isoformat()),
    }


def _random_answers(
    lot: random.Random, questions: Questionnaire, skip: float = 0.1
) -> dict[str, list[Answers]]:
    return {team: _people(lot, questions, places, skip) for team, places in PLACES.items()}


def _people(
    lot: random.Random, questions: Questionnaire, people: int, skip: float = 0.0
) -> list[Answers]:
    return [
        tuple(0 if lot.random() < skip else lot.randint(1, 5) for _ in questions.questions)
        for _ in range(people)
    ]


def _answer(house: House, questions: Questionnaire, now: datetime, said: Said) -> None:
    rounds.open_round(house, PERIOD, questions, None, "test", now)
    for invitation in invitations.invite(house, PERIOD, PLACES, "test", now):
        waiting = list(said[invitation.unit])
        said = {**said, invitation.unit: waiting[1:]}
        if waiting and any(waiting[0]):
            ballot_box.submit(house, invitation.code, waiting[0])


def _box(house: House) -> list[bytes]:
    with reading(house.engine) as connection:
        envelopes = connection.execute(select(envelope.c.sealed)).scalars().all()
        marks = connection.execute(select(ballot.c.fingerprint)).scalars().all()
    return [*envelopes, *marks]


def _files(house: House) -> dict[str, bytes]:
    file = house.settings.database_file
    assert file is not None
    return theft.files_in(file.parent)


def _rows(house: House) -> Rows:
    file = house.settings.database_file
    assert file is not None
    with sqlite3.connect(file) as connection:
        copy = connection.serialize()
    connection.close()
    return theft.rows_of(copy)


def _comparable(rows: Rows) -> Rows:
    """All but what is random or counts the rounds of this test."""
    random_ones = {"survey_round", "audit", "sqlite_sequence"}
    return {name: kept for name, kept in rows.items() if name not in random_ones}


def _forget(house: House) -> None:
    """Make room for another round of the same month."""
    file = house.settings.database_file
    assert file is not None
    with sqlite3.connect(file) as connection:
        for table in ("atom", "class_atom", "spread", "signal", "round_unit", "survey_round"):
            connection.execute(f"DELETE FROM {table}")
    connection.close()
