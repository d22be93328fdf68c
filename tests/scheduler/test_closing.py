"""Rounds close after their last day, once, by a process that has the key."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from monitor import scheduler
from monitor.climate import close_round
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import KeyMissing
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.count import closing
from monitor.pulse.invitations import issue
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.scheduler import runner
from monitor.store.tables import questionnaire
from tests.promises import intruder
from tests.scheduler.conftest import BEFORE
from tests.stores import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """The kind of database."""
    return str(request.param)


@pytest.fixture
def codes(context: AppContext, now: datetime) -> list[str]:
    """Thirty codes of a round that closes in a week."""
    import_tree(context.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
    questions = load(context.settings.questionnaire_file)
    closes = local_day(now) + timedelta(7)
    rounds.open_round(context, "2026-11", questions, closes, "test", now)
    return [i.code for i in issue.invite(context, "2026-11", {"stad": 30}, "test", now)]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Why rounds were not closed, as the log has it."""
    reasons: list[str] = []
    monkeypatch.setattr(runner, "_log_unclosed", lambda _, reason: reasons.append(reason))
    return reasons


def test_a_round_closes_the_day_after_its_last_day(
    context: AppContext, codes: list[str], now: datetime
) -> None:
    last_day = now + timedelta(7)

    assert scheduler.tick(context, last_day).closed == ()
    assert scheduler.tick(context, last_day + timedelta(1)).closed == ("2026-11",)
    assert scheduler.tick(context, last_day + timedelta(1)).closed == ()


def test_after_a_long_stop_the_round_is_closed_once(
    context: AppContext, codes: list[str], now: datetime
) -> None:
    assert scheduler.tick(context, now + timedelta(200)).closed == ("2026-11",)
    assert rounds.get(context.engine, "2026-11").status is RoundStatus.SEALED


def test_a_round_is_closed_only_by_a_process_that_has_its_key(
    context: AppContext, codes: list[str], now: datetime
) -> None:
    name = rounds.get(context.engine, "2026-11").key_name
    key = context.keys.read(name)
    assert key is not None
    context.keys.destroy(name)

    result = scheduler.tick(context, now + timedelta(30))

    assert (result.closed, result.keyless) == ((), ("2026-11",))
    context.keys.write(name, key)
    assert scheduler.tick(context, now + timedelta(30)).closed == ("2026-11",)


def test_the_day_is_the_day_in_the_netherlands(
    context: AppContext, codes: list[str], now: datetime
) -> None:
    midnight_there = datetime.fromisoformat("2026-11-10T23:30:00+00:00")

    assert midnight_there.date() == date(2026, 11, 10)
    assert scheduler.tick(context, midnight_there).closed == ("2026-11",)


def test_a_key_that_a_failing_store_left_after_a_close_goes_at_the_next_tick(
    peopled: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = load(peopled.settings.questionnaire_file)
    round_ = rounds.open_round(peopled, "2026-10", questions, None, "test", BEFORE)
    with monkeypatch.context() as patch:
        patch.setattr(closing, "finish", lambda *_: None)
        closing.close(peopled, "2026-10", "test", BEFORE)
    assert peopled.keys.read(round_.key_name) is not None

    scheduler.tick(peopled, BEFORE)

    assert peopled.keys.read(round_.key_name) is None


def test_a_round_that_cannot_be_closed_stops_no_nightly_work(
    context: AppContext, codes: list[str], now: datetime, logged: list[str]
) -> None:
    """Somebody who writes in the store changes its questions."""
    with intruder.writing_in(context) as connection:
        connection.execute(update(questionnaire).values(body={"version": "x"}))

    result = scheduler.tick(context, now + timedelta(30))

    assert (result.closed, result.night) == ((), True)
    assert logged == ["store.questionnaire_changed"]


def test_a_round_that_another_process_closes_meanwhile_is_no_alarm(
    context: AppContext, codes: list[str], now: datetime, logged: list[str], monkeypatch: Any
) -> None:
    before = rounds.all_rounds(context.engine)
    closing.close(context, "2026-11", "test", now)
    monkeypatch.setattr(rounds, "all_rounds", lambda _: before)

    assert runner._close_due(context, now + timedelta(30)) == ((), ())
    assert logged == []


def test_a_round_that_another_process_seals_first_is_no_alarm(
    context: AppContext, codes: list[str], now: datetime, logged: list[str], monkeypatch: Any
) -> None:
    """The key and the counts beside it may be gone when this process looks for them."""

    def too_late(*_: object) -> None:
        closing.close(context, "2026-11", "test", now)
        raise KeyMissing("round.key_missing", period="2026-11")

    monkeypatch.setattr(close_round, "close", too_late)

    assert runner._close_due(context, now + timedelta(30)) == ((), ())
    assert logged == []
