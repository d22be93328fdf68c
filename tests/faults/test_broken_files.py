"""Files that are damaged, read-only or gone: the app does not start, or reports it and goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from monitor.config.settings import Settings
from monitor.pulse.rounds import rounds
from tests.faults.clients import check_every_answer_counts_once, respondents
from tests.faults.conftest import Town
from tests.fork_server import ForkServer
from tests.stores import SQLITE

UNPRIVILEGED = "tests.faults.unprivileged:run"


@pytest.fixture
def store() -> str:
    """The kind of database."""
    return SQLITE


def monitor(
    forks: ForkServer, settings: Settings, folder: Path, *arguments: str
) -> tuple[int, list[str]]:
    """Run a command subject to file permissions, also as root; its status and its sentences."""
    errors = folder / "errors.txt"
    status = forks.program(settings, errors, UNPRIVILEGED, arguments).wait()
    return status, errors.read_text("utf-8").splitlines()


def read_only(town: Town) -> None:
    """Forbid writing to the database file and to its folder."""
    file = _file(town)
    for path in (*file.parent.iterdir(), file.parent):
        path.chmod(0o500 if path.is_dir() else 0o400)


def corrupt(town: Town) -> None:
    """Overwrite the first bytes of the database."""
    with _file(town).open("r+b") as handle:
        handle.write(b"kapot" * 20)


def no_secret(town: Town) -> None:
    """Forbid reading the secret."""
    town.context.settings.secret_file.chmod(0)


def no_database(town: Town) -> None:
    """Put a folder in the place of the database file."""
    _file(town).unlink()
    _file(town).mkdir()


@pytest.fixture
def mendable(town: Town) -> Iterator[Town]:
    """A town whose files get their permissions back, so that they can be deleted."""
    town.context.engine.dispose()
    yield town
    _file(town).parent.chmod(0o700)


@pytest.mark.parametrize(
    ("break_it", "sentence_start"),
    [
        (read_only, "Er mag niet in de opslag worden geschreven."),
        (corrupt, "De opslag is beschadigd"),
        (no_secret, "Het geheim in "),
        (no_database, "De opslag is niet te bereiken."),
    ],
)
def test_it_does_not_start_and_says_what_to_do_and_so_does_doctor(
    mendable: Town,
    forks: ForkServer,
    tmp_path: Path,
    break_it: Callable[[Town], None],
    sentence_start: str,
) -> None:
    settings = mendable.context.settings
    break_it(mendable)

    for command in (("serve", "--port", "0"), ("doctor",)):
        status, sentences = monitor(forks, settings, tmp_path, *command)
        assert status == 2
        assert len(sentences) == 1
        assert sentences[0].removeprefix("Fout: ").startswith(sentence_start)


def test_a_database_damaged_while_it_serves_is_told_with_a_503_and_no_traceback(
    town: Town, forks: ForkServer, tmp_path: Path
) -> None:
    with forks.running(town.context.settings, tmp_path) as live:
        file = _file(town)
        file.write_bytes(b"\xff" * file.stat().st_size)
        file.with_name(file.name + "-wal").write_bytes(b"")
        shown = httpx.get(f"{live.address}/pulse/{town.codes[0]}")
        health = httpx.get(f"{live.address}/healthz")
        sent = httpx.post(f"{live.address}/pulse/{town.codes[0]}", data={"druk": "4"})
        log = live.log()

    # It may show what is still in memory, but confirms nothing that is not stored.
    assert {shown.status_code, health.status_code} <= {200, 503}
    assert sent.status_code == 503
    assert "Traceback" not in shown.text + sent.text + log
    assert "request.failed" not in log
    assert '"reason": "store.damaged"' in log or '"reason": "store.disk"' in log


def test_a_key_that_is_gone_for_a_while_stops_the_round_and_loses_nothing(
    town: Town, forks: ForkServer, tmp_path: Path, now: datetime
) -> None:
    keys = town.context.keys
    name = rounds.get(town.context.engine, town.period).key_name
    with forks.running(town.context.settings, tmp_path) as live:
        before = respondents(live.port, town, town.codes[:100])
        before.start()
        before.wait()
        (keys.path / name).rename(tmp_path / "aside")
        without = httpx.post(f"{live.address}/pulse/{town.codes[100]}", content=town.sheet)
        status, sentences = monitor(forks, town.context.settings, tmp_path, "doctor")
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
