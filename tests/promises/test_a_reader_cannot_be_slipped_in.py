"""Who can write in the store cannot slip in as a reader of what is written from then on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from monitor import clock
from monitor.klaagmuur import daily, envelope, luisteraars, readers, vents, witness
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.refusals import VentRefused, WallClosed
from monitor.klaagmuur.vents import Draft
from monitor.store.engine import writing
from monitor.store.klaagmuur_tables import luisteraar
from monitor.wiring import House
from tests.promises import canary

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def noor(house: House) -> canary.Listener:
    """The luisteraar, known to this installation."""
    made = canary.enrol(house, "Noor", clock.now())
    daily.tick(house, clock.now())
    return made


def forge(house: House, who: str, **values: object) -> None:
    with writing(house.engine) as connection:
        connection.execute(update(luisteraar).where(luisteraar.c.id == who).values(**values))


def active(house: House, days: int = 0) -> list[str]:
    today = clock.today() + timedelta(days)
    known = witness.believed(house.keys, luisteraars.everyone(house.engine), today)
    return [one.name for one in readers.active(known, today)]


def test_a_key_dated_back_waits_its_two_weeks_from_when_it_was_seen(
    house: House, noor: canary.Listener
) -> None:
    mole = canary.enrol(house, "Mol", clock.now())
    forge(house, mole.who.id, announced_on=LONG_AGO, active_from=LONG_AGO)
    # The control: the rows alone are enough to be taken in.
    rows = luisteraars.everyone(house.engine)
    assert [one.name for one in readers.active(rows, clock.today())] == ["Mol"]

    assert active(house) == ["Noor"]
    daily.tick(house, clock.now())
    assert active(house) == ["Noor"]
    with pytest.raises(VentRefused):
        vents.send(house, Draft(Vent(text=canary.TEXT), luisteraar=mole.who.id), clock.now())
    assert active(house, 13) == ["Noor"]
    assert active(house, 14) == ["Mol", "Noor"]


def test_a_key_in_the_place_of_another_closes_the_wall(house: House, noor: canary.Listener) -> None:
    own = luisteraars.make_key("van de beheerder zelf", canary.insecure_quick_cost)
    forge(house, noor.who.id, public_key=own.key.public, announced_on=LONG_AGO)

    with pytest.raises(WallClosed):
        vents.send(house, Draft(Vent(text=canary.TEXT)), clock.now())
    daily.tick(house, clock.now())
    with pytest.raises(WallClosed):
        vents.send(house, Draft(Vent(text=canary.TEXT)), clock.now())


def test_a_forged_key_cannot_sign_for_another(house: House, noor: canary.Listener) -> None:
    first, second = (canary.enrol(house, name, clock.now()) for name in ("Mol", "Rat"))
    today = clock.today()
    signature = first.key.sign(readers.statement(second.key.public, today))
    forge(house, second.who.id, active_from=today, signed_by=first.who.id, signature=signature)
    forge(house, first.who.id, announced_on=LONG_AGO, active_from=LONG_AGO)
    assert envelope.is_signed(
        first.key.public, readers.statement(second.key.public, today), signature
    )

    assert active(house) == ["Noor"]
    # Nor when they sign for each other.
    back = second.key.sign(readers.statement(first.key.public, today))
    forge(house, first.who.id, active_from=today, signed_by=second.who.id, signature=back)
    assert active(house) == ["Noor"]


def test_a_first_luisteraar_is_active_at_once_and_stays_so(
    house: House, noor: canary.Listener
) -> None:
    vents.send(house, Draft(Vent(text=canary.TEXT)), clock.now())
    daily.tick(house, clock.now() + timedelta(days=1))

    assert active(house) == active(house, 100) == ["Noor"]
