"""A luisteraar's key ends by that key, its sheet, or the start of a successor that was announced.

The attack that was found: start the account over, choose *Opnieuw beginnen* in the inbox, and read
under her name two weeks later. The true key ended at once, and with one luisteraar nobody could
object.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from monitor import clock
from monitor.access import accounts, credential_reset
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import key_pinning, luisteraars, reader_status, readers, vents
from monitor.klaagmuur.content import Vent
from monitor.klaagmuur.luisteraars import NewKey
from monitor.klaagmuur.readers import NEVER, Luisteraar
from monitor.klaagmuur.refusals import LuisteraarRefused
from monitor.klaagmuur.vents import Draft
from monitor.locale import texts
from monitor.store.delivery_tables import notice
from monitor.store.engine import reading as looking
from monitor.store.klaagmuur_tables import vent
from monitor.store.tables import account
from tests.plain_pages import application
from tests.promises import canary

pytestmark = pytest.mark.usefixtures("no_midnight")

EMAIL = "noor@waterrijk.example"
GOOD = "vier losse natte eenden"
T = texts("nl")
SHEET_DAYS = timedelta(28)


@pytest.fixture
def long_ago(context: AppContext) -> canary.Listener:
    """Noor, luisteraar for a year."""
    return canary.enrol(context, "Noor", clock.now() - timedelta(365))


def taken_over(context: AppContext, noor: canary.Listener) -> tuple[NewKey, Luisteraar]:
    """Somebody is in Noor's account, by whatever way, and makes a new key there."""
    now = clock.now()
    token = credential_reset.reset(context.engine, EMAIL, "beheerder", now)
    accounts.set_password(context.engine, token, GOOD, now)
    own = luisteraars.make_key(GOOD, canary.insecure_quick_cost)
    key_pinning.look(context, now)
    new = luisteraars.enrol(context.engine, noor.reader.account, "Noor", own, EMAIL, now)
    key_pinning.look(context, now)
    return own, new


def active_on(context: AppContext, day: date) -> tuple[str, ...]:
    """The ids of the keys that are written to on a day."""
    return tuple(each.id for each in readers.active(key_pinning.everyone(context, day), day))


def begins(context: AppContext, key_id: str) -> date:
    """The day from which a key counts."""
    everyone = key_pinning.everyone(context, clock.today())
    reader = readers.find(everyone, key_id)
    assert reader is not None
    return readers.starts_on(reader, everyone)


def test_starting_anew_does_not_end_the_true_key(
    context: AppContext, long_ago: canary.Listener
) -> None:
    _, new = taken_over(context, long_ago)
    today = clock.today()

    for days in range(14):
        assert active_on(context, today + timedelta(days)) == (long_ago.reader.id,)
    vents.send(context, Draft(Vent(text="Nu geschreven.")), clock.now())
    with looking(context.engine) as connection:
        assert connection.scalars(select(vent.c.luisteraar)).all() == [long_ago.reader.id]
    # The control: when nobody objects, the announced key begins and the old one is its past.
    assert active_on(context, today + timedelta(14)) == (new.id,)


def test_the_holder_objects_once_and_toezicht_may_decide_after_four_weeks(
    context: AppContext, long_ago: canary.Listener
) -> None:
    _, new = taken_over(context, long_ago)
    now, noor = clock.now(), long_ago.reader

    reader_status.object_to(context.engine, noor, long_ago.key, new.id, EMAIL, now)

    for days in (0, 14, 28, 100, 1000):
        assert active_on(context, clock.today() + timedelta(days)) == (noor.id,)
    assert begins(context, new.id) == NEVER
    for day in (now, now + SHEET_DAYS - timedelta(1)):
        with pytest.raises(LuisteraarRefused, match=r"luisteraar\.too_early"):
            reader_status.overrule(context, new.id, "or@waterrijk.example", day)
    with pytest.raises(LuisteraarRefused):
        reader_status.object_to(context.engine, noor, long_ago.key, new.id, EMAIL, now)

    later = now + SHEET_DAYS
    reader_status.overrule(context, new.id, "or@waterrijk.example", later)
    assert active_on(context, local_day(later)) == (new.id,)
    with pytest.raises(LuisteraarRefused):
        reader_status.object_to(context.engine, noor, long_ago.key, new.id, EMAIL, later)


