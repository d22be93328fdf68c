"""Backup and restore: a drill, on both databases and from one to the other."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update

from monitor.access import accounts, sessions
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.errors import CodeClosed, CodeSpent, InputRefused, KeyMissing
from monitor.operations import restore
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.ballot import ballot_box
from monitor.pulse.count import closing, sealed_store
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.store import backup, move, transfer
from monitor.store.engine import open_store, reading, snapshot, writing
from monitor.store.klaagmuur_tables import luisteraar, vent
from monitor.store.tables import account, audit, envelope, survey_round
from tests import steps
from tests.migrated_once import migrated_once
from tests.postgres import TEMPLATE, Cluster
from tests.store.anything import ROWS, fill_everything
from tests.stores import BOTH, POSTGRESQL, sqlite_url

__all__ = ["migrated_once"]

PERIOD = "2026-11"
ANSWERS = (4,) * 9
ELSEWHERE = "elsewhere"


@pytest.fixture
def full(context: AppContext) -> AppContext:
    """A store with rows in every table."""

    def fill() -> None:
        with writing(context.engine, sign=False) as connection:
            transfer.empty(connection)
            fill_everything(connection)

    steps.take(context, "a row in every table", fill)
    return context


@pytest.fixture
def codes(context: AppContext, now: datetime) -> list[str]:
    """Forty codes of an open round."""
    questions = load(context.settings.questionnaire_file)

    def invite() -> list[str]:
        import_tree(context.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
        rounds.open_round(context, PERIOD, questions, None, "test", now)
        return [i.code for i in issue.invite(context, PERIOD, {"stad": 40}, "test", now)]

    return steps.take(context, ("forty", questions.digest, now), invite)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of the backup."""
    return tmp_path / "backups" / "teamklimaat-backup.db"


@pytest.fixture(autouse=True)
def backups(file: Path) -> None:
    """The folder of the backup."""
    file.parent.mkdir()


@pytest.fixture(scope="module")
def machines() -> dict[str, Path]:
    """Per kind of database, where another machine was set up to be copied."""
    return {}


@pytest.fixture(params=BOTH)
def elsewhere(
    request: pytest.FixtureRequest,
    context: AppContext,
    machines: dict[str, Path],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AppContext]:
    """An empty store on another machine: its own secret, and none of the keys."""
    kind = str(request.param)
    cluster: Cluster | None = None
    if kind == POSTGRESQL:
        cluster = request.getfixturevalue("postgresql")
    if kind not in machines:
        first = tmp_path_factory.mktemp("machine")
        with _database(cluster, first) as url:
            build_context(_on_another_machine(context, url, first)).engine.dispose()
            if cluster is not None:
                cluster.keep(url, ELSEWHERE)
        machines[kind] = first
    folder = shutil.copytree(machines[kind], tmp_path / "elsewhere")
    with _database(cluster, folder, ELSEWHERE) as url:
        context_there = build_context(_on_another_machine(context, url, folder))
        yield context_there
        context_there.engine.dispose()


@contextmanager
def _database(cluster: Cluster | None, folder: Path, template: str = TEMPLATE) -> Iterator[str]:
    """The address of a store in `folder`, or of a copy of a PostgreSQL database."""
    if cluster is None:
        yield sqlite_url(folder)
        return
    with cluster.database(template=template) as url:
        yield url


def _on_another_machine(context: AppContext, url: str, folder: Path) -> Settings:
    return replace(
        context.settings,
        database_url=url,
        keys_dir=folder / "keys",
        secret_file=folder / "secret",
    )


def differing(first: AppContext, other: AppContext, *left_out: str) -> tuple[str, ...]:
    """The tables in which two stores differ."""
    with snapshot(first.engine) as here, snapshot(other.engine) as there:
        return transfer.differing(here, there, transfer.tables(left_out))


def submit(context: AppContext, codes: list[str]) -> None:
    """Everybody answers the same."""
    assert not any(ballot_box.submit_all(context, [(code, ANSWERS) for code in codes]))


