"""Somebody who can write in the store cannot become a reader of what is written afterwards."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from monitor import clock
from monitor.context import AppContext
from monitor.klaagmuur import daily, key_pinning, luisteraars, reader_key, readers, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.refusals import KlaagmuurClosed, VentRefused
from monitor.klaagmuur.vents import Draft
from monitor.store.engine import writing
from monitor.store.klaagmuur_tables import luisteraar
from tests.promises import canary

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def noor(context: AppContext) -> canary.Listener:
    """A luisteraar whose key this installation has seen."""
    listener = canary.enrol(context, "Noor", clock.now())
    daily.tick(context, clock.now())
    return listener


def forge(context: AppContext, name: str, **values: object) -> None:
    with writing(context.engine) as connection:
        connection.execute(update(luisteraar).where(luisteraar.c.id == name).values(**values))


def active(context: AppContext, days: int = 0) -> list[str]:
    today = clock.today() + timedelta(days)
    believed = key_pinning.believed(context.keys, luisteraars.everyone(context.engine), today)
    return [reader.name for reader in readers.active(believed, today)]


def test_a_key_dated_back_waits_its_two_weeks_from_when_it_was_seen(
    context: AppContext, noor: canary.Listener
) -> None:
    mole = canary.enrol(context, "Mol", clock.now())
    forge(context, mole.reader.id, announced_on=LONG_AGO, active_from=LONG_AGO)
    # The control: the rows alone are enough to be taken in.
    rows = luisteraars.everyone(context.engine)
    assert [reader.name for reader in readers.active(rows, clock.today())] == ["Mol"]

    assert active(context) == ["Noor"]
    daily.tick(context, clock.now())
    assert active(context) == ["Noor"]
    with pytest.raises(VentRefused):
        vents.send(context, Draft(Vent(text=canary.TEXT), luisteraar=mole.reader.id), clock.now())
    assert active(context, 13) == ["Noor"]
    assert active(context, 14) == ["Mol", "Noor"]


def test_a_key_in_the_place_of_another_closes_the_klaagmuur(
    context: AppContext, noor: canary.Listener
) -> None:
    own = luisteraars.make_key("van de beheerder zelf", canary.insecure_quick_cost)
    forge(context, noor.reader.id, public_key=own.key.public, announced_on=LONG_AGO)

    with pytest.raises(KlaagmuurClosed):
        vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())
    daily.tick(context, clock.now())
    with pytest.raises(KlaagmuurClosed):
        vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())


def test_a_forged_key_cannot_sign_for_another(context: AppContext, noor: canary.Listener) -> None:
    first, second = (canary.enrol(context, name, clock.now()) for name in ("Mol", "Rat"))
    today = clock.today()
    signature = first.key.sign(readers.statement(second.key.public, today))
    forge(
        context,
        second.reader.id,
        active_from=today,
        signed_by=first.reader.id,
        signature=signature,
    )
    forge(context, first.reader.id, announced_on=LONG_AGO, active_from=LONG_AGO)
    assert reader_key.is_signed(
        first.key.public, readers.statement(second.key.public, today), signature
    )

    assert active(context) == ["Noor"]
    # Nor when they sign for each other.
    back = second.key.sign(readers.statement(first.key.public, today))
    forge(
        context,
        first.reader.id,
        active_from=today,
        signed_by=second.reader.id,
        signature=back,
    )
    assert active(context) == ["Noor"]


def test_a_first_luisteraar_is_active_at_once_and_stays_so(
    context: AppContext, noor: canary.Listener
) -> None:
    vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())
    daily.tick(context, clock.now() + timedelta(days=1))

    assert active(context) == active(context, 100) == ["Noor"]
