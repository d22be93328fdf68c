"""What may not be shown is not stored: after the close no table, free page or log of the store
holds an envelope, ballot, answer, count of skipped questions or figure of a small group.
"""

from __future__ import annotations

import random
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text

from monitor import scheduler
from monitor.climate import close_round
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import Questionnaire, load
from monitor.pulse.rounds import rounds
from monitor.store.engine import is_sqlite, reading, snapshot, writing
from monitor.store.tables import (
    atom,
    ballot,
    class_atom,
    envelope,
    round_unit,
    signal,
    spread,
    survey_round,
)
from tests.promises import sheets, theft
from tests.promises.theft import Disk, Rows
from tests.scale import samples
from tests.stores import POSTGRESQL

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
"""Oost is shown; west and noord form a pool of seven. Zuid and plein form a pool of five when
everybody in plein answers; otherwise they are carried up to the root and dropped there."""

NAIVE = "CREATE TABLE naive (id bytea PRIMARY KEY, spent boolean) WITH (autovacuum_enabled = off)"

Answers = tuple[int, ...]
Answered = Mapping[str, Sequence[Answers]]


@pytest.fixture
def questions(context: AppContext, now: datetime) -> Questionnaire:
    """The questionnaire, in an installation with the organisation above."""
    import_tree(context.engine, UNITS, "test", now)
    return load(context.settings.questionnaire_file)


@pytest.mark.slow
def test_nothing_of_the_box_is_left_in_any_byte(
    context: AppContext,
    questions: Questionnaire,
    now: datetime,
    rng: random.Random,
    disk: Disk,
    store: str,
) -> None:
    _answer(context, questions, now, _random_answers(rng, questions))
    box, key = _box(context), rounds.key_of(context.keys, rounds.get(context.engine, PERIOD))
    _take_samples(context)
    before = _bytes(theft.tables_in(disk()))
    close_round.close(context, PERIOD, "test", now)

    files = disk()
    after = _bytes(theft.tables_in(files))

    assert len(box) > 60
    assert all(secret in before for secret in box)
    assert not [secret for secret in box if secret in after]
    emptied = {"ballot", "envelope", "outbox"}
    assert not emptied & {name for name, rows in theft.rows_in(context.engine).items() if rows}
    everything = _bytes(files)
    assert key.private not in everything
    assert key.code_key not in everything
    # PostgreSQL's write-ahead log still holds the box, which nobody can open any more. Not every
    # envelope is found in it, as some lie across two of its pages.
    remembered = sum(secret in everything for secret in box)
    assert remembered > len(box) / 2 if store == POSTGRESQL else remembered == 0


@pytest.mark.parametrize("store", [POSTGRESQL])
def test_an_ordinary_table_keeps_what_it_deleted_and_how_many_there_were(
    context: AppContext, disk: Disk
) -> None:
    """The control: the same deletion in a table that is not created anew, and of which PostgreSQL
    keeps statistics as of any other."""
    secrets = [random.Random(number).randbytes(112) for number in range(60)]
    with writing(context.engine) as connection:
        connection.execute(text(NAIVE))
        rows = [{"id": secret, "spent": place < 3} for place, secret in enumerate(secrets)]
        connection.execute(text("INSERT INTO naive VALUES (:id, :spent)"), rows)
        connection.execute(text("ANALYZE naive"))
    with writing(context.engine) as connection:
        connection.execute(text("DELETE FROM naive"))
    samples = text("SELECT attname, most_common_freqs FROM pg_stats WHERE tablename = 'naive'")

    after = _bytes(theft.tables_in(disk()))

    assert all(secret in after for secret in secrets)
    with reading(context.engine) as connection:
        frequencies = {row.attname: row.most_common_freqs for row in connection.execute(samples)}
    assert frequencies["spent"] == pytest.approx([57 / 60, 3 / 60])


def test_an_ordinary_store_keeps_what_it_deleted(tmp_path: Path) -> None:
    """The control: the same deletion without secure_delete, and without emptying the log."""
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


