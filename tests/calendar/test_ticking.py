"""Rounds open, invite, remind and close by themselves, exactly once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from monitor import calendar, wiring
from monitor.access import audit
from monitor.calendar import ticking
from monitor.calendar.once import LEASE
from monitor.clock import AMSTERDAM
from monitor.delivery import outbox
from monitor.organisation import preferences
from monitor.organisation.preferences import Delivery
from monitor.pulse import rounds
from monitor.pulse.letters import Kind, State
from monitor.pulse.rounds import RoundStatus
from monitor.questionnaire import load
from monitor.store.delivery_tables import claim
from monitor.store.delivery_tables import outbox as table
from monitor.store.engine import writing
from monitor.wiring import House
from tests.calendar.conftest import BEFORE, PEOPLE
from tests.stores import BOTH

EARLIER = "2026-09"
OPENS = datetime(2026, 11, 3, 9, tzinfo=AMSTERDAM)


def everything_sent(house: House) -> None:
    """As if the mail server had taken every letter."""
    with writing(house.engine) as connection:
        connection.execute(update(table).values(state=State.SENT))


def did(house: House, action: str) -> int:
    """How often it is in the log since the calendar was switched on."""
    logged = audit.entries(house.engine)
    return sum(entry.action == action and entry.detail[:7] != EARLIER for entry in logged)


def test_by_default_nothing_happens_by_itself(house: House) -> None:
    assert calendar.tick(house, OPENS) == calendar.Ticked()


def test_a_whole_month_goes_by_itself(ready: House) -> None:
    assert calendar.tick(ready, OPENS - timedelta(minutes=1)) == calendar.Ticked()
    first = calendar.tick(ready, OPENS)
    assert (first.opened, first.invited) == (("2026-11",), ("2026-11",))
    assert rounds.get(ready.engine, "2026-11").closes_on == date(2026, 11, 17)
    everything_sent(ready)

    reminded = []
    for hour in range(24 * 20):
        done = calendar.tick(ready, OPENS + timedelta(hours=hour))
        assert done.refused == ()
        if done.reminded:
            reminded.append((OPENS + timedelta(hours=hour)).astimezone(AMSTERDAM).date())
            everything_sent(ready)
        if done.closed:
            assert (OPENS + timedelta(hours=hour)).date() == date(2026, 11, 18)
            break

    assert reminded == [date(2026, 11, 10), date(2026, 11, 13)]
    assert rounds.get(ready.engine, "2026-11").status is RoundStatus.SEALED
    assert did(ready, "round.open") == did(ready, "round.close") == 1


def test_after_a_long_stop_it_catches_up_exactly_once(ready: House) -> None:
    calendar.tick(ready, OPENS)
    everything_sent(ready)

    back = calendar.tick(ready, datetime(2027, 3, 4, 10, tzinfo=AMSTERDAM))

    assert back.closed == ("2026-11",)
    assert back.opened == ("2027-03",)  # and none of the three that were missed
    known = [found.period for found in rounds.all_rounds(ready.engine)]
    assert known == [EARLIER, "2026-11", "2027-03"]
    again = calendar.tick(ready, datetime(2027, 3, 4, 10, 1, tzinfo=AMSTERDAM))
    assert again == calendar.Ticked()


def test_of_two_missed_reminders_one_goes(ready: House) -> None:
    calendar.tick(ready, OPENS)
    everything_sent(ready)

    late = datetime(2026, 11, 16, 12, tzinfo=AMSTERDAM)
    assert calendar.tick(ready, late).reminded == ("2026-11",)
    everything_sent(ready)
    assert calendar.tick(ready, late + timedelta(hours=1)).reminded == ()
    assert outbox.progress(ready.engine, "2026-11", Kind.FIRST_REMINDER).sent == len(PEOPLE)
    assert outbox.progress(ready.engine, "2026-11", Kind.SECOND_REMINDER).total == 0


@pytest.mark.parametrize("store", BOTH)
def test_several_processes_open_invite_and_remind_once(ready: House) -> None:
    houses = [wiring.build(ready.settings) for _ in range(4)]

    def tick(moment: datetime) -> list[calendar.Ticked]:
        with ThreadPoolExecutor(len(houses)) as pool:
            return list(pool.map(lambda house: calendar.tick(house, moment), houses))

    assert sum(len(done.opened) for done in tick(OPENS)) == 1
    tick(OPENS + timedelta(minutes=1))
    everything_sent(ready)
    reminded = tick(OPENS + timedelta(days=7))
    for house in houses:
        house.engine.dispose()

    assert sum(len(done.reminded) for done in reminded) == 1
    assert did(ready, "round.open") == did(ready, "round.invite") == did(ready, "round.remind") == 1
    assert len(ready.keys.names()) == 1


def test_a_process_that_died_half_way_is_done_over(
    ready: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Died

    with monkeypatch.context() as broken:
        broken.setattr(ticking.invitations, "mail", die)
        with pytest.raises(Died):
            calendar.tick(ready, OPENS)
    assert outbox.progress(ready.engine, "2026-11").total == 0

    assert calendar.tick(ready, OPENS + LEASE).invited == ("2026-11",)
    assert outbox.progress(ready.engine, "2026-11").total == len(PEOPLE)


def test_a_silent_process_keeps_the_others_away_only_so_long(ready: House) -> None:
    with writing(ready.engine) as connection:
        until = int((OPENS + LEASE).timestamp())
        row = {"name": "open:2026-11", "holder": "dead", "until": until, "done": False}
        connection.execute(claim.insert().values(row))

    assert calendar.tick(ready, OPENS + LEASE - timedelta(seconds=1)).opened == ()
    assert calendar.tick(ready, OPENS + LEASE).opened == ("2026-11",)


def test_an_abandoned_round_is_not_opened_again(ready: House) -> None:
    calendar.tick(ready, OPENS)
    rounds.abandon(ready, "2026-11", "beheerder", OPENS)

    assert calendar.tick(ready, OPENS + timedelta(hours=1)) == calendar.Ticked()
    assert rounds.get(ready.engine, "2026-11").status is RoundStatus.ABANDONED


def test_a_round_opened_by_hand_is_not_invited_by_the_calendar(ready: House) -> None:
    questions = load(ready.settings.questionnaire_file)
    rounds.open_round(ready, "2026-11", questions, date(2026, 11, 20), "beheerder", OPENS)

    assert calendar.tick(ready, OPENS) == calendar.Ticked()
    assert outbox.progress(ready.engine, "2026-11").total == 0


@pytest.mark.parametrize("way", [Delivery.SLIPS, Delivery.CSV])
def test_where_codes_go_on_paper_the_round_opens_and_the_rest_is_left_to_people(
    ready: House, way: Delivery
) -> None:
    preferences.change(ready.engine, "test", BEFORE, delivery=way)

    done = calendar.tick(ready, OPENS)

    assert (done.opened, done.invited) == (("2026-11",), ())
    assert calendar.tick(ready, OPENS + timedelta(days=7)) == calendar.Ticked()


def test_the_first_round_waits_for_what_is_lacking(peopled: House) -> None:
    assert calendar.tick(peopled, OPENS).refused == ("checklist.missing.luisteraar",)
    assert rounds.all_rounds(peopled.engine) == ()


def test_preferences_are_kept_checked_and_noted(house: House) -> None:
    assert preferences.read(house.engine) == preferences.Preferences()

    changed = preferences.change(
        house.engine,
        "beheerder",
        BEFORE,
        calendar=True,
        days_off=(date(2026, 12, 24),),
        remind_after=(4,),
        delivery=Delivery.SLIPS,
    )

    assert preferences.read(house.engine) == changed
    assert changed.calendar_from == date(2026, 10, 20)
    assert did(house, "preferences.change") == 5
