"""The link to begin with: one, however many processes start on an empty store."""

from __future__ import annotations

from datetime import datetime

import pytest

from monitor import clock
from monitor.access import accounts
from monitor.commands import serve
from monitor.context import AppContext
from tests.stores import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data."""
    return str(request.param)


def test_of_two_processes_one_shows_a_link_and_it_works(
    context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    first, second = serve._set_up_link(context), serve._set_up_link(context)

    assert second is None
    assert first is not None
    token = first.rpartition("/")[2]
    assert accounts.invited(context.engine, token, now) == accounts.FIRST
    assert serve._needs_set_up(context)


def test_after_a_while_a_lost_link_is_replaced(
    context: AppContext, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    first = serve._set_up_link(context)
    monkeypatch.setattr(clock, "now", lambda: now + serve.SET_UP_LEASE)

    assert serve._set_up_link(context) not in (None, first)
