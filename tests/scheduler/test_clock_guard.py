"""While the clock is wrong no round is closed and nothing expires."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from monitor import clock, scheduler
from monitor.context import AppContext
from monitor.klaagmuur import daily
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.scheduler.clock_guard import JUMP, STEADY, ClockGuard
from monitor.store import nights
from monitor.web.http import lifespan

NOON = datetime(2026, 11, 3, 12, tzinfo=UTC)
MINUTE = 60


class Machine:
    """Two clocks: one counts, the other may be set."""

    def __init__(self) -> None:
        self.running = 1_000.0
        self.date = NOON

    def wait(self, seconds: float) -> None:
        self.running += seconds
        self.date += timedelta(seconds=seconds)

    def trusted(self, guard: ClockGuard) -> bool:
        return guard.trusts(self.date, self.running)


@pytest.fixture
def machine() -> Machine:
    """A machine at noon."""
    return Machine()


@pytest.fixture
def open_round(context: AppContext, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round of November in an app that has just started on the machine."""
    import_tree(context.engine, Tree((Unit("stad", None, "Stad"),)), "test", NOON)
    questions = load(context.settings.questionnaire_file)
    rounds.open_round(context, "2026-11", questions, date(2026, 11, 17), "test", NOON)
    monkeypatch.setattr(lifespan, "_clock", ClockGuard())
    monkeypatch.setattr(clock, "now", lambda: machine.date)
    monkeypatch.setattr(clock, "running", lambda: machine.running)


def test_a_clock_that_is_corrected_a_little_is_trusted(
    machine: Machine,
) -> None:
    guard = ClockGuard()
    for correction in (0, 5, -30, 120, 0, -200, 300):
        machine.date += timedelta(seconds=correction)
        assert machine.trusted(guard)
        machine.wait(MINUTE)


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400), timedelta(hours=1)])
def test_after_a_jump_nothing_is_trusted_until_it_has_lasted_an_hour(
    machine: Machine, jump: timedelta
) -> None:
    guard = ClockGuard()
    assert machine.trusted(guard)
    machine.wait(MINUTE)
    machine.date += jump

    for _ in range(STEADY // MINUTE):
        assert not machine.trusted(guard)
        machine.wait(MINUTE)
    assert machine.trusted(guard)


def test_a_jump_that_is_undone_is_forgotten_at_once(machine: Machine) -> None:
    guard = ClockGuard()
    assert machine.trusted(guard)
    machine.wait(MINUTE)
    machine.date += timedelta(days=400)
    assert not machine.trusted(guard)
    machine.wait(MINUTE)
    machine.date -= timedelta(days=400)
    assert machine.trusted(guard)


def test_a_clock_that_keeps_jumping_is_never_trusted(machine: Machine) -> None:
    guard = ClockGuard()
    assert machine.trusted(guard)
    for _ in range(200):
        machine.wait(MINUTE)
        machine.date += timedelta(seconds=2 * JUMP)
        assert not machine.trusted(guard)


@pytest.mark.slow
@pytest.mark.usefixtures("open_round")
def test_a_round_is_not_closed_by_a_clock_that_jumped(
    context: AppContext, machine: Machine
) -> None:
    def tick() -> RoundStatus:
        machine.wait(MINUTE)
        asyncio.run(lifespan.tick())
        return rounds.get(context.engine, "2026-11").status

    assert tick() is RoundStatus.OPEN
    machine.date += timedelta(days=400)
    assert tick() is RoundStatus.OPEN
    machine.date -= timedelta(days=400)
    assert tick() is RoundStatus.OPEN
    for _ in range(20):
        machine.wait(24 * 60 * MINUTE)
    assert tick() is RoundStatus.SEALED


@pytest.mark.slow
@pytest.mark.usefixtures("open_round")
def test_a_clock_that_was_far_ahead_at_the_start_closes_nothing_before_a_person_confirmed(
    context: AppContext, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler.tick(context, NOON)
    expired: list[datetime] = []
    monkeypatch.setattr(daily, "tick", lambda _context, now: expired.append(now))

    def run_for_hours() -> RoundStatus:
        for _ in range(3):
            machine.wait(60 * MINUTE)
            asyncio.run(lifespan.tick())
            asyncio.run(lifespan.tick_klaagmuur())
        return rounds.get(context.engine, "2026-11").status

    machine.date += timedelta(days=41)
    assert run_for_hours() is RoundStatus.OPEN
    assert expired == []
    nights.confirm(context.engine, "test", machine.date)
    assert run_for_hours() is RoundStatus.SEALED
    assert expired


@pytest.mark.usefixtures("open_round")
def test_the_control_a_clock_less_far_ahead_closes_what_is_due(
    context: AppContext, machine: Machine
) -> None:
    scheduler.tick(context, NOON)
    machine.date += timedelta(days=39)
    asyncio.run(lifespan.tick())

    assert rounds.get(context.engine, "2026-11").status is RoundStatus.SEALED
