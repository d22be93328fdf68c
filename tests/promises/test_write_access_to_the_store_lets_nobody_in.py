"""Somebody who can write in the store alone signs in as nobody, and gains no role."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import pyotp
import pytest
from sqlalchemy import Connection, Table, delete, insert, select, update

from monitor.access import accounts, login, passphrase, removal, second_factor, sessions, sso_people
from monitor.access.login import PendingLogin, SignedIn
from monitor.access.roles import Grant, Role
from monitor.access.sso_rules import SsoRules
from monitor.access.tokens import digest, new_token
from monitor.context import AppContext
from monitor.errors import AccessRefused, Refusal
from monitor.store.access_tables import halfway, recovery_code, sso_person
from monitor.store.access_tables import second_factor as factor_table
from monitor.store.engine import reading, writing
from monitor.store.signed_tables import row_manifest
from monitor.store.tables import account, account_role, session, welcome_link
from tests.conftest import NOW
from tests.promises import believing, intruder
from tests.promises.conftest import CopyOf

SANNE, KARIM, MOLE = "sanne@x.example", "karim@x.example", "mol@x.example"
AYSE = "ayse@stad.example"
WORDS = "vier losse natte eenden"
OWN_WORDS = "de indringer weet deze"
FACTOR = pyotp.random_base32()

Attempt = Callable[[], bool]


@pytest.fixture
def context(copy_of: CopyOf) -> AppContext:
    """Sanne is toezicht, Karim beheerder with codes, the intruder an account without a role."""
    return copy_of(_fill)[0]


@pytest.fixture
def people(context: AppContext) -> AppContext:
    """The installation with these people."""
    return context


def _fill(context: AppContext) -> None:
    now = NOW
    add(context, SANNE, Role.TOEZICHT, now)
    add(context, KARIM, Role.BEHEERDER, now)
    with writing(context.engine) as connection:
        karim = id_of(connection, KARIM)
        second_factor.keep(connection, context.secret, karim, FACTOR, 0)
    add(context, MOLE, Role.TOEZICHT, now)
    removal.take_role(context.engine, MOLE, Role.TOEZICHT, None, "test", now)


def add(context: AppContext, email: str, role: Role, now: datetime) -> None:
    token = accounts.add(context.engine, email, role, None, "test", now)
    accounts.set_password(context.engine, token, WORDS, now)


def id_of(connection: Connection, email: str) -> str:
    return str(connection.scalar(select(account.c.id).where(account.c.email == email)))


def forge(context: AppContext, *statements: Any) -> None:
    with intruder.writing_in(context) as connection:
        for statement in statements:
            connection.execute(statement)


def known(context: AppContext, email: str) -> str:
    with reading(context.engine) as connection:
        return id_of(connection, email)


def contents(context: AppContext, tables: Iterable[Table]) -> dict[Table, list[dict[str, Any]]]:
    with reading(context.engine) as connection:
        return {
            table: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in tables
        }


def put_back(context: AppContext, before: dict[Table, list[dict[str, Any]]]) -> None:
    with intruder.writing_in(context) as connection:
        for table in reversed(before):
            connection.execute(delete(table))
        for table, rows in before.items():
            if rows:
                connection.execute(insert(table), rows)


def holds(attempt: Attempt) -> None:
    """It fails, and succeeds against a program that believes every row."""
    assert not attempt()
    with believing.every_row():
        assert attempt()


@pytest.mark.slow
def test_a_session_put_in_is_none(people: AppContext, now: datetime) -> None:
    token, moment = new_token(), int(now.timestamp())
    values = {"digest": digest(token), "started": moment, "last_seen": moment}
    forge(people, insert(session).values(values | {"account": known(people, SANNE)}))

    holds(lambda: sessions.person(people.engine, token, now) is not None)


def test_ones_own_session_moved_to_somebody_elses_account_ends(
    people: AppContext, now: datetime
) -> None:
    token = own_session(people, now)
    forge(people, update(session).values(account=known(people, SANNE)))

    holds(lambda: sessions.person(people.engine, token, now) is not None)


def test_a_role_put_in_is_none(people: AppContext, now: datetime) -> None:
    token = own_session(people, now)
    own = known(people, MOLE)
    forge(people, insert(account_role).values(account=own, role="toezicht", unit=""))

    def has_role() -> bool:
        person = sessions.person(people.engine, token, now)
        return person is not None and person.grants == (Grant(Role.TOEZICHT),)

    holds(has_role)
    # Nor does it become one when a beheerder or a sign-in touches the account.
    accounts.add(people.engine, MOLE, Role.BEHEERDER, None, "test", now)
    with reading(people.engine) as connection:
        rows = connection.execute(select(account_role).where(account_role.c.account == own)).all()
    assert len(rows) == 2
    assert {s.email: s.grants for s in accounts.listing(people.engine)}[MOLE] == (
        Grant(Role.BEHEERDER),
    )


@pytest.mark.parametrize("what", ["passphrase", "address"])
def test_a_passphrase_or_address_of_ones_own_opens_no_other_account(
    people: AppContext, now: datetime, what: str
) -> None:
    if what == "passphrase":
        changed = {"password_hash": passphrase.hashed(OWN_WORDS)}
        email, words = SANNE, OWN_WORDS
    else:
        changed = {"email": "mol@elders.example"}
        email, words = "mol@elders.example", WORDS
    forge(people, update(account).where(account.c.id == known(people, SANNE)).values(changed))

    holds(lambda: signs_in(people, email, words, now))


def test_codes_are_asked_for_whatever_is_done_to_their_row(
    people: AppContext, now: datetime
) -> None:
    own = factor_table.c.account == known(people, KARIM)
    forge(people, delete(factor_table).where(own))

    holds(lambda: sets_up_codes(people, KARIM, now))


def test_nobody_makes_himself_exempt_from_codes(people: AppContext, now: datetime) -> None:
    add(people, "nieuw@x.example", Role.BEHEERDER, now)
    by_id = account.c.id == known(people, "nieuw@x.example")
    forge(people, update(account).where(by_id).values(exempt=True))

    holds(lambda: signs_in(people, "nieuw@x.example", WORDS, now))


def test_a_recovery_code_that_was_used_stays_used(people: AppContext, now: datetime) -> None:
    with writing(people.engine) as connection:
        karim = id_of(connection, KARIM)
        codes = second_factor.keep(connection, people.secret, karim, FACTOR, 0)
    before = contents(people, [recovery_code])
    with writing(people.engine) as connection:
        assert second_factor.check(connection, people.secret, karim, codes[0], now)
    put_back(people, before)

    holds(lambda: code_works(people, karim, codes[0], now))


def test_a_one_time_link_put_in_or_put_back_does_nothing(people: AppContext, now: datetime) -> None:
    token, moment = new_token(), int(now.timestamp())
    values = {"account": known(people, SANNE), "expires": moment + 3600}
    forge(people, insert(welcome_link).values(values | {"digest": digest(token)}))
    holds(lambda: link_works(people, token, now))

    used = accounts.add(people.engine, SANNE, Role.TOEZICHT, None, "test", now)
    before = contents(people, [welcome_link])
    accounts.set_password(people.engine, used, WORDS, now)
    put_back(people, before)
    holds(lambda: link_works(people, used, now))


def test_a_login_ticket_put_in_is_none(people: AppContext, now: datetime) -> None:
    token, moment = new_token(), int(now.timestamp())
    values = {"account": known(people, KARIM), "expires": moment + 300, "sealed": None}
    forge(people, insert(halfway).values(values | {"digest": digest(token)}))
    code = pyotp.TOTP(FACTOR)

    def enters() -> bool:
        try:
            login.second_step(people.engine, people.secret, token, code.at(now), now)
        except AccessRefused as refusal:
            return refusal.key == "second.refused"  # the ticket was good enough
        return True

    holds(enters)


def test_ones_own_identity_linked_to_somebody_elses_account_is_not(
    people: AppContext, now: datetime
) -> None:
    sanne = known(people, SANNE)
    forge(people, insert(sso_person).values(issuer="https://p", subject="mol", account=sanne))
    claims = {"sub": "mol", "email": MOLE, "email_verified": True}

    def enters() -> bool:
        with reading(people.engine) as connection:
            reached = sso_people.account_for(connection, "https://p", SsoRules(), claims, now)
        return reached == sanne

    holds(enters)


def test_an_account_that_was_removed_does_not_come_back(people: AppContext, now: datetime) -> None:
    tables = [account, account_role, factor_table, recovery_code]
    add(people, AYSE, Role.TOEZICHT, now)  # the last one stays
    before = contents(people, tables)
    removal.remove(people.engine, SANNE, "test", now)
    put_back(people, before)

    holds(lambda: signs_in(people, SANNE, WORDS, now))


def test_an_earlier_state_of_everything_lets_nobody_in_until_it_is_accepted(
    people: AppContext, now: datetime
) -> None:
    add(people, AYSE, Role.TOEZICHT, now)  # the last one stays
    before = contents(people, [account, account_role, factor_table, recovery_code, row_manifest])
    removal.remove(people.engine, SANNE, "test", now)
    put_back(people, before)

    assert not signs_in(people, SANNE, WORDS, now)
    assert not signs_in(people, MOLE, WORDS, now)


def own_session(context: AppContext, now: datetime) -> str:
    entered = login.check_passphrase_step(context.engine, context.secret, MOLE, WORDS, now)
    assert isinstance(entered, SignedIn)
    return entered.token


def signs_in(context: AppContext, email: str, words: str, now: datetime) -> bool:
    try:
        entered = login.check_passphrase_step(context.engine, context.secret, email, words, now)
    except Refusal:
        return False
    return isinstance(entered, SignedIn)


def sets_up_codes(context: AppContext, email: str, now: datetime) -> bool:
    """Whether the passphrase alone is enough to set up codes of one's own."""
    entered = login.check_passphrase_step(context.engine, context.secret, email, WORDS, now)
    return isinstance(entered, PendingLogin) and entered.set_up


def code_works(context: AppContext, account_id: str, code: str, now: datetime) -> bool:
    with reading(context.engine) as connection:  # and it is not used up
        return second_factor.check(connection, context.secret, account_id, code, now)


def link_works(context: AppContext, token: str, now: datetime) -> bool:
    try:
        return accounts.invited(context.engine, token, now) == SANNE
    except AccessRefused:
        return False
