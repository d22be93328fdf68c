"""Who holds the role toezicht and can act, and which accounts hold roles that must be split."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, select, true

from monitor.access.roles import Role, held_apart
from monitor.store import locks, signed_rows
from monitor.store.access_tables import recovery_code, second_factor, sso_person
from monitor.store.engine import reading
from monitor.store.tables import account, account_role


@dataclass(frozen=True, slots=True)
class RolesApart:
    """An account with two roles that one person may not hold."""

    email: str
    first: Role
    second: Role


def anybody_ready(engine: Engine) -> bool:
    """Whether somebody with the role toezicht can sign in."""
    with reading(engine) as connection:
        return bool(ready(connection))


def ready(connection: Connection) -> frozenset[str]:
    """The accounts with the role toezicht that can sign in; an invited one oversees nothing yet."""
    return frozenset(everybody(connection) & able_to_sign_in(connection))


def everybody(connection: Connection) -> frozenset[str]:
    """The accounts with the role toezicht."""
    of_toezicht = account_role.c.role == Role.TOEZICHT.value
    rows = signed_rows.genuine(connection, account_role, of_toezicht)
    return frozenset(row.account for row in rows)


def able_to_sign_in(connection: Connection) -> frozenset[str]:
    """The accounts with a passphrase, or known to the organisation's provider."""
    with_passphrase = signed_rows.genuine(connection, account, account.c.password_hash.is_not(None))
    linked = signed_rows.genuine(connection, sso_person)
    return frozenset({row.id for row in with_passphrase} | {row.account for row in linked})


def lock(connection: Connection) -> None:
    """Have nobody else change accounts, roles or links to a provider until the transaction ends."""
    for table in (account, account_role, sso_person):
        locks.lock_table(connection, table)


def altered(connection: Connection) -> bool:
    """Whether somebody else changed, added or deleted what says who may sign in as what."""
    tables = (account, account_role, second_factor, recovery_code, sso_person)
    return signed_rows.whole(connection, *((table, true()) for table in tables)) is None


def roles_to_split(engine: Engine) -> tuple[RolesApart, ...]:
    """The accounts whose roles one person may not hold together, by address."""
    query = select(account.c.email, account_role.c.role).join(
        account_role, account_role.c.account == account.c.id
    )
    by_email: dict[str, set[Role]] = {}
    with reading(engine) as connection:
        for row in connection.execute(query.order_by(account.c.email)):
            by_email.setdefault(row.email, set()).add(Role(row.role))
    return tuple(
        RolesApart(email, *pair) for email, roles in by_email.items() for pair in held_apart(roles)
    )
