"""The second factor of an account: setting it up, and checking what somebody typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from monitor.access import recovery, totp
from monitor.access.backoff import Backoff
from monitor.store import audit, signed_rows, vault
from monitor.store.access_tables import second_factor
from monitor.store.tables import account

LONGEST_WAIT = 60 * 60
"""Seconds. Longer than for a passphrase: six digits are soon guessed, and whoever tries them
knows the passphrase already. A recovery code works without waiting."""
ALARM = 10
"""Wrong codes in a row after which the audit log says so: somebody may have the passphrase."""
ALARMED_BY = "aanmelden"
"""Who the audit log says it was."""


def is_set(connection: Connection, account_id: str) -> bool:
    """Whether the account has a second factor, also when somebody else deleted its row."""
    return signed_rows.expected(connection, second_factor, account_id)


def check(
    connection: Connection, secret: bytes, account_id: str, typed: str, now: datetime
) -> bool:
    """Whether `typed` is a code of the account that was not used before.

    Failures are counted in the caller's transaction, which must be committed also when the
    answer is no.

    Parameters
    ----------
    secret
        Of the installation.
    typed
        Six digits, or a recovery code; how it is written does not matter.
    """
    row = connection.execute(
        select(second_factor, account.c.email)
        .join(account, account.c.id == second_factor.c.account)
        .where(second_factor.c.account == account_id)
        .with_for_update(of=second_factor)
    ).one_or_none()
    own = second_factor.c.account == account_id
    if row is None or not signed_rows.genuine(connection, second_factor, own):
        return False
    if recovery.spend(connection, secret, account_id, typed):
        _forgive(connection, account_id, row.last_step)
        codes_left = recovery.left(connection, account_id)
        audit.note(connection, row.email, "account.recovery_code", f"{row.email} {codes_left}", now)
        return True
    return _check_code(connection, secret, row, typed, now)


def keep(
    connection: Connection, secret: bytes, account_id: str, factor: str, step: int
) -> tuple[str, ...]:
    """Make `factor` the account's second factor from now on; returns its recovery codes.

    Parameters
    ----------
    factor
        The secret in the app on the telephone.
    step
        The half minute of the code with which it was confirmed: that code is used up.
    """
    connection.execute(delete(second_factor).where(second_factor.c.account == account_id))
    connection.execute(
        insert(second_factor).values(
            account=account_id,
            sealed=vault.seal(secret, account_id, factor.encode()),
            last_step=step,
            failures=0,
            locked_until=None,
        )
    )
    return recovery.renew(connection, secret, account_id)


def drop(connection: Connection, account_id: str) -> None:
    """Take the second factor away, and the recovery codes with it."""
    connection.execute(delete(second_factor).where(second_factor.c.account == account_id))
    recovery.drop_all(connection, account_id)


def _check_code(
    connection: Connection, secret: bytes, row: Row[Any], typed: str, now: datetime
) -> bool:
    """Whether `typed` is a code of the factor in `row`, newer than the last; failures count."""
    moment = int(now.timestamp())
    factor = vault.unseal(secret, row.account, row.sealed)
    step = totp.step_of(factor.decode(), typed, moment) if factor else None
    attempts = Backoff(row.failures, row.locked_until)
    if attempts.waits(moment):
        return False
    if step is not None and step > row.last_step:
        _forgive(connection, row.account, step)
        return True
    failed = attempts.one_more(moment, LONGEST_WAIT)
    if failed.failures == ALARM:
        audit.note(connection, ALARMED_BY, "account.codes_refused", row.email, now)
    connection.execute(
        update(second_factor)
        .where(second_factor.c.account == row.account)
        .values(failures=failed.failures, locked_until=failed.locked_until)
    )
    return False


def _forgive(connection: Connection, account_id: str, step: int) -> None:
    connection.execute(
        update(second_factor)
        .where(second_factor.c.account == account_id)
        .values(failures=0, locked_until=None, last_step=step)
    )
