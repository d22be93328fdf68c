"""Files that are damaged, read-only or gone: the app does not start, or says so and goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from monitor.config.settings import ROOT, Settings
from monitor.pulse.rounds import rounds
from tests.faults.conftest import Town
from tests.faults.crowd import check_every_answer_counts_once, crowd
from tests.live import environment, running
from tests.stores import SQLITE


@pytest.fixture
def store() -> str:
    """What keeps the data."""
    return SQLITE


def monitor(settings: Settings, folder: Path, *arguments: str) -> tuple[int, list[str]]:
    """Run a command as somebody whom file permissions bind; its status and its sentences."""
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    done = subprocess.run(
        [*(bound if os.geteuid() == 0 else []), sys.executable, "-m", "monitor", *arguments],
        cwd=ROOT,
        env=environment(settings, folder),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stderr.splitlines()


def read_only(town: Town) -> None:
    """Neither the file nor its folder may be written to."""
    file = _file(town)
    for path in (*file.parent.iterdir(), file.parent):
        path.chmod(0o500 if path.is_dir() else 0o400)


def corrupt(town: Town) -> None:
    """The first bytes are something else."""
    with _file(town).open("r+b") as handle:
        handle.write(b"kapot" * 20)


def no_secret(town: Town) -> None:
    """The secret may not be read."""
    town.context.settings.secret_file.chmod(0)


def no_database(town: Town) -> None:
    """There is a folder where the file should be."""
    _file(town).unlink()
    _file(town).mkdir()


@pytest.fixture
def mendable(town: Town) -> Iterator[Town]:
    """A town whose files get their permissions back, so that they can be thrown away."""
    town.context.engine.dispose()
    yield town
    _file(town).parent.chmod(0o700)


@pytest.mark.parametrize(
    ("breaking", "begins"),
    [
        (read_only, "Er mag niet in de opslag worden geschreven."),
        (corrupt, "De opslag is beschadigd"),
        (no_secret, "Het geheim in "),
        (no_database, "De opslag is niet te bereiken."),
    ],
)
def test_it_does_not_start_and_says_what_to_do_and_so_does_doctor(
    mendable: Town, tmp_path: Path, breaking: Callable[[Town], None], begins: str
) -> None:
    settings = mendable.context.settings
    breaking(mendable)

    for command in (("serve", "--port", "0"), ("doctor",)):
        status, sentences = monitor(settings, tmp_path, *command)
        assert status == 2
        assert len(sentences) == 1
        assert sentences[0].startswith(begins)


def test_a_database_damaged_while_it_serves_is_told_with_a_503_and_no_traceback(
    town: Town, tmp_path: Path
) -> None:
    with running(town.context.settings, tmp_path) as live:
        file = _file(town)
        file.write_bytes(b"\xff" * file.stat().st_size)
        file.with_name(file.name + "-wal").write_bytes(b"")
        shown = httpx.get(f"{live.address}/pulse/{town.codes[0]}")
        health = httpx.get(f"{live.address}/healthz")
        sent = httpx.post(f"{live.address}/pulse/{town.codes[0]}", data={"druk": "4"})
        said = live.said()

    # What the process still has in memory it may show; it thanks nobody for what is not kept.
    assert {shown.status_code, health.status_code} <= {200, 503}
    assert sent.status_code == 503
    assert "Traceback" not in shown.text + sent.text + said
    assert "request.failed" not in said
    assert '"reason": "store.damaged"' in said or '"reason": "store.disk"' in said


def test_a_key_that_is_gone_for_a_while_stops_the_round_and_loses_nothing(
    town: Town, tmp_path: Path, now: datetime
) -> None:
    keys = town.context.keys
    name = rounds.get(town.context.engine, town.period).key_name
    with running(town.context.settings, tmp_path) as live:
        before = crowd(live.port, town, town.codes[:100])
        before.start()
        before.wait()
        (keys.path / name).rename(tmp_path / "aside")
        without = httpx.post(f"{live.address}/pulse/{town.codes[100]}", content=town.sheet)
        status, sentences = monitor(town.context.settings, tmp_path, "doctor")
        (tmp_path / "aside").rename(keys.path / name)
        again = httpx.get(f"{live.address}/pulse/{town.codes[100]}")

    assert (without.status_code, again.status_code) == (503, 200)
    assert status == 2
    assert any(town.period in sentence for sentence in sentences)
    check_every_answer_counts_once(town, before.acknowledged, now)


def _file(town: Town) -> Path:
    file = town.context.settings.database_file
    assert file is not None
    return file
