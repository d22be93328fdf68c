"""The package alone, as an installer puts it on a machine: no checkout around it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from monitor.config.folders import PACKAGE
from tests.live import SERVE, Live, wait_for
from tests.ports import free_port

OURS = ("TEAMKLIMAAT_", "STREAMLIT_", "XDG_", "PYTHONPATH")
FOLDERS = """
import json
from monitor.config.settings import read
settings = read()
print(json.dumps({name: str(getattr(settings, name)) for name in (
    "data_dir", "database_file", "keys_dir", "questionnaire_file", "help_file", "sso_file"
)}))
"""


@pytest.fixture
def machine(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine with the package in its folder of installed packages."""
    site = tmp_path / "site-packages"
    shutil.copytree(PACKAGE, site / "monitor", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {name: text for name, text in os.environ.items() if not name.startswith(OURS)}
    return environment | {"HOME": str(tmp_path / "home"), "PYTHONPATH": str(site)}


def folders(machine: Mapping[str, str], working_folder: Path) -> dict[str, str]:
    """Where an installed package looks for files."""
    done = subprocess.run(
        [sys.executable, "-c", FOLDERS],
        cwd=working_folder,
        env=machine,
        capture_output=True,
        text=True,
        check=True,
    )
    paths: dict[str, str] = json.loads(done.stdout)
    return paths


@pytest.mark.slow
def test_it_brings_its_defaults_and_keeps_data_in_the_folder_of_the_user(
    machine: dict[str, str], tmp_path: Path
) -> None:
    defaults = tmp_path / "site-packages" / "monitor" / "defaults"
    data = tmp_path / "home" / ".local" / "share" / "teamklimaat"

    assert folders(machine, tmp_path) == {
        "data_dir": str(data),
        "database_file": str(data / "teamklimaat.db"),
        "keys_dir": str(tmp_path / "home" / ".local" / "state" / "teamklimaat" / "keys"),
        "questionnaire_file": str(defaults / "questionnaire.toml"),
        "help_file": str(defaults / "help.toml"),
        "sso_file": str(data / "sso.toml"),
    }
    assert (defaults / "questionnaire.toml").is_file()
    assert (defaults / "help.toml").is_file()


@pytest.mark.slow
def test_a_file_of_your_own_goes_before_the_one_that_comes_along(
    machine: dict[str, str], tmp_path: Path
) -> None:
    data = tmp_path / "share" / "teamklimaat"
    data.mkdir(parents=True)
    own = data / "questionnaire.toml"
    shutil.copy(PACKAGE / "defaults" / "questionnaire.toml", own)

    paths = folders(machine | {"XDG_DATA_HOME": str(tmp_path / "share")}, tmp_path)

    assert paths["questionnaire_file"] == str(own)
    assert paths["help_file"].endswith("/monitor/defaults/help.toml")


@pytest.mark.server
def test_it_serves_both_kinds_of_pages_from_any_folder(
    machine: dict[str, str], tmp_path: Path
) -> None:
    port, output = free_port(), tmp_path / "said.txt"
    with output.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, *(part.format(port=port) for part in SERVE)],
            cwd=tmp_path,
            env=machine,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    live = Live(port, output, process)
    try:
        wait_for(live)
        help_page = httpx.get(f"{live.address}/klaagmuur")
        dashboard = httpx.get(live.address, follow_redirects=True)
        assert 'href="tel:112"' in help_page.text
        assert dashboard.status_code == 200
        assert live.stop() == 0
    finally:
        if live.alive:
            live.kill()
    assert (tmp_path / "home" / ".local" / "share" / "teamklimaat" / "teamklimaat.db").is_file()
