"""Resetting passphrase and second factor of somebody who can no longer sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, update

from monitor.access import pending_login, second_factor, sessions
from monitor.access.accounts import link, locked_id, normal_email
from monitor.errors import InputRefused
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import account, welcome_link


def reset(engine: Engine, email: str, actor: str, now: datetime) -> str:
    """Forget passphrase, second factor and recovery codes, and end every session; roles stay.

    Returns a one-time token, with which the person chooses a new passphrase. Refusals as for
    :func:`check`.
    """
    with writing(engine) as connection:
        check(connection, email, actor)
        return link(connection, forget(connection, email, actor, now), now)


def check(connection: Connection, email: str, actor: str) -> str:
    """The random name of the account that would start over, which nobody changes meanwhile.

    Raises
    ------
    InputRefused
        When there is no such account, or it is the actor's own: nobody would be there to go on.
    """
    if normal_email(email) == actor:
        raise InputRefused("account.own_start_over")
    return locked_id(connection, email)


def forget(connection: Connection, email: str, actor: str, now: datetime) -> str:
    """As :func:`reset`, inside a transaction of the caller and without a link.

    Returns the random name of the account.
    """
    account_id = locked_id(connection, email)
    connection.execute(
        update(account)
        .where(account.c.id == account_id)
        .values(password_hash=None, failures=0, locked_until=None)
    )
    second_factor.drop(connection, account_id)
    pending_login.drop_all(connection, account_id)
    sessions.drop_all(connection, account_id)
    connection.execute(delete(welcome_link).where(welcome_link.c.account == account_id))
    audit.note(connection, actor, "account.start_over", normal_email(email), now)
    return account_id
