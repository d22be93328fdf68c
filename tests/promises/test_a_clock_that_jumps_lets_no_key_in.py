"""A clock that jumps two weeks ahead does not make an announced key count, on any page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import key_pinning, readers, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.quarters import ANNOUNCED
from monitor.klaagmuur.vents import Draft
from monitor.scheduler import process_clock
from monitor.scheduler.clock_guard import STEADY, ClockGuard
from monitor.web.klaagmuur import write
from tests.plain_pages import application
from tests.promises import canary
from tests.stores import SQLITE

JUMP = ANNOUNCED + timedelta(1)


class JumpingClock:
    """A date that can be moved, beside a clock that only counts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.date, self.running = clock.now(), 1000.0
        monkeypatch.setattr(clock, "now", lambda: self.date)
        monkeypatch.setattr(clock, "running", lambda: self.running)
        monkeypatch.setattr(process_clock, "guard", ClockGuard())
        monkeypatch.setattr(write, "ANSWER_SECONDS", 0.0)

    def wait(self, seconds: float) -> None:
        self.date += timedelta(seconds=seconds)
        self.running += seconds


@pytest.fixture
def jumping(monkeypatch: pytest.MonkeyPatch) -> JumpingClock:
    """The clock of this process."""
    return JumpingClock(monkeypatch)


def _sealed_to(context: AppContext, listener: canary.Listener) -> bool:
    letters = canary.reading.inbox(context, listener.reader, listener.key).letters
    return bool(letters)


@pytest.mark.parametrize("store", [SQLITE])
def test_a_jump_of_the_clock_seals_nothing_to_an_announced_key(
    context: AppContext, noor: canary.Listener, jumping: JumpingClock
) -> None:
    intruder = canary.enrol(context, "Zeger", clock.now())
    with TestClient(application()) as browser:
        assert "Aangekondigd: Zeger" in browser.get("/klaagmuur").text
        jumping.date += JUMP
        page = browser.get("/klaagmuur").text
        browser.post("/klaagmuur", data={"tekst": "aan zeger", "lezer": intruder.reader.id})
        browser.post("/klaagmuur", data={"tekst": "aan noor", "lezer": noor.reader.id})

    assert "Aangekondigd: Zeger" in page
    assert 'name="lezer"' not in page  # there is nobody to choose between
    assert not _sealed_to(context, intruder)
    assert _sealed_to(context, noor)


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [SQLITE])
def test_the_control_with_the_date_of_the_machine_it_counts(
    context: AppContext, jumping: JumpingClock
) -> None:
    intruder = canary.enrol(context, "Zeger", clock.now())
    jumping.date += JUMP

    vents.send(context, Draft(Vent(text="x"), intruder.reader.id), clock.now())

    assert _sealed_to(context, intruder)


@pytest.mark.usefixtures("noor")
@pytest.mark.parametrize("store", [SQLITE])
def test_two_weeks_that_pass_do_make_it_count(context: AppContext, jumping: JumpingClock) -> None:
    intruder = canary.enrol(context, "Zeger", clock.now())
    process_clock.today()
    for _ in range(JUMP.days + 1):
        jumping.wait(24 * STEADY)
        today = process_clock.today()

    active = readers.active(key_pinning.everyone(context, today), today)

    assert intruder.reader.id in {reader.id for reader in active}


def test_the_date_goes_on_from_before_the_jump(jumping: JumpingClock) -> None:
    before = process_clock.now()
    jumping.date += JUMP
    jumping.wait(60)
    assert process_clock.now() == before + timedelta(seconds=60)
    jumping.wait(STEADY + 60)
    assert process_clock.now() == jumping.date  # believed after an hour, which is said