def rows_in(context: AppContext, table: object) -> int:
    with reading(context.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


# -- the drill ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_was_backed_up_comes_back_row_by_row_on_either_database(
    full: AppContext, elsewhere: AppContext, file: Path, now: datetime
) -> None:
    for name in (b"\0\0\xff'" * 4, *(bytes([n, 0, 255, 39]) * 4 for n in range(1, ROWS))):
        elsewhere.keys.write(f"vent-{name.hex()}", b"x" * 32)  # no vent has been taken back
    tables = transfer.tables(backup.LEFT_OUT)

    rows = backup.write(full.engine, file)
    restored = restore.restore(elsewhere, file, "test", now, force=False)

    assert restored.rows == rows == ROWS * len(tables)
    assert differing(full, elsewhere, *backup.LEFT_OUT, "audit", "row_manifest") == ()
    assert rows_in(elsewhere, audit) == ROWS + 1


@pytest.mark.slow
def test_a_sealed_month_reads_the_same_afterwards(
    context: AppContext, codes: list[str], elsewhere: AppContext, file: Path, now: datetime
) -> None:
    submit(context, codes[:12])
    closing.close(context, PERIOD, "test", now)

    backup.write(context.engine, file)
    restore.restore(elsewhere, file, "test", now, force=False)

    here, there = (
        sealed_store.load(place.engine, PERIOD).release for place in (context, elsewhere)
    )
    assert int(there.respondents[0]) == 12
    assert (here.scores == there.scores).all()
    accounts.add(elsewhere.engine, "nieuw@x.example", Role.TOEZICHT, None, "test", now)


def test_a_backup_made_while_people_submit_is_of_one_moment(
    context: AppContext, codes: list[str], elsewhere: AppContext, file: Path, now: datetime
) -> None:
    half = threading.Event()

    def submit() -> None:
        for number, code in enumerate(codes):
            ballot_box.submit(context, code, ANSWERS)
            if number == 10:
                half.set()

    sender = threading.Thread(target=submit)
    sender.start()
    half.wait()
    backup.write(context.engine, file)
    sender.join()

    with sqlite3.connect(file) as connection:
        (spent,) = connection.execute("SELECT sum(spent) FROM ballot").fetchone()
        (sealed,) = connection.execute("SELECT count(*) FROM envelope").fetchone()
    connection.close()
    assert spent == sealed >= 11
    assert rows_in(context, envelope) == 40


def test_a_backup_can_be_put_back_over_a_store_only_when_asked(
    context: AppContext, codes: list[str], file: Path, now: datetime
) -> None:
    ballot_box.submit(context, codes[0], ANSWERS)
    backup.write(context.engine, file)
    ballot_box.submit(context, codes[1], ANSWERS)

    with pytest.raises(InputRefused, match=r"restore\.not_empty"):
        restore.restore(context, file, "test", now, force=False)
    assert rows_in(context, envelope) == 2
    restored = restore.restore(context, file, "test", now, force=True)

    assert (restored.gone, restored.kept_closed, restored.lost) == ((), (), ())
    with pytest.raises(CodeSpent):
        ballot_box.submit(context, codes[0], ANSWERS)
    ballot_box.submit(context, codes[1], ANSWERS)
    closing.close(context, PERIOD, "test", now)
    released = sealed_store.load(context.engine, PERIOD).release
    assert int(released.respondents[0]) == 0  # two people: below the minimum, and that is all


# -- what must not come back --------------------------------------------------------------------


def test_an_old_backup_reopens_no_sealed_month(
    context: AppContext, codes: list[str], file: Path, now: datetime
) -> None:
    submit(context, codes[:9])
    backup.write(context.engine, file)
    key_file = rounds.get(context.engine, PERIOD).key_name
    key = context.keys.read(key_file) or b""
    closing.close(context, PERIOD, "test", now)
    context.keys.write(key_file, key)  # even if somebody kept a copy of the key

    restored = restore.restore(context, file, "test", now, force=True)

    assert (restored.gone, restored.kept_closed) == ((PERIOD,), (PERIOD,))
    assert rounds.get(context.engine, PERIOD).status is RoundStatus.ABANDONED
    assert rows_in(context, envelope) == 0
    assert context.keys.names() == ()
    with pytest.raises(CodeClosed):
        ballot_box.submit(context, codes[9], ANSWERS)


