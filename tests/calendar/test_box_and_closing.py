from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from monitor import calendar
from monitor.organisation.register import import_tree
from monitor.organisation.tree import Tree, Unit
from monitor.pulse import ballot_box, invitations, rounds
from monitor.pulse.rounds import RoundStatus
from monitor.questionnaire import load
from monitor.store.engine import reading
from monitor.store.tables import nightly
from monitor.wiring import House
from tests.stores import BOTH


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest) -> str:
    """What keeps the data."""
    return str(request.param)


@pytest.fixture
def codes(house: House, now: datetime) -> list[str]:
    """Thirty codes of a round that closes in a week."""
    import_tree(house.engine, Tree((Unit("stad", None, "Stad"),)), "test", now)
    questions = load(house.settings.questionnaire_file)
    closes = now.date() + timedelta(7)
    rounds.open_round(house, "2026-11", questions, closes, "test", now)
    return [i.code for i in invitations.invite(house, "2026-11", {"stad": 30}, "test", now)]


def told(house: House) -> dict[str, str]:
    with reading(house.engine) as connection:
        return {row.name: row.value for row in connection.execute(select(nightly))}


def test_a_round_closes_the_day_after_its_last_day(
    house: House, codes: list[str], now: datetime
) -> None:
    last_day = now + timedelta(7)

    assert calendar.tick(house, last_day).closed == ()
    assert calendar.tick(house, last_day + timedelta(1)).closed == ("2026-11",)
    assert calendar.tick(house, last_day + timedelta(1)).closed == ()


def test_after_a_long_stop_the_round_is_closed_once(
    house: House, codes: list[str], now: datetime
) -> None:
    assert calendar.tick(house, now + timedelta(200)).closed == ("2026-11",)
    assert rounds.get(house.engine, "2026-11").status is RoundStatus.SEALED


def test_a_round_whose_key_is_elsewhere_is_left_to_who_has_it(
    house: House, codes: list[str], now: datetime
) -> None:
    name = rounds.get(house.engine, "2026-11").key_name
    key = house.keys.read(name)
    assert key is not None
    house.keys.destroy(name)

    ticked = calendar.tick(house, now + timedelta(30))

    assert (ticked.closed, ticked.keyless) == ((), ("2026-11",))
    house.keys.write(name, key)
    assert calendar.tick(house, now + timedelta(30)).closed == ("2026-11",)


def test_the_day_is_the_day_in_the_netherlands(
    house: House, codes: list[str], now: datetime
) -> None:
    midnight_there = datetime.fromisoformat("2026-11-10T23:30:00+00:00")

    assert midnight_there.date() == date(2026, 11, 10)
    assert calendar.tick(house, midnight_there).closed == ("2026-11",)


def test_the_box_is_looked_at_once_a_day_and_told_in_words_and_tens(
    house: House, codes: list[str], now: datetime
) -> None:
    calendar.tick(house, now)
    assert told(house) == {
        "ballots": "under_50",
        "envelopes": "under_50",
        "received:2026-11": "0",
    }

    for code in codes[:19]:
        ballot_box.submit(house, code, (4,) * 9)
    calendar.tick(house, now + timedelta(hours=3))
    assert calendar.received(house.engine, "2026-11") == 0

    calendar.tick(house, now + timedelta(days=1))
    assert told(house)["envelopes"] == "under_50"
    assert calendar.received(house.engine, "2026-11") == 60


def test_the_first_to_answer_changes_nothing_that_is_told(
    house: House, codes: list[str], now: datetime
) -> None:
    calendar.tick(house, now)
    before = told(house)

    ballot_box.submit(house, codes[0], (4,) * 9)
    calendar.tick(house, now + timedelta(days=1))

    assert told(house) == before
    assert calendar.tick(house, now + timedelta(days=30)).closed == ("2026-11",)
    assert told(house) == {"ballots": "empty", "envelopes": "empty"}


@pytest.mark.parametrize(
    ("received", "invited", "told"),
    [(0, 19, None), (19, 19, None), (0, 20, "0"), (13, 20, "60"), (20, 20, "100"), (30, 20, "100")],
)
def test_below_twenty_invited_nothing_is_told(
    received: int, invited: int, told: str | None
) -> None:
    assert calendar.in_tens(received, invited) == told
