"""A real browser, on a real server with three months of example data."""

from __future__ import annotations

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
from tests.live import Live, running

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

    live: Live
    settings: Settings
    filled: Filled
    spare: list[str]
    """Paths of unused codes; a test that uses one removes it."""


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The example municipality, filled as ``demo`` does it and served as ``serve`` does it."""
    folder = tmp_path_factory.mktemp("town")
    settings = read(
        {
            "TEAMKLIMAAT_DATABASE_URL": f"sqlite:///{folder / 'data' / 'teamklimaat.db'}",
            "XDG_STATE_HOME": str(folder / "state"),
        }
    )
    context = build_context(settings)
    filled = fill(context, MONTHS, 1, clock.now())
    survey_round = rounds.current_open(context.engine)
    assert survey_round is not None
    invitations = issue.replace(context, survey_round.period, {RECOVERING: 0}, "test", clock.now())
    spare = [f"/pulse/{invitation.code}" for invitation in invitations]
    context.engine.dispose()
    with running(settings, Path(folder)) as live:
        yield Town(live, settings, filled, spare)


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