@pytest.mark.slow
def test_a_reader_that_held_the_box_does_not_keep_it(
    context: AppContext,
    questions: Questionnaire,
    now: datetime,
    rng: random.Random,
    disk: Disk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slow reader keeps the log or the table in use during the close; both go when it is done."""
    _answer(context, questions, now, _random_answers(rng, questions))
    scheduler.tick(context, now)  # the nightly shuffle is done
    box = _box(context)
    holding, let_go = threading.Event(), threading.Event()

    def read_slowly() -> None:
        with snapshot(context.engine) as connection:
            connection.execute(select(envelope)).all()
            holding.set()
            let_go.wait(30)

    reader = threading.Thread(target=read_slowly)
    reader.start()
    holding.wait(30)
    monkeypatch.setattr(
        "monitor.pulse.count.closing.PURGE_TRIES", 1
    )  # a reader slower than patience
    close_round.close(context, PERIOD, "test", now)
    during = _bytes(theft.tables_in(disk()))
    let_go.set()
    reader.join()

    scheduler.tick(context, now + timedelta(minutes=1))

    after = _bytes(theft.tables_in(disk()))
    assert any(secret in during for secret in box)
    assert not [secret for secret in box if secret in after]


@pytest.mark.slow
def test_who_said_what_in_a_small_team_changes_nothing_in_the_store(
    context: AppContext, questions: Questionnaire, now: datetime, rng: random.Random
) -> None:
    """People of the two teams in the pool exchange answers, and dropped answers change; no row of
    the store differs."""
    kept = []
    answers = _random_answers(rng, questions, skip=0.0)
    exchanged = [*answers["west"], *answers["noord"]]
    rng.shuffle(exchanged)
    other = {**answers, "west": exchanged[:4], "noord": exchanged[4:]}
    other["zuid"] = _people(rng, questions, 2)
    other["plein"] = _people(rng, questions, 2)
    for each in (answers, other):
        in_plein = {"plein": each["plein"][:2]}
        _answer(context, questions, now, {**each, **in_plein}, together=True)
        close_round.close(context, PERIOD, "test", now)
        kept.append(_comparable(theft.rows_in(context.engine)))
        _forget(context)

    assert kept[0]["atom"]
    assert kept[0] == kept[1]


@pytest.mark.slow
def test_no_row_stands_for_fewer_than_five_whoever_skips_what(
    context: AppContext, questions: Questionnaire, now: datetime, rng: random.Random
) -> None:
    for _ in range(samples(4)):
        answers = _random_answers(rng, questions, skip=rng.choice((0.02, 0.2, 0.5)))
        _answer(context, questions, now, answers, together=True)
        close_round.close(context, PERIOD, "test", now)
        rows = theft.rows_in(context.engine)
        numbers = [row[5] for row in rows["atom"]]
        assert all(isinstance(number, int) and number >= 5 for number in numbers)
        classes = [row[4:] for row in rows["class_atom"]]
        assert all(sum(counts) >= 20 and not {1, 2} & set(counts) for counts in classes)
        assert {row[1] for row in rows["atom"]} <= {"stad", "wijken", "oost", "balie"}
        _forget(context)


@pytest.mark.slow
def test_all_that_is_kept_of_a_month_has_a_table_that_is_accounted_for(
    context: AppContext, questions: Questionnaire, now: datetime, rng: random.Random
) -> None:
    """A new table that grows with a round is noticed."""
    empty = theft.rows_in(context.engine)
    _answer(context, questions, now, _random_answers(rng, questions))
    close_round.close(context, PERIOD, "test", now)
    scheduler.tick(context, now)

    grown = {name for name, rows in theft.rows_in(context.engine).items() if rows != empty[name]}

    assert grown <= {
        "survey_round", "round_unit", "questionnaire", "audit", "sqlite_sequence",
        "atom", "class_atom", "spread", "signal", "claim", "released", "row_manifest",
    }  # fmt: skip
    claims = set(theft.rows_in(context.engine)["claim"]) - set(empty["claim"])
    days = {f"shuffle:{local_day(now)}", f"followup:{local_day(now)}"}
    assert {row[0] for row in claims} == days  # a day, whatever came in


def _random_answers(
    rng: random.Random, questions: Questionnaire, skip: float = 0.1
) -> dict[str, list[Answers]]:
    return {team: _people(rng, questions, places, skip) for team, places in PLACES.items()}


def _people(
    rng: random.Random, questions: Questionnaire, people: int, skip: float = 0.0
) -> list[Answers]:
    return [
        tuple(0 if rng.random() < skip else rng.randint(1, 5) for _ in questions.questions)
        for _ in range(people)
    ]


def _answer(
    context: AppContext,
    questions: Questionnaire,
    now: datetime,
    answers: Answered,
    *,
    together: bool = False,
) -> None:
    """Let everybody answer in transactions of their own, or `together` in one."""
    rounds.open_round(context, PERIOD, questions, None, "test", now)
    filled = []
    for invitation in issue.invite(context, PERIOD, PLACES, "test", now):
        waiting = list(answers[invitation.unit])
        answers = {**answers, invitation.unit: waiting[1:]}
        if waiting and any(waiting[0]):
            filled.append((invitation.code, waiting[0]))
    if together:
        sheets.submit(context, filled)
        return
    for code, sheet in filled:
        ballot_box.submit(context, code, sheet)


def _bytes(files: Mapping[str, bytes]) -> bytes:
    """Everything in these files but empty blocks."""
    return theft.without_empty_blocks(b"".join(files.values()))


def _box(context: AppContext) -> list[bytes]:
    with reading(context.engine) as connection:
        envelopes = connection.execute(select(envelope.c.sealed)).scalars().all()
        marks = connection.execute(select(ballot.c.fingerprint)).scalars().all()
    return [*envelopes, *marks]


def _take_samples(context: AppContext) -> None:
    """Update the statistics, as PostgreSQL does by itself once a table has changed enough."""
    if not is_sqlite(context.engine):
        with writing(context.engine) as connection:
            connection.execute(text("ANALYZE"))


def _comparable(rows: Rows) -> Rows:
    """All tables except those that are random or count the rounds of this test.

    The manifest of authenticated rows counts writes to those; no answer and no sum is among them.
    """
    random_ones = {"survey_round", "audit", "sqlite_sequence", "row_manifest"}
    return {name: kept for name, kept in rows.items() if name not in random_ones}


def _forget(context: AppContext) -> None:
    """Delete the round, so that another one of the same month can be opened."""
    with writing(context.engine) as connection:
        for table in (atom, class_atom, spread, signal, round_unit, survey_round):
            connection.execute(delete(table))
