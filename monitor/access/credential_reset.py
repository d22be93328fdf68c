"""Resetting what somebody signs in with, after losing the telephone and the recovery codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, update

from monitor.access import pending_login, second_factor, sessions
from monitor.access.accounts import link, locked_id, normal_email
from monitor.errors import InputRefused
from monitor.store import audit
from monitor.store.engine import writing
from monitor.store.tables import account


def reset(engine: Engine, email: str, actor: str, now: datetime) -> str:
    """Forget passphrase, second factor and recovery codes, and end every session; roles stay.

    Returns a one-time token, with which the person chooses a new passphrase.

    Raises
    ------
    InputRefused
        When there is no such account, or it is the actor's own: the session that would show the
        token ends.
    """
    if normal_email(email) == actor:
        raise InputRefused("account.own_start_over")
    with writing(engine) as connection:
        account_id = locked_id(connection, email)
        connection.execute(
            update(account)
            .where(account.c.id == account_id)
            .values(password_hash=None, failures=0, locked_until=None)
        )
        second_factor.drop(connection, account_id)
        pending_login.drop_all(connection, account_id)
        sessions.drop_all(connection, account_id)
        audit.note(connection, actor, "account.start_over", normal_email(email), now)
        return link(connection, account_id, now)
