from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.keyfolder import KeyFolder, read_secret


def test_folder_and_files_are_for_the_owner_only(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")

    folder.write("a", b"secret")

    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder.path / "a").stat().st_mode) == 0o600
    assert folder.read("a") == b"secret"


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    folder.write("a", b"first")

    with pytest.raises(FileExistsError):
        folder.write("a", b"second")

    assert folder.read("a") == b"first"


def test_a_destroyed_key_is_gone(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    folder.write("a", b"secret")

    assert folder.destroy("a")
    assert not folder.destroy("a")

    assert folder.read("a") is None
    assert folder.names() == ()


def test_a_folder_that_is_not_there_has_no_keys(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "nowhere")

    assert folder.names() == ()
    assert folder.read("a") is None


def test_twenty_starts_at_once_agree_on_one_secret(tmp_path: Path) -> None:
    file = tmp_path / "state" / "secret"

    with ThreadPoolExecutor(20) as pool:
        found = set(pool.map(lambda _: read_secret(file), range(20)))

    assert len(found) == 1
    assert len(found.pop()) == 32
    assert [entry.name for entry in file.parent.iterdir()] == ["secret"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
