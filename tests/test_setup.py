"""Everything a fresh machine needs is stated exactly, and every make target is there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from monitor.config.settings import ROOT

PIN = re.compile(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9][0-9A-Za-z.]*")


def pins(file: str) -> list[str]:
    """The lines of a requirements file that name a package."""
    lines = (ROOT / file).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_has_one_exact_version(file: str) -> None:
    named = pins(file)
    assert [line for line in named if not PIN.fullmatch(line)] == []
    assert len({line.split("==")[0].lower() for line in named}) == len(named)


def test_what_tests_need_comes_on_top_of_what_runs() -> None:
    assert "-r requirements.txt" in (ROOT / "requirements-dev.txt").read_text("utf-8")
    assert {"uvloop", "httptools"} <= {line.split("==")[0] for line in pins("requirements.txt")}


@pytest.mark.parametrize(
    "target", ["demo", "run", "test", "quick", "soak", "mutants", "check", "bench"]
)
def test_make_knows_every_promised_target(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_quick_tests_are_those_without_a_mark() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "quick"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = configured["tool"]["pytest"]["ini_options"]["markers"]
    marks = {mark.partition(":")[0] for mark in declared} - {"real_disk", "real_hashing"}
    (chosen,) = re.findall(r"not \(([a-z or]+)\)", done.stdout)
    assert set(chosen.split(" or ")) == marks


def test_the_port_can_be_chosen_and_links_follow_it() -> None:
    done = subprocess.run(
        ["make", "--dry-run", "run", "PORT=9123"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--port 9123" in done.stdout


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ("sys.version_info < (3, 11)", "Python 3.11 or newer is needed"),
        ("venv", "lacks venv; on Debian or Ubuntu: sudo apt install python3-venv"),
    ],
)
def test_a_python_that_will_not_do_is_told_in_one_sentence(
    tmp_path: Path, answers: str, sentence: str
) -> None:
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, tmp_path)
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("make", "sh", "touch"):
        (tools / name).symlink_to(str(shutil.which(name)))
    python = tools / "python3"
    python.write_text(f'#!/bin/sh\ncase "$2" in *"{answers}"*) exit 1;; esac\nexit 0\n')
    python.chmod(0o755)
    done = subprocess.run(
        ["make", "test"],
        cwd=tmp_path,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert sentence in done.stderr.splitlines()[0]


def test_the_check_on_a_fresh_machine_runs_both_and_skips_nothing() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make check" in script
    assert "make test" in script
    assert "CI=true" in script
    subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=True)


def test_what_is_made_here_is_kept_out_of_the_repository() -> None:
    paths = [".venv/x", "data/teamklimaat.db", "data/teamklimaat.db-wal", "bench.json"]
    for path in [*paths, "monitor/__pycache__/x.pyc"]:
        done = subprocess.run(
            ["git", "check-ignore", "--quiet", "--no-index", path], cwd=ROOT, check=False
        )
        assert done.returncode == 0, path


def test_streamlit_finds_our_options_beside_the_script_and_beside_app_py() -> None:
    beside_script = ROOT / "monitor" / "dashboard" / ".streamlit" / "config.toml"
    assert (ROOT / ".streamlit" / "config.toml").samefile(beside_script)


def test_the_lock_names_every_pin_at_its_version_and_every_package_with_its_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    entries = re.findall(
        r"^([A-Za-z0-9_.-]+)==(\S+) \\\n((?:    --hash=\S+(?: \\)?\n)+)", text, re.M
    )
    locked = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version, _ in entries}
    pinned = dict(re.sub(r"\[.*\]", "", line).split("==") for line in pins("requirements.txt"))

    assert len(entries) == len(re.findall(r"^[A-Za-z]", text, re.MULTILINE)) > len(pinned)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", hashes) for _, _, hashes in entries)
    for name, version in pinned.items():
        assert locked[re.sub(r"[-_.]+", "-", name).lower()] == version
