"""Taking away a role or an account, and resetting what somebody signs in with."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import func, insert, select

from monitor.access import accounts, credential_reset, login, removal, sessions
from monitor.access.login import PendingLogin
from monitor.access.roles import Grant, Role
from monitor.context import AppContext
from monitor.errors import AccessRefused, InputRefused
from monitor.store import audit
from monitor.store.access_tables import recovery_code, second_factor
from monitor.store.engine import reading, writing
from monitor.store.klaagmuur_tables import luisteraar
from monitor.store.tables import account, metadata

SANNE = "sanne@waterrijk.example"
BEA = "bea@waterrijk.example"
GOOD = "vier losse natte eenden"


def signed_in(context: AppContext, email: str, now: datetime) -> str:
    reached = login.check_passphrase_step(context.engine, context.secret, email, GOOD, now)
    return reached.token


@pytest.fixture
def staffed(peopled: AppContext, now: datetime) -> AppContext:
    """Sanne leads and oversees; Bea manages."""
    engine = peopled.engine
    accounts.add_with_password(engine, SANNE, Role.LEIDINGGEVENDE, "werk", GOOD, "t", now)
    accounts.add(engine, SANNE, Role.TOEZICHT, None, "t", now)
    accounts.add_with_password(engine, BEA, Role.BEHEERDER, None, GOOD, "t", now)
    accounts.add_with_password(engine, "or@waterrijk.example", Role.TOEZICHT, None, GOOD, "t", now)
    return peopled


def test_a_role_taken_away_is_gone_at_the_next_look(staffed: AppContext, now: datetime) -> None:
    token = signed_in(staffed, SANNE, now)

    removal.take_role(staffed.engine, SANNE.upper(), Role.LEIDINGGEVENDE, "werk", BEA, now)

    person = sessions.person(staffed.engine, token, now)
    assert person is not None
    assert person.grants == (Grant(Role.TOEZICHT),)
    newest = audit.entries(staffed.engine)[0]
    assert (newest.actor, newest.action) == (BEA, "account.role_taken")
    assert newest.detail == f"{SANNE} leidinggevende werk"


@pytest.mark.parametrize(
    ("email", "role", "unit", "key"),
    [
        (SANNE, Role.BEHEERDER, None, "account.role_not_held"),
        (SANNE, Role.LEIDINGGEVENDE, "jeugd", "account.role_not_held"),
        (SANNE, Role.LEIDINGGEVENDE, None, "account.role_not_held"),
        ("niemand@waterrijk.example", Role.TOEZICHT, None, "account.unknown"),
        (BEA, Role.BEHEERDER, None, "account.last_beheerder"),
    ],
)
def test_a_role_nobody_has_or_everybody_needs_stays(
    staffed: AppContext, now: datetime, email: str, role: Role, unit: str | None, key: str
) -> None:
    before = accounts.listing(staffed.engine)

    with pytest.raises(InputRefused) as caught:
        removal.take_role(staffed.engine, email, role, unit, "t", now)

    assert caught.value.key == key
    assert accounts.listing(staffed.engine) == before


def test_the_last_but_one_beheerder_may_go_once_the_other_can_get_in(
    staffed: AppContext, now: datetime
) -> None:
    els = "els@waterrijk.example"
    link = accounts.add(staffed.engine, els, Role.BEHEERDER, None, "t", now)
    with pytest.raises(InputRefused, match=r"account\.last_beheerder"):
        removal.remove(staffed.engine, BEA, "t", now)

    accounts.set_password(staffed.engine, link, GOOD, now)
    removal.remove(staffed.engine, BEA, "t", now)

    with pytest.raises(InputRefused, match=r"account\.last_beheerder"):
        removal.remove(staffed.engine, els, "t", now)


def test_the_last_toezicht_stays_and_one_that_never_signed_in_may_go(
    staffed: AppContext, now: datetime
) -> None:
    for email in (SANNE, "or@waterrijk.example"):
        accounts.add(staffed.engine, "fout@waterrijk.example", Role.TOEZICHT, None, "t", now)
        if email == SANNE:
            removal.take_role(staffed.engine, email, Role.TOEZICHT, None, "t", now)
            continue
        with pytest.raises(InputRefused, match=r"account\.last_toezicht"):
            removal.take_role(staffed.engine, email, Role.TOEZICHT, None, "t", now)
        with pytest.raises(InputRefused, match=r"account\.last_toezicht"):
            removal.remove(staffed.engine, email, "t", now)
    removal.remove(staffed.engine, "fout@waterrijk.example", "t", now)


def test_nobody_starts_over_on_the_screen_that_would_go_dark(
    staffed: AppContext, now: datetime
) -> None:
    with pytest.raises(InputRefused, match=r"account\.own_start_over"):
        credential_reset.reset(staffed.engine, BEA.upper(), BEA, now)

    assert signed_in(staffed, BEA, now)


def test_a_removed_account_is_out_at_once_and_leaves_nothing_but_the_record(
    staffed: AppContext, now: datetime
) -> None:
    token = signed_in(staffed, SANNE, now)
    accounts.add(staffed.engine, SANNE, Role.TOEZICHT, None, "t", now)

    removal.remove(staffed.engine, SANNE, "t", now)

    assert sessions.person(staffed.engine, token, now) is None
    with pytest.raises(AccessRefused):
        signed_in(staffed, SANNE, now)
    with reading(staffed.engine) as connection:
        for table in metadata.tables.values():
            if "account" in table.c:
                kept = connection.scalars(select(table.c.account)).all()
                accounts_left = connection.scalars(select(account.c.id)).all()
                assert set(kept) <= set(accounts_left)
    with pytest.raises(InputRefused):
        removal.remove(staffed.engine, SANNE, "t", now)


def test_an_account_with_a_key_of_the_klaagmuur_stays(staffed: AppContext, now: datetime) -> None:
    luus = "luus@waterrijk.example"
    accounts.add_with_password(staffed.engine, luus, Role.LUISTERAAR, None, GOOD, "t", now)
    day = date(2026, 11, 3)
    with writing(staffed.engine) as connection:
        account_id = connection.scalar(select(account.c.id).where(account.c.email == luus))
        connection.execute(
            insert(luisteraar).values(
                id="l" * 22,
                account=account_id,
                name="Luus",
                public_key=b"p" * 64,
                locked_key=b"",
                recovery_key=b"",
                announced_on=day,
                active_from=day,
                reply_days=5,
                support="",
            )
        )

    with pytest.raises(InputRefused) as caught:
        removal.remove(staffed.engine, luus, "t", now)
    removal.take_role(staffed.engine, luus, Role.LUISTERAAR, None, "t", now)

    assert caught.value.key == "account.has_key"
    listed = {entry.email: entry.grants for entry in accounts.listing(staffed.engine)}
    assert listed[luus] == ()


def test_starting_over_takes_everything_but_the_roles(peopled: AppContext, now: datetime) -> None:
    from tests.access.test_second_factor import prepare

    phone, prepared = prepare(peopled, now)
    ticket = login.check_passphrase_step(peopled.engine, peopled.secret, BEA, GOOD, now)

    token = credential_reset.reset(peopled.engine, BEA, "t", now)

    assert sessions.person(peopled.engine, prepared.session, now) is None
    with pytest.raises(AccessRefused):
        login.second_step(
            peopled.engine, peopled.secret, ticket.token, prepared.recovery_codes[0], now
        )
    with pytest.raises(AccessRefused):
        login.check_passphrase_step(peopled.engine, peopled.secret, BEA, GOOD, now)
    with reading(peopled.engine) as connection:
        for table in (second_factor, recovery_code):
            assert connection.scalar(select(func.count()).select_from(table)) == 0
    account_id = accounts.set_password(peopled.engine, token, "zes heel andere ganzen", now)
    again = login.require_second_factor(peopled.engine, peopled.secret, account_id, now)
    assert again == PendingLogin(again.token if again else "", set_up=True)
    assert accounts.listing(peopled.engine)[0].grants == (Grant(Role.BEHEERDER),)
    assert phone is not None
