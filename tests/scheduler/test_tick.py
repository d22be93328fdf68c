"""Rounds open, invite, remind and close by themselves, exactly once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from monitor import scheduler
from monitor.clock import AMSTERDAM
from monitor.context import AppContext, build_context
from monitor.organisation import preferences
from monitor.organisation.preferences import Delivery
from monitor.pulse.invitations import outbox
from monitor.pulse.invitations.letters import Kind, State
from monitor.pulse.questionnaire import load
from monitor.pulse.rounds import rounds
from monitor.pulse.rounds.rounds import RoundStatus
from monitor.scheduler import runner
from monitor.store import audit
from monitor.store.delivery_tables import claim
from monitor.store.delivery_tables import outbox as table
from monitor.store.engine import writing
from monitor.store.run_once import LEASE
from tests.scheduler.conftest import BEFORE, PEOPLE
from tests.stores import BOTH

EARLIER = "2026-09"
OPENS = datetime(2026, 11, 3, 9, tzinfo=AMSTERDAM)


def everything_sent(context: AppContext) -> None:
    """Mark every letter as accepted by the mail server."""
    with writing(context.engine) as connection:
        connection.execute(update(table).values(state=State.SENT))


def times_logged(context: AppContext, action: str) -> int:
    """How often an action is in the audit log, the earlier round left out."""
    entries = audit.entries(context.engine)
    return sum(entry.action == action and entry.detail[:7] != EARLIER for entry in entries)


def test_by_default_nothing_happens_by_itself(context: AppContext) -> None:
    assert scheduler.tick(context, OPENS) == scheduler.TickResult()


@pytest.mark.slow
def test_a_whole_month_runs_by_itself(ready: AppContext) -> None:
    assert scheduler.tick(ready, OPENS - timedelta(minutes=1)) == scheduler.TickResult()
    first = scheduler.tick(ready, OPENS)
    assert (first.opened, first.invited) == (("2026-11",), ("2026-11",))
    assert rounds.get(ready.engine, "2026-11").closes_on == date(2026, 11, 17)
    everything_sent(ready)

    reminded = []
    for hour in range(24 * 20):
        result = scheduler.tick(ready, OPENS + timedelta(hours=hour))
        assert result.refused == ()
        if result.reminded:
            reminded.append((OPENS + timedelta(hours=hour)).astimezone(AMSTERDAM).date())
            everything_sent(ready)
        if result.closed:
            assert (OPENS + timedelta(hours=hour)).date() == date(2026, 11, 18)
            break

    assert reminded == [date(2026, 11, 10), date(2026, 11, 13)]
    assert rounds.get(ready.engine, "2026-11").status is RoundStatus.SEALED
    assert times_logged(ready, "round.open") == times_logged(ready, "round.close") == 1


@pytest.mark.slow
def test_after_a_long_stop_it_catches_up_exactly_once(ready: AppContext) -> None:
    scheduler.tick(ready, OPENS)
    everything_sent(ready)

    result = scheduler.tick(ready, datetime(2027, 3, 4, 10, tzinfo=AMSTERDAM))

    assert result.closed == ("2026-11",)
    assert result.opened == ("2027-03",)  # and none of the three that were missed
    stored = [round_.period for round_ in rounds.all_rounds(ready.engine)]
    assert stored == [EARLIER, "2026-11", "2027-03"]
    again = scheduler.tick(ready, datetime(2027, 3, 4, 10, 1, tzinfo=AMSTERDAM))
    assert again == scheduler.TickResult()


@pytest.mark.slow
def test_of_two_missed_reminders_one_is_sent(ready: AppContext) -> None:
    scheduler.tick(ready, OPENS)
    everything_sent(ready)

    late = datetime(2026, 11, 16, 12, tzinfo=AMSTERDAM)
    assert scheduler.tick(ready, late).reminded == ("2026-11",)
    everything_sent(ready)
    assert scheduler.tick(ready, late + timedelta(hours=1)).reminded == ()
    assert outbox.progress(ready.engine, "2026-11", Kind.FIRST_REMINDER).sent == len(PEOPLE)
    assert outbox.progress(ready.engine, "2026-11", Kind.SECOND_REMINDER).total == 0


@pytest.mark.slow
@pytest.mark.parametrize("store", BOTH)
def test_several_processes_open_invite_and_remind_once(ready: AppContext) -> None:
    contexts = [build_context(ready.settings) for _ in range(4)]

    def tick(moment: datetime) -> list[scheduler.TickResult]:
        with ThreadPoolExecutor(len(contexts)) as pool:
            return list(pool.map(lambda context: scheduler.tick(context, moment), contexts))

    assert sum(len(result.opened) for result in tick(OPENS)) == 1
    tick(OPENS + timedelta(minutes=1))
    everything_sent(ready)
    reminded = tick(OPENS + timedelta(days=7))
    for context in contexts:
        context.engine.dispose()

    assert sum(len(result.reminded) for result in reminded) == 1
    assert (
        times_logged(ready, "round.open")
        == times_logged(ready, "round.invite")
        == times_logged(ready, "round.remind")
        == 1
    )
    assert len(ready.keys.names()) == 2  # the key, and the counts beside it


def test_the_work_of_a_process_that_died_is_done_again(
    ready: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as broken:
        broken.setattr(runner.issue, "mail", die)
        with pytest.raises(Died):
            scheduler.tick(ready, OPENS)
    assert outbox.progress(ready.engine, "2026-11").total == 0

    assert scheduler.tick(ready, OPENS + LEASE).invited == ("2026-11",)
    assert outbox.progress(ready.engine, "2026-11").total == len(PEOPLE)


def test_a_dead_process_holds_up_the_others_for_one_lease(ready: AppContext) -> None:
    with writing(ready.engine) as connection:
        until = int((OPENS + LEASE).timestamp())
        row = {"name": "open:2026-11", "holder": "dead", "until": until, "done": False}
        connection.execute(claim.insert().values(row))

    assert scheduler.tick(ready, OPENS + LEASE - timedelta(seconds=1)).opened == ()
    assert scheduler.tick(ready, OPENS + LEASE).opened == ("2026-11",)


def test_an_abandoned_round_is_not_opened_again(ready: AppContext) -> None:
    scheduler.tick(ready, OPENS)
    rounds.abandon(ready, "2026-11", "beheerder", OPENS)

    assert scheduler.tick(ready, OPENS + timedelta(hours=1)) == scheduler.TickResult()
    assert rounds.get(ready.engine, "2026-11").status is RoundStatus.ABANDONED


def test_a_round_opened_by_hand_is_not_invited_by_the_calendar(ready: AppContext) -> None:
    questions = load(ready.settings.questionnaire_file)
    rounds.open_round(ready, "2026-11", questions, date(2026, 11, 20), "beheerder", OPENS)

    assert scheduler.tick(ready, OPENS) == scheduler.TickResult()
    assert outbox.progress(ready.engine, "2026-11").total == 0


@pytest.mark.parametrize("way", [Delivery.SLIPS, Delivery.CSV])
def test_where_codes_go_on_paper_the_calendar_only_opens_the_round(
    ready: AppContext, way: Delivery
) -> None:
    preferences.change(ready.engine, "test", BEFORE, delivery=way)

    result = scheduler.tick(ready, OPENS)

    assert (result.opened, result.invited) == (("2026-11",), ())
    assert scheduler.tick(ready, OPENS + timedelta(days=7)) == scheduler.TickResult()


def test_the_first_round_waits_for_the_checklist(peopled: AppContext) -> None:
    assert scheduler.tick(peopled, OPENS).refused == ("checklist.missing.toezicht",)
    assert rounds.all_rounds(peopled.engine) == ()


def test_preferences_are_stored_checked_and_logged(context: AppContext) -> None:
    assert preferences.read(context.engine) == preferences.Preferences()

    changed = preferences.change(
        context.engine,
        "beheerder",
        BEFORE,
        calendar=True,
        days_off=(date(2026, 12, 24),),
        remind_after=(4,),
        delivery=Delivery.SLIPS,
    )

    assert preferences.read(context.engine) == changed
    assert changed.calendar_from == date(2026, 10, 20)
    assert times_logged(context, "preferences.change") == 5