def test_on_another_machine_an_open_round_is_lost_and_nobody_can_read_it(
    context: AppContext, codes: list[str], elsewhere: AppContext, file: Path, now: datetime
) -> None:
    ballot_box.submit(context, codes[0], ANSWERS)
    backup.write(context.engine, file)

    restored = restore.restore(elsewhere, file, "test", now, force=False)

    assert restored.lost == (PERIOD,)
    with pytest.raises(KeyMissing):
        closing.close(elsewhere, PERIOD, "test", now)
    with pytest.raises(KeyMissing):
        ballot_box.open_sheet(elsewhere, codes[1])
    rounds.abandon(elsewhere, PERIOD, "test", now)
    assert rows_in(elsewhere, envelope) == 0


def test_a_vent_taken_back_since_stays_gone_and_the_others_stay(
    context: AppContext, file: Path, now: datetime
) -> None:
    names = [b"k" * 16, b"l" * 16]
    with writing(context.engine) as connection:
        connection.execute(insert(account).values(id="noor", email="noor@x.example"))
        connection.execute(
            insert(luisteraar).values(
                id="n1",
                account="noor",
                name="Noor",
                public_key=b"p",
                locked_key=b"l",
                recovery_key=b"r",
                announced_on=local_day(now),
                active_from=local_day(now),
                deputy="n1",
            )
        )
        for name in names:
            context.keys.write(f"vent-{name.hex()}", b"x" * 32)
            connection.execute(
                insert(vent).values(
                    id=name,
                    luisteraar="n1",
                    shred=name,
                    sealed=b"sealed",
                    day=local_day(now),
                    expires_on=local_day(now),
                )
            )
    backup.write(context.engine, file)
    context.keys.destroy(f"vent-{names[0].hex()}")

    restored = restore.restore(context, file, "test", now, force=True)

    assert restored.vents == 1
    with reading(context.engine) as connection:
        assert connection.execute(select(vent.c.id)).scalars().all() == [names[1]]
        assert connection.execute(select(luisteraar.c.deputy)).scalars().all() == ["n1"]


def test_nobody_is_signed_in_and_no_one_time_link_works_after_a_restore(
    context: AppContext, file: Path, now: datetime
) -> None:
    email, passphrase = "sanne@x.example", "vier losse natte eenden"
    accounts.add_with_password(context.engine, email, Role.TOEZICHT, None, passphrase, "test", now)
    link = accounts.add(context.engine, "karim@x.example", Role.TOEZICHT, None, "test", now)
    token = _session_of(context, email, now)
    backup.write(context.engine, file)
    restore.restore(context, file, "test", now, force=True)

    assert sessions.person(context.engine, token, now) is None
    with pytest.raises(Exception, match=r"welcome\.gone"):
        accounts.invited(context.engine, link, now)
    assert _session_of(context, email, now)


def _session_of(context: AppContext, email: str, now: datetime) -> str:
    with writing(context.engine) as connection:
        by_address = select(account.c.id).where(account.c.email == email)
        return sessions.start(connection, connection.execute(by_address).scalar_one(), now)


@pytest.mark.slow
def test_no_key_and_no_secret_is_in_the_file(
    context: AppContext, codes: list[str], file: Path, now: datetime
) -> None:
    submit(context, codes[:9])
    kept = [context.settings.secret_file.read_bytes()]
    for name in context.keys.names():
        if name.startswith("answered-"):
            continue  # counts, which are no key
        content = context.keys.read(name) or b""
        kept += [content[start : start + 32] for start in range(0, len(content), 32)]
    assert len(kept) == 3

    backup.write(context.engine, file)

    content = file.read_bytes().lower()
    for secret in kept:
        assert len(secret) == 32
        assert secret.lower() not in content
        assert secret.hex().encode() not in content


# -- the file -----------------------------------------------------------------------------------


def test_the_file_is_for_its_owner_only_alone_and_never_written_over(
    context: AppContext, file: Path
) -> None:
    before = os.umask(0)
    try:
        backup.write(context.engine, file)
    finally:
        os.umask(before)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]
    with pytest.raises(InputRefused, match=r"backup\.exists"):
        backup.write(context.engine, file)


def test_a_backup_that_fails_leaves_no_file(context: AppContext, file: Path) -> None:
    with writing(context.engine) as connection:
        connection.execute(text("ALTER TABLE audit RENAME TO lost"))

    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever the database says
        backup.write(context.engine, file)

    assert list(file.parent.iterdir()) == []


