"""SQLite's files are the app's own account's, from the first moment on."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from monitor.config.settings import Settings
from monitor.context import build_context
from monitor.errors import SettingsRefused
from monitor.operations.doctor import examine
from monitor.store import file_modes, stored_settings
from monitor.store.engine import writing
from monitor.store.key_folder import KeyFolder
from tests.stores import SQLITE


@pytest.fixture
def store() -> str:
    """What keeps the data: the other database has files of its own elsewhere."""
    return SQLITE


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """As most machines have it: what is made may be read by everybody."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(settings: Settings) -> dict[str, int]:
    file = settings.database_file
    assert file is not None
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in file.parent.iterdir()}


def test_they_are_made_for_the_owner_alone(settings: Settings) -> None:
    context = build_context(settings)
    with writing(context.engine) as connection:
        stored_settings.put(connection, "x", "y")

    assert modes(settings) == dict.fromkeys(
        ("teamklimaat.db", "teamklimaat.db-wal", "teamklimaat.db-shm"), 0o600
    )
    context.engine.dispose()


def test_open_ones_are_told_and_mended_at_the_next_start(
    settings: Settings, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = build_context(settings)
    with writing(context.engine) as connection:
        stored_settings.put(connection, "x", "y")
    file = settings.database_file
    assert file is not None
    for each in file.parent.iterdir():
        each.chmod(0o644)
    with monkeypatch.context() as without:
        without.setattr(file_modes, "make_private", lambda _file: None)
        findings = examine(settings, now)
    again = build_context(settings)

    assert {finding.key for finding in findings} == {"doctor.file_open"}
    assert {Path(str(finding.words["name"])).name for finding in findings} == {
        "teamklimaat.db",
        "teamklimaat.db-wal",
        "teamklimaat.db-shm",
    }
    assert set(modes(settings).values()) == {0o600}
    for opened in (context, again):
        opened.engine.dispose()


def test_a_key_folder_that_cannot_be_written_to_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    KeyFolder(tmp_path / "keys").require_writable()

    assert KeyFolder(tmp_path / "keys").names() == ()
    with pytest.raises(SettingsRefused) as refused:
        KeyFolder(tmp_path / "file" / "keys").require_writable()
    assert refused.value.key == "keys.unwritable"
