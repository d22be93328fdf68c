"""Who may be written to, and how a new key gets in: never unnoticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from monitor.access import accounts
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import (
    luisteraars,
    reader_key,
    reader_status,
    readers,
    receipts,
)
from monitor.klaagmuur.reader_key import ReaderKey
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import KeyRefused, LuisteraarRefused
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import account_role
from tests.klaagmuur.conftest import PASSPHRASE, Enrol, Listener, insecure_quick_cost

TODAY = date(2026, 11, 3)
OLD = ReaderKey(b"o" * 32)
NEW = ReaderKey(b"n" * 32)


def luisteraar(key: ReaderKey, name: str = "n", **changes: object) -> Luisteraar:
    usual = Luisteraar(
        id=name,
        account=name,
        name=name,
        public=key.public,
        announced_on=TODAY,
        active_from=TODAY + timedelta(14),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


FIRST = luisteraar(OLD, "first", announced_on=date(2026, 1, 5), active_from=date(2026, 1, 5))


def test_a_second_key_waits_two_weeks() -> None:
    everyone = (FIRST, luisteraar(NEW))

    assert readers.active(everyone, TODAY + timedelta(13)) == (FIRST,)
    assert readers.announced(everyone, TODAY) == (everyone[1],)
    assert len(readers.active(everyone, TODAY + timedelta(14))) == 2


def test_a_row_that_says_it_is_active_is_not_believed() -> None:
    slipped_in = luisteraar(NEW, active_from=TODAY)

    assert readers.active((FIRST, slipped_in), TODAY) == (FIRST,)


def test_only_a_true_signature_of_a_luisteraar_lets_a_key_in_sooner() -> None:
    def signed(by: ReaderKey, public: bytes, day: date, name: str = "first") -> Luisteraar:
        signature = by.sign(readers.statement(public, day))
        return luisteraar(NEW, active_from=TODAY, signed_by=name, signature=signature)

    assert len(readers.active((FIRST, signed(OLD, NEW.public, TODAY)), TODAY)) == 2
    for wrong in (
        signed(NEW, NEW.public, TODAY),
        signed(OLD, OLD.public, TODAY),
        signed(OLD, NEW.public, TODAY - timedelta(1)),
        signed(OLD, NEW.public, TODAY, "nobody"),
        replace(signed(OLD, NEW.public, TODAY), signature=None),
    ):
        assert readers.active((FIRST, wrong), TODAY) == (FIRST,)


def test_a_signer_has_to_count_itself_by_then() -> None:
    def let_in(day: date) -> Luisteraar:
        signature = second_key.sign(readers.statement(NEW.public, day))
        return luisteraar(NEW, active_from=day, signed_by="second", signature=signature)

    second_key = ReaderKey(b"s" * 32)
    second = luisteraar(second_key, "second")
    counts_from = TODAY + timedelta(14)

    early, in_time = let_in(counts_from - timedelta(1)), let_in(counts_from)

    assert readers.starts_on(in_time, (FIRST, second, in_time)) == counts_from
    assert readers.starts_on(early, (FIRST, second, early)) == counts_from
    late = replace(early, announced_on=TODAY + timedelta(1))
    assert readers.starts_on(late, (FIRST, second, late)) == counts_from + timedelta(1)


def test_an_unsigned_key_may_start_later_than_its_two_weeks_but_never_sooner() -> None:
    for days, expected in ((13, 14), (14, 14), (15, 15)):
        second = luisteraar(NEW, active_from=TODAY + timedelta(days))
        assert readers.starts_on(second, (FIRST, second)) == TODAY + timedelta(expected)


def test_from_its_last_day_on_a_key_counts_no_more() -> None:
    ended = replace(FIRST, ended_on=TODAY)

    assert readers.active((ended,), TODAY - timedelta(1)) == (ended,)
    assert readers.active((ended,), TODAY) == ()


def test_absence_holds_from_its_first_day_to_its_last() -> None:
    away = replace(FIRST, absent_from=TODAY, absent_until=TODAY + timedelta(2))

    assert [away.is_absent(TODAY + timedelta(days)) for days in range(-1, 4)] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert not replace(away, absent_until=None).is_absent(TODAY)
    assert not replace(away, absent_from=None).is_absent(TODAY)


def test_the_bytes_a_luisteraar_signs_are_those_in_stored_signatures() -> None:
    assert readers.statement(b"key", TODAY) == b"klaagmuur luisteraar\x002026-11-03\x00key"


def test_of_one_account_the_newest_key_counts() -> None:
    newer = luisteraar(NEW, "newer", account="first")
    later = TODAY + timedelta(20)

    assert readers.active((FIRST, newer), later) == (newer,)


def test_who_no_longer_holds_the_role_is_written_to_by_nobody(
    context: AppContext, noor: Listener, now: datetime
) -> None:
    with writing(context.engine) as connection:
        connection.execute(account_role.delete())

    assert readers.active(luisteraars.everyone(context.engine), local_day(now)) == ()


def test_the_first_is_active_at_once_and_the_next_is_announced(
    context: AppContext, enrol: Enrol, now: datetime
) -> None:
    noor, karim = enrol("Noor"), enrol("Karim")
    everyone = luisteraars.everyone(context.engine)

    assert readers.active(everyone, local_day(now)) == (noor.who,)
    assert readers.announced(everyone, local_day(now)) == (karim.who,)
    noted = [(entry.action, entry.detail) for entry in audit.entries(context.engine)]
    assert ("luisteraar.announce", karim.who.fingerprint) in noted


def test_no_way_round_the_two_weeks_by_taking_the_first_away(
    context: AppContext, enrol: Enrol, now: datetime
) -> None:
    noor = enrol("Noor", now - timedelta(60))
    reader_status.end(context.engine, noor.who, "noor", now)

    enrol("Karim")

    assert readers.active(luisteraars.everyone(context.engine), local_day(now)) == ()


def test_signing_and_turning_down(context: AppContext, enrol: Enrol, now: datetime) -> None:
    noor = enrol("Noor", now - timedelta(60))
    karim, mila = enrol("Karim"), enrol("Mila")

    reader_status.sign_in_new(context.engine, noor.who, noor.key, karim.who.id, "noor", now)
    reader_status.turn_down(context.engine, noor.who, mila.who.id, "noor", now)

    everyone = luisteraars.everyone(context.engine)
    later = local_day(now) + timedelta(99)
    assert {each.name for each in readers.active(everyone, local_day(now))} == {"Noor", "Karim"}
    assert readers.announced(everyone, local_day(now)) == ()
    assert "Mila" not in {each.name for each in readers.active(everyone, later)}
    with pytest.raises(LuisteraarRefused):
        reader_status.sign_in_new(context.engine, noor.who, noor.key, mila.who.id, "noor", now)


def test_an_announced_key_signs_nobody_in(context: AppContext, enrol: Enrol, now: datetime) -> None:
    enrol("Noor", now - timedelta(60))
    karim, mila = enrol("Karim"), enrol("Mila")

    with pytest.raises(LuisteraarRefused):
        reader_status.sign_in_new(context.engine, karim.who, karim.key, mila.who.id, "karim", now)


def test_only_who_has_the_role_gets_a_key(context: AppContext, now: datetime) -> None:
    accounts.add(context.engine, "bas@waterrijk.example", Role.BEHEERDER, None, "cli", now)
    account = luisteraars.account_of(context.engine, "bas@waterrijk.example")
    assert account is not None

    with pytest.raises(LuisteraarRefused):
        new = luisteraars.make_key(PASSPHRASE, insecure_quick_cost)
        luisteraars.enrol(context.engine, account, "Bas", new, "bas", now)


def test_the_passphrase_opens_and_the_sheet_gives_another(
    context: AppContext, noor: Listener
) -> None:
    assert luisteraars.unlock(context.engine, noor.who, PASSPHRASE) == noor.key
    with pytest.raises(KeyRefused):
        luisteraars.unlock(context.engine, noor.who, "iets anders")

    code = receipts.show(noor.new.recovery_code)
    key = luisteraars.recover(context.engine, noor.who, code, "nieuw en lang", insecure_quick_cost)

    assert key == noor.key
    assert luisteraars.unlock(context.engine, noor.who, "nieuw en lang") == noor.key
    with pytest.raises(KeyRefused):
        luisteraars.unlock(context.engine, noor.who, PASSPHRASE)
    with pytest.raises(KeyRefused):
        luisteraars.recover(
            context.engine, noor.who, receipts.new_recovery(), "x" * 20, insecure_quick_cost
        )


def test_a_new_sign_in_passphrase_gives_no_reading(
    context: AppContext, noor: Listener, now: datetime
) -> None:
    token = accounts.add(
        context.engine, "noor@waterrijk.example", Role.LUISTERAAR, None, "beheerder", now
    )
    accounts.set_password(context.engine, token, "gekozen door de beheerder", now)

    with pytest.raises(KeyRefused):
        luisteraars.unlock(context.engine, noor.who, "gekozen door de beheerder")


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "No\0or", "Noor\u202e"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(LuisteraarRefused):
        luisteraars.check_name(name)


def test_absence_and_care(context: AppContext, enrol: Enrol, now: datetime) -> None:
    noor, karim = enrol("Noor", now - timedelta(60)), enrol("Karim", now - timedelta(60))
    week = (TODAY, TODAY + timedelta(7))
    reader_status.set_absence(context.engine, noor.who, week, karim.who.id)
    reader_status.set_care(context.engine, noor.who, " Yara,  06 ", 5)

    changed = readers.find(luisteraars.everyone(context.engine), noor.who.id)

    assert changed is not None
    assert changed.is_absent(TODAY)
    assert changed.is_absent(TODAY + timedelta(7))
    assert not changed.is_absent(TODAY + timedelta(8))
    assert (changed.deputy, changed.support, changed.reply_days) == (karim.who.id, "Yara, 06", 5)
    for period, deputy in (((TODAY, TODAY - timedelta(1)), None), (week, "x"), (week, noor.who.id)):
        with pytest.raises(LuisteraarRefused):
            reader_status.set_absence(context.engine, noor.who, period, deputy)
    with pytest.raises(LuisteraarRefused):
        reader_status.set_care(context.engine, noor.who, "x" * 301, 3)


def test_a_fingerprint_is_thirty_digits() -> None:
    assert len(reader_key.fingerprint(OLD.public).replace(" ", "")) == 30
    assert reader_key.fingerprint(OLD.public) != reader_key.fingerprint(NEW.public)
