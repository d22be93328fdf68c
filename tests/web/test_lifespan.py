"""Background work: the calendar, and a failure that does not stop it."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, date, datetime

import pytest

from monitor import logs, scheduler
from monitor.context import AppContext
from monitor.errors import StoreFailing
from monitor.operations import alerts, pings, server_parts
from monitor.pulse.questionnaire import Questionnaire
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.web.http import lifespan


def test_a_tick_closes_a_round_whose_day_has_passed(
    town: AppContext, questions: Questionnaire
) -> None:
    opened = datetime(2020, 1, 6, 9, tzinfo=UTC)
    rounds.open_round(town, "2020-01", questions, date(2020, 1, 31), "test", opened)

    asyncio.run(lifespan.tick())

    assert rounds.get(town.engine, "2020-01").status is RoundStatus.SEALED
    assert town.keys.names() == ()


def test_what_is_set_on_the_server_keeps_neither_alerts_nor_the_night_back(
    town: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise StoreFailing("store.rows_closed", kind="settings")

    done: list[str] = []
    monkeypatch.setattr(scheduler, "tick", lambda *_: scheduler.TickResult(night=True))
    monkeypatch.setattr(server_parts, "note", fail)
    monkeypatch.setattr(alerts, "watch", lambda *_: done.append("alerts"))
    monkeypatch.setattr(pings, "ping_in_background", lambda _, work, ok=True: done.append(work))

    asyncio.run(lifespan.tick())

    assert done == ["tick", "night", "alerts"]


def test_work_is_repeated_after_a_failure_that_is_logged_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)
        if len(done) == 1:
            raise ValueError("an address of somebody")

    async def run() -> None:
        again = asyncio.create_task(lifespan.every(0.001, work))
        while len(done) < 3:
            await asyncio.sleep(0.001)
        again.cancel()

    asyncio.run(run())

    (record,) = [r for r in caplog.records if isinstance(r.msg, logs.Note)]
    assert isinstance(record.msg, logs.Note)
    assert record.levelno == logging.ERROR
    assert json.dumps(dict(record.msg.facts)) == '{"error": "ValueError"}'
