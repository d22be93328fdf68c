"""What is wrong with an installation: logged when it begins and ends, and mailed to beheerders.

The rules of ``deploy/prometheus-rules.yml`` watch the same from outside, also when this process
does not run any more; docs/OPERATE.md says of each what it means and what to do.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from monitor import logs
from monitor.access.roles import Role
from monitor.clock import local_day
from monitor.context import AppContext
from monitor.operations import waiting_letters
from monitor.operations.status import Status, status_of
from monitor.store import locks, notices, stored_settings
from monitor.store.engine import reading, writing
from monitor.store.notices import NoticeKind
from monitor.store.stored_settings import StoredSetting
from monitor.store.tables import account, account_role

BEGUN = notices.register(
    NoticeKind("operations.begun", "mail.alert.subject", "mail.alert.text", "/gezondheid")
)
ENDED = notices.register(
    NoticeKind("operations.ended", "mail.alert_over.subject", "mail.alert_over.text", "/gezondheid")
)
KEPT = timedelta(7)
"""How long a notice may wait for a mail server that does not answer."""
SEEN_AGAIN = timedelta(minutes=5)
OVER_AFTER = timedelta(minutes=15)
"""An alert is over when no process saw it for so long: one process may lack a key others have."""
NIGHT_LATE = timedelta(2)
BACKUP_LATE = timedelta(3)


class Alert(StrEnum):
    """What may be wrong; the values are stored and logged."""

    KEY_MISSING = "round.key_missing"
    OVERDUE = "round.overdue"
    NIGHT = "night.late"
    LETTERS = "letters.refused"
    LETTERS_STUCK = "letters.stuck"
    SPACE = "space.short"
    BACKUP = "backup.late"
    CLOCK = "clock.unconfirmed"


def active(status: Status, now: datetime) -> frozenset[Alert]:
    """What is wrong at the moment."""
    return frozenset(_active(status, now))


def watch(context: AppContext, now: datetime) -> frozenset[Alert]:
    """Log and mail what began and what ended since the last check by any process.

    Returns
    -------
    What is wrong at the moment.
    """
    status = status_of(context, now)
    if waiting_letters.note(context.engine, status.letters_waiting, now):
        status = status_of(context, now)
    present = active(status, now)
    with reading(context.engine) as connection:
        if _next(_stored(connection), present, now) is None:
            return present
    with writing(context.engine) as connection:
        locks.exclusive(connection, "alerts")
        before = _stored(connection)
        after = _next(before, present, now)
        if after is None:
            return present  # another process was first
        stored_settings.put(connection, StoredSetting.ALERTS, after)
        begun, ended = after.keys() - before.keys(), before.keys() - after.keys()
        if begun:
            _tell_beheerders(connection, BEGUN, now)
        if ended and not after:
            _tell_beheerders(connection, ENDED, now)
    for name in sorted(begun):
        logs.note("alert.begun", level=logging.ERROR, alert=name)
    for name in sorted(ended):
        logs.note("alert.ended", alert=name)
    return present


def _next(
    before: dict[str, str], present: frozenset[Alert], now: datetime
) -> dict[str, str] | None:
    """The alerts and when each was last seen, after this check; None when nothing changes."""
    last_seen = {name: datetime.fromisoformat(at) for name, at in before.items()}
    after = {name: at for name, at in last_seen.items() if now - at < OVER_AFTER}
    for name in (alert.value for alert in present):
        if name not in after or now - after[name] >= SEEN_AGAIN:
            after[name] = now
    return None if after == last_seen else {name: at.isoformat() for name, at in after.items()}


def _active(status: Status, now: datetime) -> Iterator[Alert]:
    today = local_day(now)
    if status.keyless:
        yield Alert.KEY_MISSING
    if status.overdue:
        yield Alert.OVERDUE
    if status.last_night is not None and today - status.last_night > NIGHT_LATE:
        yield Alert.NIGHT
    if status.letters_refused:
        yield Alert.LETTERS
    if status.letters_stuck:
        yield Alert.LETTERS_STUCK
    if not status.enough_space:
        yield Alert.SPACE
    if is_backup_late(status, today):
        yield Alert.BACKUP
    if status.clock_ahead:
        yield Alert.CLOCK


def is_backup_late(status: Status, today: date) -> bool:
    """Whether the last backup is too old. Where none was ever made, only ``doctor`` says so:
    PostgreSQL may have backups of its own."""
    last_backup = status.last_backup
    return last_backup is not None and today - local_day(last_backup) > BACKUP_LATE


def _tell_beheerders(connection: Connection, kind: NoticeKind, now: datetime) -> None:
    """One mail to each beheerder; the second of the same hour is not sent."""
    today = local_day(now)
    once_key = now.strftime("%Y-%m-%dT%H")
    beheerders = select(account.c.id).join(account_role, account_role.c.account == account.c.id)
    beheerders = beheerders.where(account_role.c.role == Role.BEHEERDER).distinct()
    for account_id in connection.execute(beheerders).scalars().all():
        notices.enqueue(connection, kind, account_id, once_key, today, today + KEPT)


def _stored(connection: Connection) -> dict[str, str]:
    return dict(stored_settings.get(connection, StoredSetting.ALERTS) or {})