def test_an_objection_takes_the_true_key_and_not_the_account(
    context: AppContext, long_ago: canary.Listener
) -> None:
    own, new = taken_over(context, long_ago)
    third = luisteraars.make_key(GOOD, canary.insecure_quick_cost)
    now = clock.now()
    again = luisteraars.enrol(context.engine, long_ago.reader.account, "Noor", third, EMAIL, now)

    for holder, key in (
        (new, own.key),  # does not count
        (long_ago.reader, own.key),  # is not the key of that row
    ):
        with pytest.raises(LuisteraarRefused):
            reader_status.object_to(context.engine, holder, key, again.id, EMAIL, now)
    reader_status.object_to(context.engine, long_ago.reader, long_ago.key, again.id, EMAIL, now)
    assert begins(context, again.id) == NEVER


def test_another_luisteraar_does_not_bring_a_successor_forward(
    context: AppContext, long_ago: canary.Listener
) -> None:
    karim = canary.enrol(context, "Karim", clock.now() - timedelta(300))
    _, new = taken_over(context, long_ago)
    now = clock.now()

    with pytest.raises(LuisteraarRefused):
        reader_status.sign_in_new(context.engine, karim.reader, karim.key, new.id, "karim", now)
    # Nor does a row that says so, were it genuine.
    everyone = [each for each in luisteraars.everyone(context.engine) if each.id != new.id]
    signature = karim.key.sign(readers.statement(new.public, clock.today()))
    forged = _signed(new, karim.reader.id, signature, clock.today())
    assert readers.starts_on(forged, [*everyone, forged]) == clock.today() + timedelta(14)

    # The controls: her own key may, and for somebody without a key another luisteraar may.
    own = long_ago.key.sign(readers.statement(new.public, clock.today()))
    hers = _signed(new, long_ago.reader.id, own, clock.today())
    assert readers.starts_on(hers, [*everyone, hers]) == clock.today()
    mila = canary.enrol(context, "Mila", now)
    reader_status.sign_in_new(context.engine, karim.reader, karim.key, mila.reader.id, "k", now)
    assert begins(context, mila.reader.id) == clock.today()


def _signed(new: Luisteraar, by: str, signature: bytes, day: date) -> Luisteraar:

    return replace(new, active_from=day, signed_by=by, signature=signature)


def test_everybody_concerned_gets_a_mail(context: AppContext, long_ago: canary.Listener) -> None:
    now = clock.now()
    accounts.add(context.engine, "or@waterrijk.example", Role.TOEZICHT, None, "t", now)
    _, new = taken_over(context, long_ago)

    assert _mailed(context) == {
        ("klaagmuur.new_key", EMAIL), ("klaagmuur.key_seen", "or@waterrijk.example"),
    }  # fmt: skip
    reader_status.object_to(context.engine, long_ago.reader, long_ago.key, new.id, EMAIL, now)
    with looking(context.engine) as connection:
        assert len(connection.scalars(select(notice.c.once_key)).all()) == 4


def _mailed(context: AppContext) -> set[tuple[str, str]]:
    with looking(context.engine) as connection:
        rows = connection.execute(
            select(notice.c.kind, account.c.email).join(account, account.c.id == notice.c.account)
        )
        return {(row.kind, row.email) for row in rows}


@pytest.mark.slow
def test_a_new_key_of_a_known_name_is_called_that_also_while_the_klaagmuur_is_closed(
    context: AppContext, long_ago: canary.Listener
) -> None:
    taken_over(context, long_ago)
    browser = TestClient(application())
    opened = browser.get("/klaagmuur?taal=nl").text
    assert "een nieuwe sleutel voor Noor" in opened

    reader_status.end(context.engine, long_ago.reader, EMAIL, clock.now())
    closed = browser.get("/klaagmuur?taal=nl")
    assert closed.status_code == 503
    assert "een nieuwe sleutel voor Noor" in closed.text
