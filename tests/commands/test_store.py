"""``backup``, ``restore`` and ``store move``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.commands.store import backup, restore, store
from monitor.context import AppContext, current_context
from monitor.errors import InputRefused
from monitor.organisation.register import current_tree, import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store.engine import open_store

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


def test_moving_says_what_to_do_next(
    context: AppContext, open_round: rounds.Round, tmp_path: Path
) -> None:
    target = f"sqlite:///{tmp_path / 'elsewhere' / 'new.db'}"

    output = run(store, "move", "--to", target).stdout

    assert "TEAMKLIMAAT_DATABASE_URL" in output
    engine = open_store(target)
    assert current_tree(engine) == TREE
    engine.dispose()


def test_moving_to_the_same_database_is_refused(context: AppContext) -> None:
    result = run(store, "move", "--to", context.settings.database_url)

    assert isinstance(result.exception, InputRefused)
    assert current_context() is context
