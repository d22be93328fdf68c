"""Accounts: adding them, giving them roles, and the one-time link to choose a passphrase."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, true, update

from monitor.access import (
    account_lookup,
    link_words,
    passphrase,
    pending_login,
    role_giving,
    sessions,
)
from monitor.access.roles import Grant, Role
from monitor.access.tokens import digest, new_token
from monitor.errors import AccessRefused, InputRefused
from monitor.inputs.addresses import clean_address, is_address, spellings
from monitor.store import audit, signed_rows
from monitor.store.engine import reading, writing
from monitor.store.tables import account, account_role, welcome_link

LINK_HOURS = 72
FIRST = "beheerder@teamklimaat.internal"
"""The account the set-up begins with; an address that is nobody's."""


@dataclass(frozen=True, slots=True)
class AccountSummary:
    """An account as the beheerder sees it; `ready` once a passphrase was chosen."""

    email: str
    grants: tuple[Grant, ...]
    ready: bool


def add(engine: Engine, email: str, role: Role, unit: str | None, actor: str, now: datetime) -> str:
    """Give somebody a role and return a one-time token, good for 72 hours.

    With the token the person chooses a passphrase. Somebody who has that role already gets a new
    link only, for instance after forgetting the passphrase. Earlier links stop working.

    Raises
    ------
    InputRefused
        On an unusable address, an unknown unit, or roles that one person may not hold.
    """
    with writing(engine) as connection:
        account_id = role_giving.give_role(connection, email, Grant(role, unit), actor, now)
        return link(connection, account_id, now)


def link(connection: Connection, account_id: str, now: datetime, word: str | None = None) -> str:
    """A new one-time token for an account, in the place of any earlier one.

    With a `word` the token is of no use without it.
    """
    connection.execute(delete(welcome_link).where(welcome_link.c.account == account_id))
    token = new_token()
    expires = int(now.timestamp()) + LINK_HOURS * 3600
    connection.execute(
        insert(welcome_link).values(
            digest=digest(token),
            account=account_id,
            expires=expires,
            word=None if word is None else link_words.keyed(token, word),
        )
    )
    return token


def new_link(engine: Engine, account_id: str, word: str | None, now: datetime) -> str:
    """As :func:`link`, in a transaction of its own."""
    with writing(engine) as connection:
        return link(connection, account_id, now, word)


def drop_link(engine: Engine, account_id: str) -> None:
    """Forget the one-time link of an account: it did not reach its owner."""
    with writing(engine) as connection:
        connection.execute(delete(welcome_link).where(welcome_link.c.account == account_id))


def add_with_password(
    engine: Engine,
    email: str,
    role: Role,
    unit: str | None,
    password: str,
    actor: str,
    now: datetime,
) -> None:
    """Give somebody a role and a passphrase at once, without a second factor (the demo).

    Refusals as for :func:`add`.
    """
    passphrase.check(password, normal_email(email))
    hashed = passphrase.hashed(password)
    with writing(engine) as connection:
        account_id = role_giving.give_role(connection, email, Grant(role, unit), actor, now)
        _store_passphrase(connection, account_id, hashed)
        connection.execute(update(account).where(account.c.id == account_id).values(exempt=True))


def invited(engine: Engine, token: str, now: datetime) -> str:
    """The address for which a one-time link was made; reading it does not use the link up.

    Raises
    ------
    AccessRefused
        When the link was used, replaced, has run out or never existed.
    """
    with reading(engine) as connection:
        return str(_invited(connection, token, now).email)


def set_password(engine: Engine, token: str, password: str, now: datetime, word: str = "") -> str:
    """Use a one-time link: store the passphrase, and end the account's sessions.

    Returns the random name of the account. Its second factor, if it has one, stays.

    Raises
    ------
    AccessRefused
        When the link does not work (any more).
    InputRefused
        When the passphrase is not good enough, or the word is wrong; the link then stays usable.
    """
    email = invited(engine, token, now)
    passphrase.check(password, email)
    link_words.check(engine, token, word)
    hashed = passphrase.hashed(password)
    with writing(engine) as connection:
        account_id = str(_invited(connection, token, now).id)
        _store_passphrase(connection, account_id, hashed)
        audit.note(connection, email, "account.passphrase", "", now)
    return account_id


def end_sessions(engine: Engine, email: str, actor: str, now: datetime) -> int:
    """Sign somebody out everywhere; returns how many sessions there were.

    Raises
    ------
    InputRefused
        When there is no such account.
    """
    with writing(engine) as connection:
        ended = sessions.drop_all(connection, locked_id(connection, email))
        audit.note(connection, actor, "account.end_sessions", normal_email(email), now)
    return ended


def listing(engine: Engine) -> tuple[AccountSummary, ...]:
    """Every account with its roles, by address, without rows that this program did not write."""
    everything = ((account, true()), (account_role, true()))
    with reading(engine) as connection:
        accounts, roles = signed_rows.genuine_in(connection, *everything)
    held: dict[str, list[Grant]] = defaultdict(list)
    for row in sorted(roles, key=lambda row: (row.role, row.unit)):
        held[row.account].append(Grant(Role(row.role), row.unit or None))
    return tuple(
        AccountSummary(row.email, tuple(held[row.id]), row.password_hash is not None)
        for row in sorted(accounts, key=lambda row: str(row.email))
    )


def first_to_go(summaries: Sequence[AccountSummary]) -> bool:
    """Whether the account that set-up began with can be removed: another beheerder can sign in."""
    ready = {
        summary.email
        for summary in summaries
        if summary.ready and any(grant.role is Role.BEHEERDER for grant in summary.grants)
    }
    return FIRST in {summary.email for summary in summaries} and bool(ready - {FIRST})


def locked_id(connection: Connection, email: str) -> str:
    """The random name of an account, which nobody else changes until the transaction ends.

    Raises
    ------
    InputRefused
        When there is no such account, or somebody else changed it.
    """
    account_id = account_lookup.id_of(connection, spellings(email))  # as typed before cleaned
    if account_id is None:
        raise InputRefused("account.unknown", email=normal_email(email))
    return account_id


def normal_email(email: str) -> str:
    """One spelling for one mailbox: no capitals, and nothing that a paste brings along."""
    return clean_address(email)


def is_email(address: str) -> bool:
    """Whether `address` has the shape of a mail address, and is short enough to keep."""
    return is_address(address)


def _invited(connection: Connection, token: str, now: datetime) -> Row[Any]:
    """The account of a one-time link that works; AccessRefused when it does not."""
    usable = (welcome_link.c.digest == digest(token), welcome_link.c.expires > int(now.timestamp()))
    links = signed_rows.genuine(connection, welcome_link, *usable)
    for link_row in links:
        for holder in signed_rows.genuine(connection, account, account.c.id == link_row.account):
            return holder
    raise AccessRefused("welcome.gone", hours=LINK_HOURS)


def _store_passphrase(connection: Connection, account_id: str, hashed: str) -> None:
    connection.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(password_hash=hashed, failures=0, locked_until=None)
    )
    connection.execute(delete(welcome_link).where(welcome_link.c.account == account_id))
    pending_login.drop_all(connection, account_id)
    sessions.drop_all(connection, account_id)
