"""Signing in: address and passphrase first, then a code where the account has or needs one.

An unknown address, a wrong passphrase, an account without one and an account that must wait
get the same refusal after the same work, so that nobody learns here who has an account. At the
second step a wrong code, a used one and one that comes too early are alike in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from monitor.access import grants, passphrase_attempts, pending_login, second_factor, sessions, totp
from monitor.access.pending_login import LoginTicket
from monitor.access.roles import WITH_SECOND_FACTOR
from monitor.errors import AccessRefused
from monitor.store import audit, signed_rows
from monitor.store.engine import reading, writing
from monitor.store.tables import account


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
class SecondFactorReady:
    """The session of somebody who set up a second factor, and recovery codes to show once."""

    session: str = field(repr=False)
    recovery_codes: tuple[str, ...] = field(repr=False)


def check_passphrase_step(
    engine: Engine,
    secret: bytes,
    email: str,
    password: str,
    now: datetime,
    device: str | None = None,
) -> SignedIn | PendingLogin:
    """Check the passphrase; begin a session, or hand out a ticket for the second step.

    Takes about a tenth of a second of one core, also when it refuses.

    Parameters
    ----------
    secret
        Of the installation.
    device
        The token of the device; its attempts count apart where the account signed in on it.

    Raises
    ------
    AccessRefused
        ``signin.refused``, whatever was wrong.
    """
    verified = passphrase_attempts.check(engine, email, password, now, device)
    with writing(engine) as connection:
        passphrase_attempts.forgive(connection, verified)
        return proceed(connection, secret, verified.account, now)


def proceed(
    connection: Connection, secret: bytes, account_id: str, now: datetime
) -> SignedIn | PendingLogin:
    """Begin a session for somebody whose identity is certain, or a ticket for the second step."""
    is_set = second_factor.is_set(connection, account_id)
    if is_set or _needs_second_factor(connection, account_id):
        token = pending_login.issue(connection, secret, account_id, now, set_up=not is_set)
        return PendingLogin(token, set_up=not is_set)
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
        if second_factor.check(connection, secret, ticket.account, typed, now):
            pending_login.drop_all(connection, ticket.account)
            return SignedIn(sessions.start(connection, ticket.account, now))
    # After the commit: the failure must stay counted.
    raise AccessRefused("second.refused", minutes=second_factor.LONGEST_WAIT // 60)


def find_ticket(engine: Engine, secret: bytes, token: str | None, now: datetime) -> LoginTicket:
    """The ticket with this token; looking does not use it up.

    Raises
    ------
    AccessRefused
        ``second.expired`` when it does not work (any more).
    """
    with reading(engine) as connection:
        ticket = pending_login.find(connection, secret, token, now)
    if ticket is None:
        raise _expired()
    return ticket


def set_up(
    engine: Engine, secret: bytes, token: str | None, typed: str, now: datetime
) -> SecondFactorReady:
    """Make the second factor on the ticket the account's, confirmed by a code of it.

    Every other session of the account ends.

    Raises
    ------
    AccessRefused
        ``second.expired`` as above; ``second.mismatch`` when the code is not of this factor:
        the ticket then stays good.
    """
    with writing(engine) as connection:
        ticket = pending_login.find(connection, secret, token, now)
        if ticket is None or ticket.secret is None:
            raise _expired()
        step = totp.step_of(ticket.secret, typed, int(now.timestamp()))
        if step is None:
            raise AccessRefused("second.mismatch")
        codes = second_factor.keep(connection, secret, ticket.account, ticket.secret, step)
        pending_login.drop_all(connection, ticket.account)
        sessions.drop_all(connection, ticket.account)
        audit.note(connection, ticket.email, "account.second_factor", ticket.email, now)
        return SecondFactorReady(sessions.start(connection, ticket.account, now), codes)


def require_second_factor(
    engine: Engine, secret: bytes, account_id: str, now: datetime
) -> PendingLogin | None:
    """A ticket to set up a second factor; None where there is one, or none is needed."""
    with writing(engine) as connection:
        if second_factor.is_set(connection, account_id):
            return None
        if not _needs_second_factor(connection, account_id):
            return None
        token = pending_login.issue(connection, secret, account_id, now, set_up=True)
        return PendingLogin(token, set_up=True)


def _needs_second_factor(connection: Connection, account_id: str) -> bool:
    """Whether a role asks for one; only an account that is genuine can be exempt."""
    roles = {grant.role for grant in grants.held(connection, account_id)}
    exempt = (account.c.id == account_id, account.c.exempt)
    return bool(roles & WITH_SECOND_FACTOR) and not signed_rows.genuine(
        connection, account, *exempt
    )


def _expired() -> AccessRefused:
    return AccessRefused("second.expired")
