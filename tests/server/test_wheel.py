"""The wheel people install: it holds its data, brings a command, and that command works."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from monitor import __version__
from monitor.config.settings import ROOT

pytestmark = pytest.mark.slow
NEEDED = ("pyproject.toml", "requirements.txt", "README.md")
OURS = ("TEAMKLIMAAT_", "STREAMLIT_", "XDG_", "PYTHONPATH")


def run(command: list[object], folder: Path, environ: Mapping[str, str]) -> str:
    """What a command prints; the test ends when it fails."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=dict(environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def environ() -> dict[str, str]:
    """The environment without anything of ours in it."""
    return {name: text for name, text in os.environ.items() if not name.startswith(OURS)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, environ: dict[str, str]) -> Path:
    """The wheel, built from a copy of what is in the repository."""
    folder = tmp_path_factory.mktemp("build")
    for name in NEEDED:
        shutil.copy(ROOT / name, folder)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "monitor", folder / "monitor", ignore=ignored)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    run([*build, "--no-build-isolation", "-w", folder / "out", folder], folder, environ)
    (built,) = (folder / "out").glob("*.whl")
    return built


def test_it_holds_everything_that_lies_in_the_package(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    lying = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "monitor").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    assert lying <= held
    assert not [name for name in held if not name.startswith(("monitor/", "teamklimaat-"))]
    assert f"-{__version__}-" in wheel.name


def test_its_command_works_in_an_environment_of_its_own(
    wheel: Path, tmp_path: Path, environ: dict[str, str]
) -> None:
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    python = tmp_path / "venv" / "bin" / "python"
    site = tmp_path / "venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    # What it needs is installed here already; downloading it again would take minutes.
    needed = sysconfig.get_paths()["purelib"]
    (site / "site-packages" / "needed.pth").write_text(f"{needed}\n", "utf-8")
    pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    run([*pip, "--force-reinstall", wheel], tmp_path, environ)
    home = environ | {"HOME": str(tmp_path / "home"), "TEAMKLIMAAT_LANGUAGE": "en"}
    command = tmp_path / "venv" / "bin" / "teamklimaat"

    where = run([python, "-c", "import monitor; print(monitor.__file__)"], tmp_path, home)
    assert Path(where.strip()).is_relative_to(tmp_path / "venv")
    assert "serve" in run([command, "--help"], tmp_path, home)
    assert "well" in run([command, "doctor"], tmp_path, home).lower()
    run([command, "backup", tmp_path / "a.db"], tmp_path, home)
    assert (tmp_path / "home" / ".local" / "share" / "teamklimaat" / "teamklimaat.db").is_file()
