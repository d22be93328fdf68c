"""Taking away: a role, a whole account, or everything somebody signs in with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, delete, select, update
from sqlalchemy.exc import IntegrityError

from monitor.access import pending_login, second_factor, sessions
from monitor.access.accounts import link, normal_email
from monitor.access.roles import Grant, Role
from monitor.errors import InputRefused
from monitor.store import audit
from monitor.store.access_tables import sso_person
from monitor.store.engine import writing
from monitor.store.tables import account, account_role


def take_role(
    engine: Engine, email: str, role: Role, unit: str | None, actor: str, now: datetime
) -> None:
    """Take one role away; whoever is signed in notices at the next click.

    Raises
    ------
    InputRefused
        When the account does not have that role, or nobody would be left to manage accounts.
    """
    grant = Grant(role, unit)
    with writing(engine) as connection:
        found = _find(connection, email)
        if role is Role.BEHEERDER:
            _keep_a_beheerder(connection, found)
        taken = connection.execute(
            delete(account_role).where(
                account_role.c.account == found,
                account_role.c.role == grant.role.value,
                account_role.c.unit == (grant.unit or ""),
            )
        )
        if taken.rowcount != 1:
            raise InputRefused("account.role_not_held", email=normal_email(email))
        detail = " ".join(filter(None, (normal_email(email), role.value, unit)))
        audit.note(connection, actor, "account.role_taken", detail, now)


def remove(engine: Engine, email: str, actor: str, now: datetime) -> None:
    """Remove an account with all that belongs to it; its sessions end at once.

    Raises
    ------
    InputRefused
        When there is none, nobody would be left to manage accounts, or vents were sealed to it.
    """
    try:
        with writing(engine) as connection:
            found = _find(connection, email)
            _keep_a_beheerder(connection, found)
            connection.execute(delete(account).where(account.c.id == found))
            audit.note(connection, actor, "account.removed", normal_email(email), now)
    except IntegrityError:
        raise InputRefused("account.has_key", email=normal_email(email)) from None


def start_over(engine: Engine, email: str, actor: str, now: datetime) -> str:
    """Forget passphrase, second factor and recovery codes, and end every session.

    For who lost the telephone as well as the recovery codes. Roles stay. Returns a one-time
    token, the way back in.

    Raises
    ------
    InputRefused
        When there is no such account, or it is the actor's own: the session that would show the
        token ends.
    """
    if normal_email(email) == actor:
        raise InputRefused("account.own_start_over")
    with writing(engine) as connection:
        found = _find(connection, email)
        connection.execute(
            update(account)
            .where(account.c.id == found)
            .values(password_hash=None, failures=0, locked_until=None)
        )
        second_factor.drop(connection, found)
        pending_login.drop_all(connection, found)
        sessions.drop_all(connection, found)
        audit.note(connection, actor, "account.start_over", normal_email(email), now)
        return link(connection, found, now)


def _find(connection: Connection, email: str) -> str:
    found: str | None = connection.scalar(
        select(account.c.id).where(account.c.email == normal_email(email)).with_for_update()
    )
    if found is None:
        raise InputRefused("account.unknown", email=normal_email(email))
    return found


def _keep_a_beheerder(connection: Connection, leaving: str) -> None:
    """Somebody must be able to get in afterwards: an invitation alone may run out unused."""
    managing = connection.scalars(
        select(account_role.c.account)
        .where(account_role.c.role == Role.BEHEERDER.value)
        .with_for_update()
    ).all()
    if leaving not in managing:
        return
    with_passphrase = select(account.c.id).where(account.c.password_hash.is_not(None))
    ready = connection.scalars(with_passphrase.union(select(sso_person.c.account))).all()
    if not (set(managing) & set(ready)) - {leaving}:
        raise InputRefused("account.last_beheerder")
