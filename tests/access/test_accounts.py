"""Giving people roles, and the one-time link to choose a passphrase."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from monitor.access import accounts, login, passphrase, sessions
from monitor.access.roles import Grant, Role
from monitor.context import AppContext
from monitor.errors import AccessRefused, InputRefused
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import account, unit, welcome_link

SANNE = "sanne@waterrijk.example"
GOOD = "vier losse natte eenden"


@pytest.mark.slow
def test_a_new_account_waits_for_its_passphrase(peopled: AppContext, now: datetime) -> None:
    accounts.add(peopled.engine, "  Sanne@Waterrijk.example ", Role.BEHEERDER, None, "cli", now)

    assert accounts.listing(peopled.engine) == (
        accounts.AccountSummary(SANNE, (Grant(Role.BEHEERDER),), ready=False),
    )


def test_the_link_works_once_and_the_passphrase_then_works(
    peopled: AppContext, now: datetime
) -> None:
    token = accounts.add(peopled.engine, SANNE, Role.LEIDINGGEVENDE, "werk", "cli", now)

    assert accounts.invited(peopled.engine, token, now) == SANNE
    assert accounts.invited(peopled.engine, token, now) == SANNE
    accounts.set_password(peopled.engine, token, GOOD, now)

    session = login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now).token
    person = sessions.person(peopled.engine, session, now)
    assert person is not None
    assert person.grants == (Grant(Role.LEIDINGGEVENDE, "werk"),)
    with pytest.raises(AccessRefused):
        accounts.set_password(peopled.engine, token, "een heel andere wachtzin", now)
    assert sessions.person(peopled.engine, session, now) == person


def test_the_link_runs_out_after_72_hours(peopled: AppContext, now: datetime) -> None:
    token = accounts.add(peopled.engine, SANNE, Role.BEHEERDER, None, "cli", now)
    nearly, later = now + timedelta(hours=72, seconds=-1), now + timedelta(hours=72)

    assert accounts.invited(peopled.engine, token, nearly) == SANNE
    for use in (
        lambda: accounts.invited(peopled.engine, token, later),
        lambda: accounts.set_password(peopled.engine, token, GOOD, later),
    ):
        with pytest.raises(AccessRefused) as refused:
            use()
        assert refused.value.key == "welcome.gone"


@pytest.mark.parametrize("token", ["", "kort", "a" * 43, "é" * 43])
def test_a_token_that_was_never_given_is_refused(
    peopled: AppContext, now: datetime, token: str
) -> None:
    accounts.add(peopled.engine, SANNE, Role.BEHEERDER, None, "cli", now)

    with pytest.raises(AccessRefused):
        accounts.set_password(peopled.engine, token, GOOD, now)


def test_a_weak_passphrase_leaves_the_link_usable(peopled: AppContext, now: datetime) -> None:
    token = accounts.add(peopled.engine, SANNE, Role.BEHEERDER, None, "cli", now)

    with pytest.raises(InputRefused):
        accounts.set_password(peopled.engine, token, "kort", now)

    accounts.set_password(peopled.engine, token, GOOD, now)
    assert accounts.listing(peopled.engine)[0].ready


def test_a_new_link_replaces_the_old_and_choosing_again_ends_sessions(
    peopled: AppContext, now: datetime
) -> None:
    first = accounts.add(peopled.engine, SANNE, Role.TOEZICHT, None, "cli", now)
    accounts.set_password(peopled.engine, first, GOOD, now)
    session = login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now).token
    stale = accounts.add(peopled.engine, SANNE, Role.TOEZICHT, None, "cli", now)
    fresh = accounts.add(peopled.engine, SANNE, Role.TOEZICHT, None, "cli", now)

    assert sessions.person(peopled.engine, session, now) is not None
    with pytest.raises(AccessRefused):
        accounts.invited(peopled.engine, stale, now)
    accounts.set_password(peopled.engine, fresh, "een heel andere wachtzin", now)

    assert sessions.person(peopled.engine, session, now) is None
    with pytest.raises(AccessRefused):
        login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now)
    assert login.check_passphrase_step(
        peopled.engine, peopled.secret, SANNE, "een heel andere wachtzin", now
    ).token


def test_the_store_holds_no_token_and_no_passphrase(peopled: AppContext, now: datetime) -> None:
    token = accounts.add(peopled.engine, SANNE, Role.TOEZICHT, None, "cli", now)
    with reading(peopled.engine) as connection:
        link = connection.execute(select(welcome_link)).one()
    assert len(link.digest) == 32
    accounts.set_password(peopled.engine, token, GOOD, now)
    session = login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now).token

    file = peopled.settings.database_file
    assert file is not None
    stored = b"".join(part.read_bytes() for part in file.parent.iterdir())
    assert SANNE.encode() in stored
    for secret in (token, session, GOOD):
        assert secret.encode() not in stored


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((Role.BEHEERDER, None), (Role.LUISTERAAR, None)),
        ((Role.LUISTERAAR, None), (Role.BEHEERDER, None)),
        ((Role.BEHEERDER, None), (Role.TOEZICHT, None)),
        ((Role.TOEZICHT, None), (Role.BEHEERDER, None)),
        ((Role.BEHEERDER, None), (Role.LEIDINGGEVENDE, "werk")),
        ((Role.LEIDINGGEVENDE, "werk"), (Role.BEHEERDER, None)),
        ((Role.LEIDINGGEVENDE, "werk"), (Role.LUISTERAAR, None)),
        ((Role.LUISTERAAR, None), (Role.LEIDINGGEVENDE, "werk")),
    ],
)
def test_roles_that_stay_apart_are_refused_and_nothing_changes(
    peopled: AppContext,
    now: datetime,
    first: tuple[Role, str | None],
    second: tuple[Role, str | None],
) -> None:
    token = accounts.add(peopled.engine, SANNE, *first, "cli", now)

    with pytest.raises(InputRefused):
        accounts.add(peopled.engine, SANNE, *second, "cli", now)

    assert accounts.listing(peopled.engine)[0].grants == (Grant(*first),)
    assert accounts.invited(peopled.engine, token, now) == SANNE


def test_somebody_may_lead_two_units(peopled: AppContext, now: datetime) -> None:
    accounts.add(peopled.engine, SANNE, Role.LEIDINGGEVENDE, "werk", "cli", now)
    accounts.add(peopled.engine, SANNE, Role.LEIDINGGEVENDE, "jeugd", "cli", now)

    (listed,) = accounts.listing(peopled.engine)
    assert [grant.unit for grant in listed.grants] == ["jeugd", "werk"]


@pytest.mark.parametrize(
    ("email", "role", "unit_key", "key"),
    [
        ("sanne", Role.BEHEERDER, None, "account.email_malformed"),
        ("", Role.BEHEERDER, None, "account.email_malformed"),
        ("a b@waterrijk.example", Role.BEHEERDER, None, "account.email_malformed"),
        ("a@b@waterrijk.example", Role.BEHEERDER, None, "account.email_malformed"),
        ("a\x00b@waterrijk.example", Role.BEHEERDER, None, "account.email_malformed"),
        ("x" * 250 + "@b.nl", Role.BEHEERDER, None, "account.email_malformed"),
        (SANNE, Role.LEIDINGGEVENDE, None, "account.unit_needed"),
        (SANNE, Role.LEIDINGGEVENDE, "", "account.unit_needed"),
        (SANNE, Role.LEIDINGGEVENDE, "onbekend", "account.unit_unknown"),
        (SANNE, Role.LEIDINGGEVENDE, "jeugd-oost", "account.unit_unknown"),
        (SANNE, Role.TOEZICHT, "werk", "account.unit_not_wanted"),
    ],
)
def test_input_that_cannot_be_used_is_refused_whole(
    peopled: AppContext, now: datetime, email: str, role: Role, unit_key: str | None, key: str
) -> None:
    with writing(peopled.engine) as connection:
        connection.execute(unit.update().where(unit.c.key == "jeugd-oost").values(closed=True))
    before = audit.entries(peopled.engine)

    with pytest.raises(InputRefused) as refused:
        accounts.add(peopled.engine, email, role, unit_key, "cli", now)

    assert refused.value.key == key
    assert accounts.listing(peopled.engine) == ()
    assert audit.entries(peopled.engine) == before


def test_the_demo_gives_a_passphrase_at_once(peopled: AppContext, now: datetime) -> None:
    accounts.add_with_password(peopled.engine, SANNE, Role.TOEZICHT, None, GOOD, "demo", now)

    assert login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now).token
    with pytest.raises(InputRefused):
        accounts.add_with_password(
            peopled.engine, "b@waterrijk.example", Role.TOEZICHT, None, "kort", "demo", now
        )


def test_signing_out_everywhere_ends_every_session_of_that_account_only(
    peopled: AppContext, now: datetime
) -> None:
    other = "karim@waterrijk.example"
    for email in (SANNE, other):
        accounts.add_with_password(peopled.engine, email, Role.TOEZICHT, None, GOOD, "demo", now)
    ended = [
        login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now).token
        for _ in range(2)
    ]
    kept = login.check_passphrase_step(peopled.engine, peopled.secret, other, GOOD, now).token

    assert accounts.end_sessions(peopled.engine, SANNE.upper(), "cli", now) == 2

    assert [sessions.person(peopled.engine, token, now) for token in ended] == [None, None]
    assert sessions.person(peopled.engine, kept, now) is not None
    with pytest.raises(InputRefused):
        accounts.end_sessions(peopled.engine, "niemand@waterrijk.example", "cli", now)


def test_every_change_is_in_the_record(peopled: AppContext, now: datetime) -> None:
    token = accounts.add(peopled.engine, SANNE, Role.LEIDINGGEVENDE, "werk", "cli", now)
    accounts.set_password(peopled.engine, token, GOOD, now)
    accounts.add(peopled.engine, SANNE, Role.LEIDINGGEVENDE, "werk", "cli", now)
    accounts.end_sessions(peopled.engine, SANNE, "cli", now)

    noted = [(e.actor, e.action, e.detail) for e in audit.entries(peopled.engine, limit=4)]

    assert noted == [
        ("cli", "account.end_sessions", SANNE),
        ("cli", "account.link", f"{SANNE} leidinggevende werk"),
        (SANNE, "account.passphrase", ""),
        ("cli", "account.role", f"{SANNE} leidinggevende werk"),
    ]


def test_an_old_hash_is_renewed_at_the_next_sign_in(peopled: AppContext, now: datetime) -> None:
    from argon2 import PasswordHasher

    accounts.add_with_password(peopled.engine, SANNE, Role.TOEZICHT, None, GOOD, "demo", now)
    older = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with writing(peopled.engine) as connection:
        connection.execute(account.update().values(password_hash=older))

    login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now)

    with reading(peopled.engine) as connection:
        stored = connection.scalar(select(account.c.password_hash))
    assert not passphrase.outdated(stored)
    assert login.check_passphrase_step(peopled.engine, peopled.secret, SANNE, GOOD, now).token