def test_restoring_leaves_the_backup_as_it_is(
    context: AppContext, file: Path, now: datetime
) -> None:
    backup.write(context.engine, file)
    before = file.read_bytes()

    restore.restore(context, file, "test", now, force=True)

    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "restore.newer"),
        ("DELETE FROM alembic_version", "restore.no_backup"),
        ("DROP TABLE alembic_version", "restore.no_backup"),
    ],
)
def test_a_file_that_cannot_be_read_here_changes_nothing(
    context: AppContext, codes: list[str], file: Path, now: datetime, statement: str, refusal: str
) -> None:
    backup.write(context.engine, file)
    with sqlite3.connect(file) as connection:
        connection.execute(statement)
    connection.close()

    with pytest.raises(InputRefused, match=refusal):
        restore.restore(context, file, "test", now, force=True)

    assert rounds.get(context.engine, PERIOD).status is RoundStatus.OPEN
    ballot_box.submit(context, codes[0], ANSWERS)


def test_a_damaged_or_a_half_backup_is_refused(
    context: AppContext, codes: list[str], file: Path, now: datetime
) -> None:
    backup.write(context.engine, file)
    whole = file.read_bytes()
    for wrong in (b"", b"geen database", whole[: len(whole) // 2], _scratched(whole)):
        file.write_bytes(wrong)
        with pytest.raises(InputRefused, match=r"restore\.(no_backup|damaged)"):
            restore.restore(context, file, "test", now, force=True)
    assert rounds.get(context.engine, PERIOD).status is RoundStatus.OPEN


def _scratched(whole: bytes) -> bytes:
    middle = len(whole) // 2 // 4096 * 4096
    return whole[:middle] + b"\xff" * 4096 + whole[middle + 4096 :]


# -- moving -------------------------------------------------------------------------------------


def test_moving_loses_nothing_and_adds_nothing(full: AppContext, elsewhere: AppContext) -> None:
    rows = move.move(full.engine, elsewhere.settings.database_url)

    assert rows == ROWS * len(transfer.tables())
    assert differing(full, elsewhere) == ()


def test_a_comparison_sees_one_changed_value(full: AppContext, elsewhere: AppContext) -> None:
    move.move(full.engine, elsewhere.settings.database_url)
    with writing(elsewhere.engine) as connection:
        any_account = select(account.c.id).limit(1).scalar_subquery()
        connection.execute(update(account).where(account.c.id == any_account).values(failures=99))

    assert differing(full, elsewhere) == ("account",)


def test_after_moving_people_go_on_where_they_were(
    context: AppContext, codes: list[str], elsewhere: AppContext, now: datetime
) -> None:
    submit(context, codes[:5])

    move.move(context.engine, elsewhere.settings.database_url)

    url = elsewhere.settings.database_url
    moved = build_context(replace(context.settings, database_url=url))
    with pytest.raises(CodeSpent):
        ballot_box.submit(moved, codes[0], ANSWERS)
    submit(moved, codes[5:12])
    closing.close(moved, PERIOD, "test", now)
    released = sealed_store.load(moved.engine, PERIOD).release
    assert int(released.respondents[0]) == 12
    assert rounds.get(context.engine, PERIOD).status is RoundStatus.OPEN
    moved.engine.dispose()


def test_a_store_that_holds_something_is_not_moved_over(
    context: AppContext, codes: list[str], elsewhere: AppContext, now: datetime
) -> None:
    import_tree(elsewhere.engine, Tree((Unit("dorp", None, "Dorp"),)), "test", now)

    with pytest.raises(InputRefused, match=r"move\.not_empty"):
        move.move(context.engine, elsewhere.settings.database_url)

    assert rows_in(elsewhere, survey_round) == 0


def test_nobody_writes_to_the_old_store_while_it_moves(
    context: AppContext, codes: list[str], elsewhere: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = replace(context, engine=open_store(context.settings.database_url, patience=0.05))
    refused = []
    really = transfer.copy

    def meanwhile(*arguments: object) -> int:
        with pytest.raises(Exception, match=r"store\.busy") as failure:
            ballot_box.submit(hasty, codes[0], ANSWERS)
        refused.append(failure)
        return really(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(transfer, "copy", meanwhile)
    move.move(context.engine, elsewhere.settings.database_url)
    hasty.engine.dispose()

    assert refused
    assert differing(context, elsewhere) == ()
