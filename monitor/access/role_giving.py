"""Giving somebody a role, and checking that this is possible."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, insert, select

from monitor.access import account_lookup, grants, sessions
from monitor.access.roles import WITH_SECOND_FACTOR, Grant, check_grants
from monitor.errors import InputRefused
from monitor.inputs.addresses import clean_address, is_address
from monitor.store import audit, locks
from monitor.store.tables import account
from monitor.store.tables import unit as unit_table


def give_role(connection: Connection, email: str, grant: Grant, actor: str, now: datetime) -> str:
    """Give somebody a role, with an account where there is none yet; returns the account."""
    address = clean_address(email)
    account_id, held = check_role(connection, email, grant)
    if account_id is None:
        account_id = secrets.token_urlsafe(16)
        connection.execute(insert(account).values(id=account_id, email=address))
    if grant not in held:
        grants.give(connection, account_id, grant)
        if grant.role in WITH_SECOND_FACTOR:
            # A session begun with a passphrase alone ends, so that the second factor is set up.
            sessions.drop_all(connection, account_id)
    action = "account.link" if grant in held else "account.role"
    audit.note(connection, actor, action, grants.audit_detail(address, grant), now)
    return str(account_id)


def check_role(
    connection: Connection, email: str, grant: Grant
) -> tuple[str | None, frozenset[Grant]]:
    """The account with this address, None before its first role, and the roles it has.

    Nobody else gives it one until the transaction ends. Refusals as for
    :func:`monitor.access.accounts.add`.
    """
    address = clean_address(email)
    if not is_address(address):
        raise InputRefused("account.email_malformed")
    locks.exclusive(connection, f"account {address}")
    account_id = account_lookup.id_of(connection, [address])
    held = grants.held(connection, account_id) if account_id else frozenset()
    check_grants(held | {grant})
    _check_unit(connection, grant.unit)
    return account_id, held


def _check_unit(connection: Connection, unit: str | None) -> None:
    if unit is None:
        return
    of_key = (unit_table.c.key == unit, unit_table.c.closed.is_(False))
    if connection.scalar(select(unit_table.c.key).where(*of_key)) is None:
        raise InputRefused("account.unit_unknown", unit=unit)
