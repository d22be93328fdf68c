from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.config.settings import ROOT
from monitor.errors import SettingsRefused
from monitor.store.key_folder import KeyFolder, read_secret


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
        secrets = set(pool.map(lambda _: read_secret(file), range(20)))

    assert len(secrets) == 1
    assert len(secrets.pop()) == 32
    assert [entry.name for entry in file.parent.iterdir()] == ["secret"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.slow
def test_on_a_full_disk_no_half_a_key_stays(tmp_path: Path) -> None:
    folder = KeyFolder(tmp_path / "keys")
    folder.path.mkdir()
    writing = (
        "import resource, sys; from pathlib import Path\n"
        "from monitor.store.key_folder import KeyFolder, read_secret\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\n"
        "for work in (lambda: KeyFolder(Path(sys.argv[1])).write('a', b'x' * 64),\n"
        "             lambda: read_secret(Path(sys.argv[1]) / 'secret')):\n"
        "    try: work()\n"
        "    except Exception as error: print(type(error).__name__)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", writing, str(folder.path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["OSError", "SettingsRefused"]
    assert folder.names() == ()


@pytest.mark.parametrize("content", [b"", b"short", b"\0" * 32, b"x" * 33])
def test_a_damaged_secret_is_refused_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)

    with pytest.raises(SettingsRefused):
        read_secret(file)

    assert file.read_bytes() == content
