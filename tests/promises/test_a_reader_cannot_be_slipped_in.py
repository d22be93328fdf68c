"""Somebody who can write in the store cannot become a reader of what is written afterwards."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update

from monitor import clock
from monitor.clock import local_day
from monitor.config.settings import Settings
from monitor.context import AppContext, build_context
from monitor.errors import StoreFailing
from monitor.klaagmuur import (
    daily,
    key_pinning,
    luisteraars,
    reader_key,
    reader_status,
    readers,
    vents,
)
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import KlaagmuurClosed, VentRefused
from monitor.klaagmuur.vents import Draft
from monitor.store.engine import reading, writing
from monitor.store.klaagmuur_tables import luisteraar
from monitor.store.signed_rows import RowGuard, acceptance
from monitor.store.signed_tables import row_manifest
from tests.conftest import NOW
from tests.promises import canary, intruder

pytestmark = pytest.mark.usefixtures("no_midnight")

LONG_AGO = date(2020, 1, 1)
LATER = local_day(NOW) + timedelta(14)


@pytest.fixture
def noor(context: AppContext) -> canary.Listener:
    """A luisteraar whose key this installation has seen."""
    listener = canary.enrol(context, "Noor", clock.now())
    daily.tick(context, clock.now())
    return listener


def forge(context: AppContext, name: str, **values: object) -> None:
    with intruder.writing_in(context) as connection:
        connection.execute(update(luisteraar).where(luisteraar.c.id == name).values(**values))


def add(context: AppContext, row: dict[str, Any]) -> None:
    with intruder.writing_in(context) as connection:
        connection.execute(insert(luisteraar).values(row))


def row_of(context: AppContext, listener: canary.Listener) -> dict[str, Any]:
    with reading(context.engine) as connection:
        by_id = luisteraar.c.id == listener.reader.id
        return dict(connection.execute(select(luisteraar).where(by_id)).mappings().one())


def own_key() -> dict[str, bytes]:
    own = luisteraars.make_key("van de indringer zelf", canary.insecure_quick_cost)
    return {
        "public_key": own.key.public,
        "locked_key": own.locked,
        "recovery_key": own.recovery_lock,
    }


def kept(context: AppContext) -> dict[Table, list[dict[str, Any]]]:
    with reading(context.engine) as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in (luisteraar, row_manifest)
        }


def sign_everything(context: AppContext) -> None:
    """As an operator does who accepts the store as it is."""
    row_guard = RowGuard.of(context.secret, context.keys)
    with writing(context.engine, sign=False) as connection:
        accepted = acceptance.accept(connection, row_guard)
    acceptance.note(row_guard, accepted)


def send_to(context: AppContext, reader_id: str) -> None:
    vents.send(context, Draft(Vent(text=canary.TEXT), luisteraar=reader_id), clock.now())


def naive(context: AppContext) -> tuple[Luisteraar, ...]:
    """The luisteraars as a reader takes them that believes every row."""
    with reading(context.engine) as connection:
        rows = connection.execute(select(luisteraar)).all()
    return tuple(luisteraars._luisteraar(row, may_read=True) for row in rows)


def naively_active(context: AppContext) -> list[str]:
    return [reader.name for reader in readers.active(naive(context), clock.today())]


def active(context: AppContext, days: int = 0) -> list[str]:
    today = clock.today() + timedelta(days)
    believed = key_pinning.believed(context.keys, luisteraars.everyone(context.engine), today)
    return [reader.name for reader in readers.active(believed, today)]


def test_a_key_dated_back_is_no_key(context: AppContext, noor: canary.Listener) -> None:
    mole = canary.enrol(context, "Mol", clock.now())
    forge(context, mole.reader.id, announced_on=LONG_AGO, active_from=LONG_AGO)
    # The control: the rows alone are enough to be taken in.
    assert naively_active(context) == ["Mol"]

    for _ in range(2):
        assert active(context) == active(context, 400) == ["Noor"]
        with pytest.raises(VentRefused):
            send_to(context, mole.reader.id)
        daily.tick(context, clock.now())


def test_the_true_keys_row_deleted_and_one_of_today_put_in(
    context: AppContext, noor: canary.Listener
) -> None:
    mole = row_of(context, noor) | own_key() | {"id": "mole", "name": "Mol"}
    with intruder.writing_in(context) as connection:
        connection.execute(delete(luisteraar))
        connection.execute(insert(luisteraar).values(mole))
    assert naively_active(context) == ["Mol"]  # the control

    daily.tick(context, clock.now())
    assert active(context) == active(context, 400) == []
    with pytest.raises(KlaagmuurClosed):
        vents.send(context, Draft(Vent(text=canary.TEXT)), clock.now())
    # Nor is one that a beheerder enrols now the first, which would count at once.
    canary.enrol(context, "Rat", clock.now())
    daily.tick(context, clock.now())
    assert active(context, 13) == []
    assert active(context, 14) == ["Rat"]


def test_a_signature_of_junk_on_the_true_row_makes_no_other_key_the_first(
    context: AppContext, noor: canary.Listener
) -> None:
    mole = row_of(context, noor) | own_key() | {"id": "mole", "name": "Mol"}
    day_later = clock.today() + timedelta(1)
    forge(
        context,
        noor.reader.id,
        signed_by=noor.reader.id,
        signature=b"junk",
        announced_on=day_later,
        active_from=day_later,
    )
    add(context, mole)
    assert naively_active(context) == ["Mol"]  # the control

    for _ in range(2):
        assert active(context) == active(context, 400) == []
        daily.tick(context, clock.now())


def test_a_key_of_the_same_account_and_name_is_not_taken_for_the_true_one(
    context: AppContext, noor: canary.Listener
) -> None:
    mole = row_of(context, noor) | own_key() | {"id": "mole", "announced_on": LONG_AGO}
    add(context, mole | {"active_from": LONG_AGO})
    (deceived,) = readers.active(naive(context), clock.today() + timedelta(400))
    assert deceived.name == "Noor"  # the control: the name alone does not tell
    forge(context, noor.reader.id, ended_on=clock.today())
    assert naively_active(context) == ["Noor"]

    for _ in range(2):
        assert active(context) == active(context, 400) == []
        daily.tick(context, clock.now())


def test_a_key_that_was_turned_down_stays_so(context: AppContext, noor: canary.Listener) -> None:
    mole = canary.enrol(context, "Mol", clock.now())
    reader_status.turn_down(context.engine, noor.reader, mole.reader.id, "test", clock.now())
    forge(context, mole.reader.id, ended_on=None)
    later = clock.today() + timedelta(14)
    assert [each.name for each in readers.active(naive(context), later)] == ["Mol", "Noor"]

    assert active(context, 14) == ["Noor"]


@pytest.mark.parametrize("forgotten", [False, True], ids=["signed by mistake", "by the control"])
def test_an_ending_stays_also_when_an_operator_signs_the_forged_row(
    context: AppContext, noor: canary.Listener, forgotten: bool
) -> None:
    mole = canary.enrol(context, "Mol", clock.now())
    reader_status.turn_down(context.engine, noor.reader, mole.reader.id, "test", clock.now())
    daily.tick(context, clock.now())
    if forgotten:
        for name in context.keys.names():
            if name.startswith(key_pinning.ENDED):
                context.keys.destroy(name)
    forge(context, mole.reader.id, ended_on=None)
    sign_everything(context)

    assert active(context, 14) == (["Mol", "Noor"] if forgotten else ["Noor"])


@pytest.mark.slow
def test_an_earlier_state_of_the_store_closes_the_klaagmuur(
    context: AppContext, noor: canary.Listener
) -> None:
    mole = canary.enrol(context, "Mol", clock.now())
    before = kept(context)
    reader_status.turn_down(context.engine, noor.reader, mole.reader.id, "test", clock.now())
    with intruder.writing_in(context) as connection:
        for table, rows in before.items():
            connection.execute(delete(table))
            connection.execute(insert(table), rows)
    assert [each.name for each in readers.active(naive(context), LATER)] == ["Mol", "Noor"]

    assert active(context, 14) == []
    with pytest.raises(StoreFailing):  # and nothing is signed on top of it
        canary.enrol(context, "Rat", clock.now())
    sign_everything(context)
    assert "Noor" in active(context)


@pytest.mark.slow
def test_what_is_deleted_of_the_record_in_the_store_is_not_a_first_start(
    context: AppContext, noor: canary.Listener, settings: Settings
) -> None:
    mole = row_of(context, noor) | own_key() | {"id": "mole", "name": "Mol"}
    with intruder.writing_in(context) as connection:
        connection.execute(delete(luisteraar))
        connection.execute(insert(luisteraar).values(mole))
        connection.execute(delete(row_manifest))

    started = build_context(settings)
    try:
        assert active(started) == active(context) == []
    finally:
        started.engine.dispose()
    # The control: with a new key folder it is a first start, which believes the store.
    shutil.rmtree(context.keys.path)
    started = build_context(settings)
    try:
        assert active(started) == ["Mol"]
    finally:
        started.engine.dispose()


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
