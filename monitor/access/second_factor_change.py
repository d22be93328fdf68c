"""Changing the second factor while signed in.

A session alone does not suffice, because a screen may be left open: a code is asked for, or where
there is none yet the passphrase.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from monitor.access import passphrase_attempts, pending_login, recovery, second_factor
from monitor.access.login import PendingLogin
from monitor.access.roles import Person
from monitor.errors import AccessRefused
from monitor.store import audit
from monitor.store.engine import reading, writing


def begin_set_up(
    engine: Engine, secret: bytes, person: Person, typed: str, now: datetime
) -> PendingLogin:
    """The ticket to set up codes, or to move them to another telephone.

    Parameters
    ----------
    typed
        A code of the present telephone or a recovery code; without codes yet, the passphrase.

    Raises
    ------
    AccessRefused
        When it is not right.
    """
    with reading(engine) as connection:
        has_codes = second_factor.is_set(connection, person.account)
    if has_codes:
        _check_code(engine, secret, person, typed, now)
    else:
        verified = passphrase_attempts.check(engine, person.email, typed, now)
        with writing(engine) as connection:
            passphrase_attempts.forgive(connection, verified)
    with writing(engine) as connection:
        token = pending_login.issue(connection, secret, person.account, now, set_up=True)
    return PendingLogin(token, set_up=True)


def renew_recovery_codes(
    engine: Engine, secret: bytes, person: Person, typed: str, now: datetime
) -> tuple[str, ...]:
    """New recovery codes in the place of the old; refusals as for :func:`begin_set_up`."""
    _check_code(engine, secret, person, typed, now)
    with writing(engine) as connection:
        audit.note(connection, person.email, "account.recovery_codes", person.email, now)
        return recovery.renew(connection, secret, person.account)


def _check_code(engine: Engine, secret: bytes, person: Person, typed: str, now: datetime) -> None:
    with writing(engine) as connection:
        right = second_factor.check(connection, secret, person.account, typed, now)
    if not right:
        raise AccessRefused("second.refused", minutes=second_factor.LONGEST_WAIT // 60)
