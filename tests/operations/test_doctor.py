"""The doctor: one sentence for each thing to mend, and none for what is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from monitor.access import accounts, grants
from monitor.access.roles import Grant, Role
from monitor.config.settings import Settings
from monitor.context import AppContext
from monitor.locale import languages, texts
from monitor.locale.formats import Month
from monitor.operations import doctor, storage_checks
from monitor.operations.doctor import examine
from monitor.operations.findings import Finding, Level
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.store import checkup
from monitor.store.engine import open_store, writing
from monitor.store.key_folder import KeyFolder
from tests.postgres import Cluster


def keys_of(findings: tuple[Finding, ...]) -> list[str]:
    """The keys of findings; each must have a sentence in every language."""
    for finding in findings:
        for language in languages():
            assert texts(language)(finding.key, **finding.words)
    return [finding.key for finding in findings]


@pytest.fixture
def open_round(context: AppContext, now: datetime) -> rounds.Round:
    """A round under way."""
    tree = Tree((Unit("gemeente", None, "Gemeente"),))
    import_tree(context.engine, tree, "test", now)
    questions = load(context.settings.questionnaire_file)
    accounts.add_with_password(
        context.engine, "or@stad.example", Role.TOEZICHT, None, "vier losse eenden", "test", now
    )
    return rounds.open_round(context, "2026-11", questions, None, "test", now)


@pytest.mark.slow
def test_a_fresh_installation_is_sound(settings: Settings, now: datetime) -> None:
    assert examine(settings, now) == ()


def test_an_installation_with_a_round_under_way_is_sound(
    context: AppContext, open_round: rounds.Round, now: datetime
) -> None:
    assert examine(context.settings, now) == ()


def test_a_round_without_its_key_is_named(
    context: AppContext, open_round: rounds.Round, now: datetime
) -> None:
    context.keys.destroy(open_round.key_name)
    (finding,) = examine(context.settings, now)
    words = {"month": Month("2026-11"), "period": "2026-11"}
    assert finding == Finding("doctor.key_missing", words)


def test_a_key_without_its_round_is_named_and_other_keys_are_left_alone(
    context: AppContext, open_round: rounds.Round, now: datetime
) -> None:
    context.keys.write("round-of-long-ago", b"x")
    context.keys.write("something-else", b"x")
    assert keys_of(examine(context.settings, now)) == ["doctor.key_left"]


@pytest.mark.parametrize(
    ("name", "mode", "key"),
    [
        ("keys", 0o750, "doctor.folder_open"),
        ("keys", 0o701, "doctor.folder_open"),
        ("keys/round-key", 0o640, "doctor.file_open"),
        ("secret", 0o604, "doctor.file_open"),
    ],
)
def test_keys_that_others_can_reach_are_named(
    context: AppContext, open_round: rounds.Round, now: datetime, name: str, mode: int, key: str
) -> None:
    name = name.replace("round-key", open_round.key_name)
    path = context.settings.secret_file.parent / name
    path.chmod(mode)
    (finding,) = examine(context.settings, now)
    assert keys_of((finding,)) == [key]
    assert finding.words == {"name": path}


def test_a_secret_that_is_damaged_is_named(context: AppContext, now: datetime) -> None:
    context.settings.secret_file.write_bytes(b"short")
    assert keys_of(examine(context.settings, now)) == ["doctor.secret"]


@pytest.mark.parametrize("setting", ["keys_dir", "secret_file"])
def test_keys_beside_the_database_are_warned_about(
    settings: Settings, now: datetime, setting: str
) -> None:
    database = settings.database_file
    assert database is not None
    beside = replace(settings, **{setting: database.parent / "geheim" / setting})
    (finding,) = examine(beside, now)
    assert keys_of((finding,)) == ["doctor.together"]
    assert finding.words["name"] == setting.upper()


@pytest.mark.slow
def test_a_database_inside_the_key_folder_is_warned_about(
    settings: Settings, now: datetime
) -> None:
    database = settings.keys_dir / "klimaat.db"
    KeyFolder(settings.keys_dir).write("made", b"private")
    around = replace(settings, database_url=f"sqlite:///{database}")
    assert "doctor.together" in keys_of(examine(around, now))


def test_a_store_that_cannot_be_opened_is_named_without_details(
    settings: Settings, tmp_path: Path, now: datetime
) -> None:
    (tmp_path / "file").write_text("in the way")
    lost = replace(settings, database_url=f"sqlite:///{tmp_path / 'file' / 'klimaat.db'}")
    assert keys_of(examine(lost, now)) == ["doctor.store"]


def test_a_questionnaire_with_a_fault_is_named_with_its_own_sentence(
    settings: Settings, tmp_path: Path, now: datetime
) -> None:
    wrong = tmp_path / "vragen.toml"
    wrong.write_text("version = \n")
    findings = examine(replace(settings, questionnaire_file=wrong), now)
    assert keys_of(findings)
    assert all(not finding.key.startswith("doctor.") for finding in findings)


def test_a_clock_that_stands_still_is_named(settings: Settings) -> None:
    assert keys_of(examine(settings, datetime(1970, 1, 1, tzinfo=UTC))) == ["doctor.clock"]


def test_a_clock_behind_the_audit_log_is_named(context: AppContext, now: datetime) -> None:
    later = now + timedelta(hours=1)
    accounts.add(context.engine, "iemand@waterrijk.example", Role.TOEZICHT, None, "test", later)
    assert keys_of(examine(context.settings, now)) == ["doctor.clock"]
    assert examine(context.settings, later - doctor.CLOCK_SLACK) == ()


@pytest.mark.slow
def test_roles_that_one_person_may_not_hold_are_named(context: AppContext, now: datetime) -> None:
    email = "iemand@waterrijk.example"
    accounts.add_with_password(
        context.engine, email, Role.TOEZICHT, None, "vier losse natte eenden", "test", now
    )
    with writing(context.engine) as connection:
        account_id = accounts.locked_id(connection, email)
        grants.give(connection, account_id, Grant(Role.BEHEERDER))

    (finding,) = examine(context.settings, now)
    assert finding == Finding(
        "doctor.roles_apart", {"email": email, "first": "beheerder", "second": "toezicht"}
    )


def test_that_nobody_can_confirm_anything_is_named(
    context: AppContext, open_round: rounds.Round, now: datetime
) -> None:
    with writing(context.engine) as connection:
        account_id = accounts.locked_id(connection, "or@stad.example")
        grants.take(connection, account_id, Grant(Role.TOEZICHT))

    (finding,) = examine(context.settings, now)
    assert (finding.key, finding.level) == ("doctor.no_toezicht", Level.WARNING)


def test_a_pragma_that_is_not_in_force_is_named(
    context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def weaken(connection: object, _entry: object) -> None:
        connection.execute("PRAGMA secure_delete=0")  # type: ignore[attr-defined]

    event.listen(context.engine, "connect", weaken)
    context.engine.dispose()
    (finding,) = storage_checks.store(context)
    assert finding == Finding("doctor.pragma", {"name": "secure_delete", "found": 0, "wanted": 1})


# -- when the machine itself fails -----------------------------------------------------------------


def test_a_secret_that_cannot_be_read_is_named(context: AppContext, now: datetime) -> None:
    context.settings.secret_file.unlink()
    context.settings.secret_file.mkdir()
    assert keys_of(examine(context.settings, now)) == ["secret.unreadable"]


def test_a_key_that_is_damaged_is_named(
    context: AppContext, open_round: rounds.Round, now: datetime
) -> None:
    (context.keys.path / open_round.key_name).write_bytes(b"half a k")
    (finding,) = examine(context.settings, now)
    assert keys_of((finding,)) == ["doctor.key_unreadable"]
    assert finding.words["period"] == Month("2026-11")


def test_a_store_that_is_damaged_is_named_as_a_store(context: AppContext, now: datetime) -> None:
    file = context.settings.database_file
    assert file is not None
    context.engine.dispose()
    with file.open("r+b") as handle:
        handle.write(b"kapot" * 20)
    assert keys_of(examine(context.settings, now)) == ["store.damaged"]


def test_a_damaged_page_is_found_before_it_is_read(context: AppContext, now: datetime) -> None:
    file = context.settings.database_file
    assert file is not None
    with context.engine.connect() as connection:
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'atom'"
        ).scalar_one()
    context.engine.dispose()
    with file.open("r+b") as handle:
        handle.seek((page - 1) * 4096)
        handle.write(b"\xff" * 4096)
    assert "store.damaged" in keys_of(examine(context.settings, now))


def test_a_server_that_does_not_answer_is_named(settings: Settings, now: datetime) -> None:
    unreachable = replace(settings, database_url="postgresql+psycopg://x@127.0.0.1:1/x")
    assert keys_of(examine(unreachable, now)) == ["store.unreachable"]


def test_a_disk_that_is_nearly_full_is_named(
    context: AppContext, open_round: rounds.Round, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkup, "FREE_SPACE", 10**18)
    assert keys_of(examine(context.settings, now)) == ["doctor.room", "doctor.room"]


def test_a_postgresql_without_durable_writes_is_named(postgresql: Cluster, now: datetime) -> None:
    with postgresql.database() as url:
        engine = open_store(url)
        names = [words["name"] for key, words in checkup.findings(engine)]
        engine.dispose()
    assert names == ["fsync", "full_page_writes"]


def test_a_contact_not_checked_for_half_a_year_is_named(
    settings: Settings, context: AppContext, now: datetime
) -> None:
    findings = examine(settings, now + timedelta(days=190))

    assert set(keys_of(findings)) == {"doctor.help_stale"}
    assert len(findings) == len({finding.words["name"] for finding in findings})
