"""Signing in: address and passphrase first, then a code where the account has or needs one.

An unknown address, a wrong passphrase, an account without one and an account that must wait
get the same sentence after the same work: nobody learns here who has an account. At the second
step a wrong code, a used one and one that comes too early are alike in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from monitor.access import passphrase_attempts, pending_login, second_factor, sessions, totp
from monitor.access.pending_login import LoginTicket
from monitor.access.roles import WITH_SECOND_FACTOR
from monitor.errors import AccessRefused
from monitor.store import audit
from monitor.store.engine import reading, writing
from monitor.store.tables import account, account_role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The token of a session that has begun."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PendingLogin:
    """The token of a ticket (see :mod:`monitor.access.pending_login`).

    With `set_up` the next step is to set up a second factor, else to show a code of it.
    """

    token: str = field(repr=False)
    set_up: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """A second factor has been set up: a session, and recovery codes to show this once."""

    session: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)


def check_passphrase_step(
    engine: Engine, secret: bytes, email: str, password: str, now: datetime
) -> SignedIn | PendingLogin:
    """Check the passphrase; begin a session, or hand out a ticket for the second step.

    Takes about a tenth of a second of one core, also when it refuses.

    Parameters
    ----------
    secret
        Of the installation.

    Raises
    ------
    AccessRefused
        ``signin.refused``, whatever was wrong.
    """
    right = passphrase_attempts.check(engine, email, password, now)
    with writing(engine) as connection:
        passphrase_attempts.forgive(connection, right)
        return proceed(connection, secret, right.account, now)


def proceed(
    connection: Connection, secret: bytes, account_id: str, now: datetime
) -> SignedIn | PendingLogin:
    """What follows for somebody of whom it is certain who it is, but not more than that."""
    if second_factor.is_set(connection, account_id):
        return PendingLogin(
            pending_login.issue(connection, secret, account_id, now, set_up=False), False
        )
    if _needs_one(connection, account_id):
        ticket = pending_login.issue(connection, secret, account_id, now, set_up=True)
        return PendingLogin(ticket, True)
    return SignedIn(sessions.start(connection, account_id, now))


def second_step(
    engine: Engine, secret: bytes, token: str | None, typed: str, now: datetime
) -> SignedIn:
    """Check a code, or a recovery code, and begin the session.

    Raises
    ------
    AccessRefused
        ``second.expired`` when the ticket does not work (any more), ``second.refused`` whatever
        was wrong with the code.
    """
    with writing(engine) as connection:
        ticket = pending_login.find(connection, secret, token, now)
        if ticket is None or ticket.secret is not None:
            raise _expired()
        right = second_factor.check(connection, secret, ticket.account, typed, now)
        if right:
            pending_login.drop_all(connection, ticket.account)
            return SignedIn(sessions.start(connection, ticket.account, now))
    # Only now: what was counted must be kept.
    raise AccessRefused("second.refused", minutes=second_factor.LONGEST_WAIT // 60)


def ticket(engine: Engine, secret: bytes, token: str | None, now: datetime) -> LoginTicket:
    """Whose ticket this is; looking does not use it up.

    Raises
    ------
    AccessRefused
        ``second.expired`` when it does not work (any more).
    """
    with reading(engine) as connection:
        found = pending_login.find(connection, secret, token, now)
    if found is None:
        raise _expired()
    return found


def set_up(engine: Engine, secret: bytes, token: str | None, typed: str, now: datetime) -> Prepared:
    """Let the second factor on the ticket be the account's, once a code of it was shown.

    Every other session of the account ends.

    Raises
    ------
    AccessRefused
        ``second.expired`` as above; ``second.mismatch`` when the code is not of this factor:
        the ticket then stays good.
    """
    with writing(engine) as connection:
        found = pending_login.find(connection, secret, token, now)
        if found is None or found.secret is None:
            raise _expired()
        step = totp.step_of(found.secret, typed, int(now.timestamp()))
        if step is None:
            raise AccessRefused("second.mismatch")
        codes = second_factor.keep(connection, secret, found.account, found.secret, step)
        pending_login.drop_all(connection, found.account)
        sessions.drop_all(connection, found.account)
        audit.note(connection, found.email, "account.second_factor", found.email, now)
        return Prepared(sessions.start(connection, found.account, now), codes)


def after_choosing(
    engine: Engine, secret: bytes, account_id: str, now: datetime
) -> PendingLogin | None:
    """The ticket to set up a second factor at once, for who needs one and has none yet."""
    with writing(engine) as connection:
        if second_factor.is_set(connection, account_id) or not _needs_one(connection, account_id):
            return None
        ticket = pending_login.issue(connection, secret, account_id, now, set_up=True)
        return PendingLogin(ticket, True)


def _needs_one(connection: Connection, account_id: str) -> bool:
    needing = [role.value for role in WITH_SECOND_FACTOR]
    wanted = (
        select(account.c.id)
        .join(account_role, account_role.c.account == account.c.id)
        .where(account.c.id == account_id, ~account.c.exempt, account_role.c.role.in_(needing))
    )
    return connection.scalar(wanted) is not None


def _expired() -> AccessRefused:
    return AccessRefused("second.expired")
