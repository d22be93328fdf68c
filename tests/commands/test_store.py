"""``backup``, ``restore`` and ``store move``."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select

from monitor import clock
from monitor.access import accounts, removal
from monitor.access.roles import Grant, Role
from monitor.commands import store as store_commands
from monitor.commands.clock import clock as confirm_clock
from monitor.commands.round import round_
from monitor.commands.store import backup, restore, store
from monitor.context import AppContext, build_context, current_context, use_context
from monitor.errors import InputRefused, StoreFailing
from monitor.operations import doctor
from monitor.organisation.register import current_tree, import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.access_tables import recovery_code
from monitor.store.delivery_tables import notice
from monitor.store.engine import reading, writing
from monitor.store.signed_tables import row_manifest
from monitor.store.tables import account, account_role
from tests.migrated_once import migrated_once

__all__ = ["migrated_once"]

TREE = Tree((Unit("stad", None, "Stad"),))


@pytest.fixture
def open_round(context: AppContext, now: datetime) -> rounds.Round:
    """A round under way."""
    import_tree(context.engine, TREE, "test", now)
    return rounds.open_round(
        context, "2026-11", load(context.settings.questionnaire_file), None, "test", now
    )


def run(command: object, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])  # type: ignore[arg-type]


@pytest.mark.slow
def test_a_backup_says_what_else_to_keep_and_what_never(
    context: AppContext, open_round: rounds.Round, tmp_path: Path
) -> None:
    file = tmp_path / "b.db"

    output = run(backup, file).stdout

    assert file.exists()
    assert str(context.settings.secret_file) in output
    assert str(context.settings.keys_dir) in output
    assert len(output.splitlines()) == 3


def test_a_backup_beside_the_keys_is_refused(context: AppContext) -> None:
    for folder in (context.settings.keys_dir, context.settings.secret_file.parent):
        folder.mkdir(parents=True, exist_ok=True)
        result = run(backup, folder / "b.db")
        assert isinstance(result.exception, InputRefused)
        assert not (folder / "b.db").exists()


def test_restoring_overwrites_only_with_force_and_says_what_is_lost(
    context: AppContext, open_round: rounds.Round, tmp_path: Path
) -> None:
    file = tmp_path / "b.db"
    run(backup, file)
    context.keys.destroy(open_round.key_name)

    refused = run(restore, file)
    assert isinstance(refused.exception, InputRefused)
    output = run(restore, file, "--force").stdout

    assert "2026-11" in output
    assert "round abandon" in output


def test_restoring_lists_who_may_do_what_and_asks(
    context: AppContext, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "b.db"
    accounts.add(context.engine, "weg@x.example", Role.TOEZICHT, None, "test", now)
    run(backup, file)
    removal.remove(context.engine, "weg@x.example", "test", now)
    accounts.add(context.engine, "nieuw@x.example", Role.TOEZICHT, None, "test", now)

    refused = CliRunner().invoke(restore, [str(file), "--force"], input="n\n")

    assert isinstance(refused.exception, InputRefused)
    for line in (
        "account: weg@x.example",
        "rol: weg@x.example toezicht",
        "account: nieuw@x.example",
    ):
        assert line in refused.output
    assert emails(context) == {"nieuw@x.example"}
    CliRunner().invoke(restore, [str(file), "--force"], input="j\n")
    assert emails(context) == {"weg@x.example"}


def test_what_was_changed_in_a_backup_comes_back_unsigned(
    context: AppContext, tmp_path: Path, now: datetime
) -> None:
    file = tmp_path / "b.db"
    accounts.add(context.engine, "sanne@x.example", Role.TOEZICHT, None, "test", now)
    run(backup, file)
    with sqlite3.connect(file) as forged:
        forged.execute("INSERT INTO account_role SELECT id, 'beheerder', '' FROM account")
    forged.close()

    output = run(restore, file, "--force", "--yes").stdout

    assert "rol: sanne@x.example beheerder" in output
    ((_, grants),) = [(each.email, each.grants) for each in accounts.listing(context.engine)]
    assert grants == (Grant(Role.TOEZICHT),)


@pytest.mark.parametrize("delete", [False, True], ids=["signed", "deleted"])
def test_rows_that_somebody_else_wrote_are_listed_and_signed_or_deleted(
    context: AppContext, now: datetime, delete: bool
) -> None:
    assert len(run(store, "accept-rows").stdout.splitlines()) == 1
    accounts.add(context.engine, "sanne@x.example", Role.TOEZICHT, None, "test", now)
    with writing(context.engine, sign=False) as connection:
        (sanne,) = connection.scalars(select(account.c.id))
        connection.execute(insert(account_role).values(account=sanne, role="beheerder", unit=""))
    assert keys_of(context, now) == ["doctor.rows_doubtful"]

    refused = run(store, "accept-rows")
    assert isinstance(refused.exception, InputRefused)
    assert "rol: sanne@x.example beheerder" in refused.output
    assert keys_of(context, now) == ["doctor.rows_doubtful"]
    run(store, "accept-rows", "--yes", *(["--delete"] if delete else []))

    assert keys_of(context, now) == []
    ((_, grants),) = [(each.email, each.grants) for each in accounts.listing(context.engine)]
    assert len(grants) == (1 if delete else 2)


def test_an_earlier_state_of_the_database_is_named_and_can_be_accepted(
    context: AppContext, now: datetime
) -> None:
    with reading(context.engine) as connection:
        before = [dict(row) for row in connection.execute(select(row_manifest)).mappings()]
    accounts.add(context.engine, "sanne@x.example", Role.TOEZICHT, None, "test", now)
    with writing(context.engine, sign=False) as connection:
        connection.execute(delete_from(row_manifest))
        connection.execute(insert(row_manifest), before)
    assert keys_of(context, now) == ["doctor.rows_closed"]
    with pytest.raises(StoreFailing):
        accounts.add(context.engine, "karim@x.example", Role.TOEZICHT, None, "test", now)

    run(store, "accept-rows", "--yes")

    assert keys_of(context, now) == []
    accounts.add(context.engine, "karim@x.example", Role.TOEZICHT, None, "test", now)


def test_a_new_secret_lists_who_may_do_what_and_asks(
    context: AppContext, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    accounts.add(context.engine, "sanne@x.example", Role.TOEZICHT, None, "test", now)
    monkeypatch.setattr(store_commands, "read", lambda: context.settings)
    context.settings.secret_file.unlink()

    refused = run(store, "accept-secret")
    assert isinstance(refused.exception, InputRefused)
    assert "rol: sanne@x.example toezicht" in refused.output
    assert not context.settings.secret_file.exists()
    run(store, "accept-secret", "--yes")

    started = build_context(context.settings)
    assert {each.email for each in accounts.listing(started.engine)} == {"sanne@x.example"}
    assert keys_of(started, now) == []
    started.engine.dispose()


def emails(context: AppContext) -> set[str]:
    return {each.email for each in accounts.listing(context.engine)}


def keys_of(context: AppContext, now: datetime) -> list[str]:
    findings = doctor.examine(context.settings, now)
    return [finding.key for finding in findings if ".rows_" in finding.key]


def test_moving_says_what_to_do_next(
    context: AppContext, open_round: rounds.Round, tmp_path: Path
) -> None:
    target = f"sqlite:///{tmp_path / 'elsewhere' / 'new.db'}"

    output = run(store, "move", "--to", target).stdout

    assert "TEAMKLIMAAT_DATABASE_URL" in output
    moved = build_context(replace(context.settings, database_url=target))
    assert current_tree(moved.engine) == TREE
    moved.engine.dispose()


@pytest.mark.slow
def test_what_somebody_else_wrote_moves_along_unsigned_after_it_was_listed(
    context: AppContext, tmp_path: Path, now: datetime
) -> None:
    target = f"sqlite:///{tmp_path / 'elsewhere' / 'new.db'}"
    accounts.add(context.engine, "sanne@x.example", Role.TOEZICHT, None, "test", now)
    with writing(context.engine, sign=False) as connection:
        (sanne,) = connection.scalars(select(account.c.id))
        connection.execute(insert(account_role).values(account=sanne, role="beheerder", unit=""))

    refused = run(store, "move", "--to", target)
    assert isinstance(refused.exception, InputRefused)
    assert "rol: sanne@x.example beheerder" in refused.output
    assert not (tmp_path / "elsewhere" / "new.db").exists()
    assert run(store, "move", "--to", target, "--yes").exit_code == 0

    moved = build_context(replace(context.settings, database_url=target))
    use_context(moved)
    assert keys_of(moved, now) == ["doctor.rows_doubtful"]
    assert roles_in(moved) == {Role.TOEZICHT}
    run(store, "accept-rows", "--yes")  # the control: a signature of the operator's hand
    assert roles_in(moved) == {Role.TOEZICHT, Role.BEHEERDER}
    moved.engine.dispose()


def mailed(context: AppContext) -> bool:
    """Whether toezicht gets a mail about something that was done at the command line."""
    with reading(context.engine) as connection:
        return "access.operator" in set(connection.scalars(select(notice.c.kind)))


@pytest.mark.slow
def test_toezicht_is_mailed_of_what_decides_and_of_nothing_else(
    context: AppContext,
    open_round: rounds.Round,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    now: datetime,
) -> None:
    accounts.add(context.engine, "or@x.example", Role.TOEZICHT, None, "test", now)
    monkeypatch.setattr(store_commands, "read", lambda: context.settings)
    file = tmp_path / "b.db"
    run(backup, file)
    run(store, "accept-rows")  # the control: there was nothing to accept
    assert not mailed(context)
    monkeypatch.setattr(clock, "now", lambda: now)  # the day given is today until the end
    today = clock.today().isoformat()

    for command, *arguments in (
        (restore, file, "--force", "--yes"),
        (round_, "accept-box", "2026-11"),
        (confirm_clock, "confirm", today),
        (store, "accept-rows", "--yes"),
        (store, "accept-secret", "--yes"),
    ):
        with writing(context.engine, sign=False) as connection:
            connection.execute(delete_from(notice))
            connection.execute(delete_from(recovery_code))
            values = {"digest": b"c" * 32, "account": connection.scalar(select(account.c.id))}
            connection.execute(insert(recovery_code).values(values))  # something to accept
        result = run(command, *arguments)
        assert result.exit_code == 0, (arguments, result.output, result.exception)
        assert mailed(context), arguments


def roles_in(context: AppContext) -> set[Role]:
    """The roles that count in a store."""
    return {grant.role for each in accounts.listing(context.engine) for grant in each.grants}


def unsigned(context: AppContext, now: datetime) -> AppContext:
    """The installation as a version left it that signed nothing, started with today's."""
    import_tree(context.engine, TREE, "test", now)
    accounts.add(context.engine, "sanne@x.example", Role.TOEZICHT, None, "test", now)
    with writing(context.engine, sign=False) as connection:
        connection.execute(delete_from(row_manifest))
    shutil.rmtree(context.keys.path / "rows")
    return build_context(context.settings)


