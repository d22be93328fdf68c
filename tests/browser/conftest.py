"""A real browser, on a real server with three months of example data."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from monitor import clock
from monitor.config.settings import Settings, read
from monitor.context import build_context
from monitor.demo.fill import Filled, fill
from monitor.demo.stories import RECOVERING
from monitor.pulse.invitations import issue
from monitor.pulse.rounds import rounds
from tests import needs
from tests.fork_server import ForkServer
from tests.live import Server

MONTHS = 3
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@dataclass(frozen=True)
class Town:
    """The example municipality and the server that serves it."""

    live: Server
    settings: Settings
    filled: Filled
    spare: list[str]
    """Paths of unused codes; a test that uses one removes it."""


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, forks: ForkServer) -> Iterator[Town]:
    """The example municipality, filled as ``demo`` does it and served as ``serve`` does it."""
    folder = tmp_path_factory.mktemp("town")
    filled, spare = _copied(tmp_path_factory.getbasetemp(), folder)
    settings = _settings_in(folder)
    with forks.running(settings, folder) as live:
        yield Town(live, settings, filled, spare)


def _copied(temporary: Path, folder: Path) -> tuple[Filled, list[str]]:
    """Copy the municipality to `folder`; the first process of the run that needs it fills it."""
    together = temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary
    source, notes = together / "example", together / "example.pickle"
    with (together / "example.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not notes.exists():
            notes.write_bytes(pickle.dumps(_fill(source)))
    shutil.copytree(source, folder, dirs_exist_ok=True)
    filled: tuple[Filled, list[str]] = pickle.loads(notes.read_bytes())
    return filled


def _fill(folder: Path) -> tuple[Filled, list[str]]:
    """Fill the municipality; returns what a newcomer needs, and paths of unused codes."""
    context = build_context(_settings_in(folder))
    filled = fill(context, MONTHS, 1, clock.now())
    survey_round = rounds.current_open(context.engine)
    assert survey_round is not None
    invitations = issue.replace(context, survey_round.period, {RECOVERING: 0}, "test", clock.now())
    context.engine.dispose()
    return filled, [f"/pulse/{invitation.code}" for invitation in invitations]


def _settings_in(folder: Path) -> Settings:
    return read(
        {
            "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{folder / 'data' / 'teamklimaat.db'}",
            "XDG_STATE_HOME": str(folder / "state"),
        }
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium; per module, as its event loop interferes with that of other tests."""
    path = needs.chromium()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path, args=list(ARGUMENTS), headless=True
        )
        yield opened
        opened.close()
