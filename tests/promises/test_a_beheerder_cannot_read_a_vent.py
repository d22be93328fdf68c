"""A beheerder cannot read a vent: not with a key, a password or the whole store."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from monitor import clock
from monitor.access import accounts
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import Refusal
from monitor.klaagmuur import (
    envelope,
    luisteraars,
    reader_key,
    readers,
    reading,
    shredding,
    vents,
)
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.envelope import Damaged
from monitor.klaagmuur.refusals import KeyRefused
from monitor.klaagmuur.vents import Draft
from monitor.store.engine import reading as looking
from monitor.store.engine import writing
from monitor.store.klaagmuur_tables import luisteraar, vent
from tests.promises import canary, intruder


def test_a_new_key_of_the_beheerders_choice_opens_nothing_and_is_announced(
    town: AppContext, noor: canary.Listener
) -> None:
    now = clock.now()
    mole = canary.enrol(town, "Mol", now)

    everyone = luisteraars.everyone(town.engine)
    assert readers.active(everyone, local_day(now)) == (noor.reader,)
    assert readers.announced(everyone, local_day(now)) == (mole.reader,)
    assert reading.inbox(town, mole.reader, mole.key).letters == ()
    for sealed in canary.sealed_vents(town).items():
        assert not _opens(town, sealed, mole.key)
    vents.send(town, Draft(Vent(text="Later geschreven.")), now)
    assert reading.inbox(town, mole.reader, mole.key).letters == ()
    # After its two weeks too, it opens only what somebody chooses to send to it.
    later = now + timedelta(days=15)
    assert len(readers.active(everyone, local_day(later))) == 2
    assert reading.inbox(town, mole.reader, mole.key).letters == ()


def test_a_key_swapped_in_the_store_opens_nothing_that_was_there(
    town: AppContext, noor: canary.Listener
) -> None:
    own = luisteraars.make_key("van de beheerder zelf", canary.insecure_quick_cost)
    with intruder.writing_in(town) as connection:
        connection.execute(
            update(luisteraar).values(
                public_key=own.key.public, locked_key=own.locked, recovery_key=own.recovery_lock
            )
        )

    assert luisteraars.unlock(town.engine, noor.reader, "van de beheerder zelf") == own.key
    assert reading.inbox(town, noor.reader, own.key).letters == ()
    assert luisteraars.everyone(town.engine) == ()  # and nothing is sealed to it


def test_pointing_the_rows_at_another_luisteraar_opens_nothing(
    town: AppContext, noor: canary.Listener
) -> None:
    mole = canary.enrol(town, "Mol", clock.now() - timedelta(30))
    with writing(town.engine) as connection:
        connection.execute(update(vent).values(luisteraar=mole.reader.id))

    assert reading.inbox(town, mole.reader, mole.key) == reading.Inbox((), 1)


def test_another_password_for_the_account_gives_no_reading(
    town: AppContext, noor: canary.Listener
) -> None:
    email, now = "noor@waterrijk.example", clock.now()
    token = accounts.add(town.engine, email, Role.LUISTERAAR, None, "beheerder", now)
    accounts.set_password(town.engine, token, "zoals de beheerder wil", now)

    with pytest.raises(KeyRefused):
        luisteraars.unlock(town.engine, noor.reader, "zoals de beheerder wil")


def test_the_store_with_its_keys_but_without_the_passphrase_opens_nothing(town: AppContext) -> None:
    # Everything a thief of the machine has, except the luisteraar's passphrase.
    for sealed in canary.sealed_vents(town).items():
        for guess in (bytes(32), town.secret[:32], secrets.token_bytes(32)):
            assert not _opens(town, sealed, reader_key.ReaderKey(guess))


def test_who_looks_after_the_accounts_cannot_become_luisteraar(town: AppContext) -> None:
    email, now = "sanne@waterrijk.example", clock.now()
    accounts.add(town.engine, email, Role.BEHEERDER, None, "test", now)

    with pytest.raises(Refusal):
        accounts.add(town.engine, email, Role.LUISTERAAR, None, email, now)


def test_the_control_with_the_luisteraars_key_it_opens(
    town: AppContext, noor: canary.Listener
) -> None:
    assert canary.only_letter(town, noor).vent.text == canary.TEXT
    for sealed in canary.sealed_vents(town).items():
        assert _opens(town, sealed, noor.key)


def _opens(context: AppContext, sealed: tuple[bytes, bytes], key: reader_key.ReaderKey) -> bool:
    with looking(context.engine) as connection:
        name = connection.scalar(select(vent.c.shred).where(vent.c.id == sealed[0]))
    assert name is not None
    shred = shredding.read(context.keys, name)
    assert shred is not None
    try:
        envelope.open_as_reader(sealed[1], sealed[0], key, shred.key)
    except Damaged:
        return False
    return True
