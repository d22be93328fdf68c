"""Signing in with address and passphrase.

An unknown address, a wrong passphrase, an account without one and an account that must wait
get the same sentence after the same work: nobody learns here who has an account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select, update

from monitor.access import passphrase, sessions
from monitor.access.accounts import normal_email
from monitor.errors import AccessRefused
from monitor.store.engine import writing
from monitor.store.tables import account

FREE_FAILURES = 4
FIRST_WAIT = 5
LONGEST_WAIT = 5 * 60
CALM = 24 * 60 * 60
"""Seconds: the first wait, the longest, and the quiet time after which counting starts anew."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    account: str
    password_hash: str | None


def sign_in(engine: Engine, email: str, password: str, now: datetime) -> str:
    """Check the passphrase and begin a session; returns the session's token.

    Takes about a tenth of a second of one core, also when it refuses.

    Raises
    ------
    AccessRefused
        ``signin.refused``, whatever was wrong.
    """
    attempt = _count_attempt(engine, normal_email(email), now)
    right = passphrase.matches(attempt.password_hash if attempt else None, password)
    if attempt is None or attempt.password_hash is None or not right:
        raise _refused()
    fresh = attempt.password_hash
    if passphrase.outdated(fresh):
        fresh = passphrase.hashed(password)
    with writing(engine) as connection:
        # The hash is compared once more: it may have been replaced during the check.
        kept = connection.execute(
            update(account)
            .where(
                account.c.id == attempt.account,
                account.c.password_hash == attempt.password_hash,
            )
            .values(failures=0, locked_until=None, password_hash=fresh)
        )
        if kept.rowcount != 1:
            raise _refused()
        return sessions.start(connection, attempt.account, now)


def wait_after(failures: int) -> int:
    """Seconds to wait after so many failures in a row: growing, never for good."""
    if failures <= FREE_FAILURES:
        return 0
    doublings = min(failures - FREE_FAILURES - 1, LONGEST_WAIT.bit_length())
    return min(FIRST_WAIT << doublings, LONGEST_WAIT)


def _count_attempt(engine: Engine, address: str, now: datetime) -> _Attempt | None:
    # Counted as a failure before the passphrase is looked at, and forgiven when it was right:
    # a hundred guesses sent at once then get no further than a hundred in a row.
    moment = int(now.timestamp())
    with writing(engine) as connection:
        row = connection.execute(
            select(account).where(account.c.email == address).with_for_update()
        ).one_or_none()
        # An attempt during the wait does not lengthen it, else others could keep somebody out.
        if row is None or (row.locked_until or 0) > moment:
            return None
        calm = row.locked_until is not None and moment - row.locked_until >= CALM
        failures = 1 if calm else row.failures + 1
        wait = wait_after(failures)
        connection.execute(
            update(account)
            .where(account.c.id == row.id)
            .values(failures=failures, locked_until=moment + wait if wait else None)
        )
    return _Attempt(row.id, row.password_hash)


def _refused() -> AccessRefused:
    return AccessRefused("signin.refused", minutes=LONGEST_WAIT // 60)
