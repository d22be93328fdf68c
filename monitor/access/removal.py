"""Removing a role, or a whole account; somebody who can manage accounts always stays."""

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


def take_role(
    engine: Engine, email: str, role: Role, unit: str | None, actor: str, now: datetime
) -> None:
    """Take one role away; a person who is signed in notices at the next click.

    Raises
    ------
    InputRefused
        When the account does not have that role, or nobody would be left to manage accounts.
    """
    grant, address = Grant(role, unit), normal_email(email)
    with writing(engine) as connection:
        account_id = locked_id(connection, email)
        if role is Role.BEHEERDER:
            _keep_a_beheerder(connection, account_id)
        if not grants.take(connection, account_id, grant):
            raise InputRefused("account.role_not_held", email=address)
        detail = grants.audit_detail(address, grant)
        audit.note(connection, actor, "account.role_taken", detail, now)


def remove(engine: Engine, email: str, actor: str, now: datetime) -> None:
    """Remove an account with all that belongs to it; its sessions end at once.

    Raises
    ------
    InputRefused
        When there is none, nobody would be left to manage accounts, or vents were sealed to it.
    """
    address = normal_email(email)
    try:
        with writing(engine) as connection:
            account_id = locked_id(connection, email)
            _keep_a_beheerder(connection, account_id)
            connection.execute(delete(account).where(account.c.id == account_id))
            audit.note(connection, actor, "account.removed", address, now)
    except IntegrityError:
        raise InputRefused("account.has_key", email=address) from None


def _keep_a_beheerder(connection: Connection, leaving: str) -> None:
    """Refuse when nobody could get in afterwards: an invitation alone may run out unused."""
    of_beheerder = account_role.c.role == Role.BEHEERDER.value
    connection.execute(select(account_role.c.account).where(of_beheerder).with_for_update())
    # One that somebody else put in the store keeps nobody in.
    rows = signed_rows.genuine(connection, account_role, of_beheerder)
    managing = {row.account for row in rows}
    if leaving not in managing:
        return
    if not managing & overseers.able_to_sign_in(connection) - {leaving}:
        raise InputRefused("account.last_beheerder")
