"""A downloaded backup opens with the key of toezicht only, and the store cannot change whose."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, insert, select, update

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.commands.store import restore as command
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.operations import backup_download, backup_key, backup_opening
from monitor.store import audit, backup, sealed_file
from monitor.store.delivery_tables import backup_key as table
from monitor.store.engine import reading
from monitor.store.tables import account
from tests.migrated_once import migrated_once

__all__ = ["migrated_once"]

BEA = "bea@waterrijk.example"


@pytest.fixture
def private(context: AppContext, now: datetime) -> str:
    """The key that toezicht keeps."""
    text, public = sealed_file.new_key()
    backup_key.choose(context.engine, public, text, "toezicht", now)
    accounts.add(context.engine, BEA, Role.BEHEERDER, None, "test", now)
    return text


def make(context: AppContext, now: datetime) -> backup_download.SealedBackup:
    """A downloaded backup."""
    return backup_download.make(context, BEA, now, lambda _done, _steps: None)


def test_it_opens_with_the_key_and_holds_everything(
    context: AppContext, private: str, now: datetime, tmp_path: Path
) -> None:
    steps: list[tuple[int, int]] = []
    made = backup_download.make(context, BEA, now, lambda *step: steps.append(step))
    key_file = tmp_path / "key"
    key_file.write_text(private + "\n")

    assert [file.name for file in Path(made.folder.name).iterdir()] == [made.name]
    assert BEA.encode() not in made.file.read_bytes()
    with (
        backup_opening.readable(made.file, key_file) as plain,
        backup.opened(plain) as engine,
        reading(engine) as connection,
    ):
        assert BEA in connection.execute(select(account.c.email)).scalars().all()
    assert steps == sorted(steps)
    assert {total for _, total in steps} == {len(steps)}
    assert backup.last_made(context.engine) is not None
    assert audit.entries(context.engine)[0].action == "backup.download"
    made.folder.cleanup()


def test_restore_asks_for_the_key(
    context: AppContext, private: str, now: datetime, tmp_path: Path
) -> None:
    made = make(context, now)
    key_file = tmp_path / "key"
    key_file.write_text(private)
    runner = CliRunner()

    without = runner.invoke(command, [str(made.file), "--force"])
    done = runner.invoke(command, [str(made.file), "--force", "--key", str(key_file)])

    assert isinstance(without.exception, InputRefused)
    assert without.exception.key == "backup.key_needed"
    assert done.exception is None
    made.folder.cleanup()


def test_without_a_key_nothing_is_made(context: AppContext, now: datetime) -> None:
    with pytest.raises(InputRefused, match=r"backup\.no_key"):
        make(context, now)

    assert backup.last_made(context.engine) is None


def test_only_who_has_kept_the_key_takes_it_into_use(context: AppContext, now: datetime) -> None:
    _, public = sealed_file.new_key()
    other, _ = sealed_file.new_key()

    with pytest.raises(InputRefused, match=r"backup\.other_key"):
        backup_key.choose(context.engine, public, other, "toezicht", now)

    assert backup_key.current(context.engine) is None


def test_who_can_write_in_the_store_cannot_have_backups_sealed_to_a_key_of_his_own(
    context: AppContext, private: str, now: datetime
) -> None:
    added, own = (sealed_file.new_key()[1] for _ in range(2))
    with context.engine.begin() as connection:  # as anybody who has the database's password
        connection.execute(insert(table).values(public_key=added, made_on=local_day(now)))
    key = backup_key.current(context.engine)
    assert key is not None
    assert key.public == sealed_file.public_of(private)

    with context.engine.begin() as connection:
        connection.execute(delete(table).where(table.c.public_key == added))
        connection.execute(update(table).values(public_key=own))
    assert backup_key.current(context.engine) is None
