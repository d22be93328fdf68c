"""A store of another version: brought up to date, or refused in one sentence and left as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor import cli
from monitor.context import AppContext, build_context, use_context
from monitor.errors import SettingsRefused
from monitor.operations import doctor
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import migrate
from monitor.store.engine import reading, writing
from tests.live import environment


def set_version(context: AppContext, version: str) -> None:
    with writing(context.engine) as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))


def stored_version(context: AppContext) -> str:
    with reading(context.engine) as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


@pytest.mark.parametrize("arguments", [["round", "list"], ["serve", "--port", "0"], ["doctor"]])
def test_a_newer_store_is_refused_in_one_sentence_with_status_2(
    context: AppContext,
    arguments: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    set_version(context, "9999")
    use_context(None)
    for name, value in environment(context.settings, tmp_path).items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SystemExit) as left:
        cli.main(arguments)

    assert left.value.code == 2
    (sentence,) = [line for line in capsys.readouterr().err.splitlines() if "9999" in line]
    assert "nieuwere versie" in sentence
    assert stored_version(context) == "9999"


def test_a_round_in_a_form_unknown_here_stops_the_migration(
    context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_tree(context.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, "2026-11", questions, None, "test", now)
    monkeypatch.setattr(migrate, "latest", lambda: "9999")
    monkeypatch.setattr(migrate, "READABLE_FORMATS", frozenset({1}))

    with pytest.raises(SettingsRefused, match=r"store\.round_unreadable"):
        build_context(context.settings)
    findings = [finding.key for finding in doctor.examine(context.settings, now)]
    assert "store.round_unreadable" in findings

    rounds.abandon(context, "2026-11", "test", now)
    migrate.migrate(context.engine)  # with nothing open there is nothing to lose
