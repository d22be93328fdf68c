"""Removing a role, or a whole account; somebody to manage accounts and to confirm always stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.exc import IntegrityError

from monitor.access import grants, overseers
from monitor.access.accounts import locked_id, normal_email
from monitor.access.roles import Grant, Role
from monitor.errors import InputRefused
from monitor.store import audit, signed_rows
from monitor.store.engine import writing
from monitor.store.tables import account, account_role

LAST_ONE_STAYS = (Role.BEHEERDER, Role.TOEZICHT)
"""Roles of which somebody who can sign in always stays."""


def take_role(
    engine: Engine, email: str, role: Role, unit: str | None, actor: str, now: datetime
) -> None:
    """Take one role away; a person who is signed in notices at the next click.

    Refusals as for :func:`check_take`.
    """
    with writing(engine) as connection:
        take(connection, email, Grant(role, unit), actor, now)


def remove(engine: Engine, email: str, actor: str, now: datetime) -> None:
    """Remove an account with all that belongs to it; its sessions end at once.

    Refusals as for :func:`remove_account`.
    """
    with writing(engine) as connection:
        remove_account(connection, email, actor, now)


def check_take(connection: Connection, email: str, grant: Grant) -> str:
    """The account from which the role can be taken.

    Raises
    ------
    InputRefused
        When the account does not have that role, or nobody would be left to manage accounts or
        to confirm what a beheerder does.
    """
    account_id = locked_id(connection, email)
    if grant not in grants.held(connection, account_id):
        raise InputRefused("account.role_not_held", email=normal_email(email))
    if grant.role in LAST_ONE_STAYS:
        _keep_one(connection, grant.role, account_id)
    return account_id


def take(connection: Connection, email: str, grant: Grant, actor: str, now: datetime) -> None:
    """As :func:`take_role`, inside a transaction of the caller."""
    grants.take(connection, check_take(connection, email, grant), grant)
    detail = grants.audit_detail(normal_email(email), grant)
    audit.note(connection, actor, "account.role_taken", detail, now)


def check_remove(connection: Connection, email: str) -> str:
    """The account that can be removed, as far as others are needed to stay."""
    account_id = locked_id(connection, email)
    for role in LAST_ONE_STAYS:
        _keep_one(connection, role, account_id)
    return account_id


def remove_account(connection: Connection, email: str, actor: str, now: datetime) -> None:
    """As :func:`remove`, inside a transaction of the caller.

    Raises
    ------
    InputRefused
        When there is none, nobody would be left to manage accounts or to confirm what a beheerder
        does, or vents were sealed to it.
    """
    address = normal_email(email)
    account_id = check_remove(connection, email)
    try:
        with connection.begin_nested():
            connection.execute(delete(account).where(account.c.id == account_id))
    except IntegrityError:
        raise InputRefused("account.has_key", email=address) from None
    audit.note(connection, actor, "account.removed", address, now)


def _keep_one(connection: Connection, role: Role, leaving: str) -> None:
    """Refuse when nobody with the role could get in afterwards.

    An invitation alone may run out unused. Who was invited as toezicht and never signed in oversees
    nothing, and may go: the address may be wrong.
    """
    of_role = account_role.c.role == role.value
    connection.execute(select(account_role.c.account).where(of_role).with_for_update())
    # Roles that this program did not write do not count.
    holding = {row.account for row in signed_rows.genuine(connection, account_role, of_role)}
    if leaving not in holding:
        return
    ready = overseers.able_to_sign_in(connection)
    if role is Role.TOEZICHT and leaving not in ready:
        return
    if not holding & ready - {leaving}:
        raise InputRefused(f"account.last_{role.value}")
