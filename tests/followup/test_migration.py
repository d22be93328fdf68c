"""The line for a team of before there was a log."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from monitor.config.settings import ROOT
from monitor.followup import team_log
from monitor.followup.team_log import LineState
from monitor.store.engine import open_store
from monitor.store.migrate import migrate

FROZEN = ROOT / "tests" / "frozen" / "2026_11" / "teamklimaat.db"


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A copy of a store of November 2026."""
    shutil.copy(FROZEN, tmp_path / "store.db")
    return f"sqlite:///{tmp_path / 'store.db'}"


def test_a_line_is_filed_under_the_month_sealed_last_before_it(store: str) -> None:
    engine = open_store(store)
    migrate(engine)
    (line,) = team_log.lines(engine, "intake")
    assert line.text == "We plannen elke maandag samen wie wat laat liggen."
    assert (line.period, line.written_on) == ("2026-09", date(2026, 9, 21))
    assert line.state is LineState.SHOWN
    engine.dispose()