def test_what_an_upgrade_signed_is_logged_in_numbers_and_listed_until_it_was_looked_at(
    context: AppContext, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    assert "bekijken" in run(store, "adopted-rows").stdout  # the control: nothing was adopted
    caplog.clear()
    started = unsigned(context, now)
    use_context(started)

    lines = [repr(record.msg) for record in caplog.records]
    assert any("rows.adopted" in line and "tree" in line for line in lines)
    assert any("'accounts', 'count': 2" in line for line in lines)
    assert not any("sanne" in line for line in lines)
    assert keys_of(started, now) == ["doctor.rows_adopted"]
    listed = list((context.keys.path / "adopted").iterdir())
    assert {file.name for file in listed} >= {"account", "account_role"}
    assert not any(b"sanne" in file.read_bytes() for file in listed)

    refused = run(store, "adopted-rows")
    assert isinstance(refused.exception, InputRefused)
    assert "rol: sanne@x.example toezicht" in refused.output
    assert "onderdeel: stad Stad" in refused.output
    assert keys_of(started, now) == ["doctor.rows_adopted"]
    run(store, "adopted-rows", "--yes")
    assert keys_of(started, now) == []
    started.engine.dispose()


def test_nobody_takes_a_row_off_that_list_in_the_store(context: AppContext, now: datetime) -> None:
    started = unsigned(context, now)
    use_context(started)
    with writing(started.engine, sign=False) as connection:
        connection.execute(delete_from(account_role))

    output = run(store, "adopted-rows", "--yes").stdout

    assert "account: sanne@x.example" in output
    assert "verdwenen: 1" in output
    started.engine.dispose()


def test_the_units_of_a_round_are_one_line_of_that_list(
    context: AppContext, open_round: rounds.Round, now: datetime
) -> None:
    started = unsigned(context, now)
    use_context(started)

    output = run(store, "adopted-rows", "--yes").stdout

    assert "onderdeel in een ronde: 2026-11 (1)" in output
    started.engine.dispose()


def test_moving_to_the_same_database_is_refused(context: AppContext) -> None:
    result = run(store, "move", "--to", context.settings.database_url)

    assert isinstance(result.exception, InputRefused)
    assert current_context() is context
