"""The key to which downloaded backups are sealed: toezicht keeps the private part.

A backup holds exact counts and addresses. Whoever makes it, a beheerder, must not be able to read
it, so that it needs somebody of toezicht to open one on another machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, delete, insert

from monitor.clock import local_day
from monitor.errors import InputRefused
from monitor.store import audit, sealed_file
from monitor.store.delivery_tables import backup_key
from monitor.store.engine import reading, writing
from monitor.store.signed_rows import genuine


@dataclass(frozen=True, slots=True)
class BackupKey:
    """The public part, and since when it is in use."""

    public: bytes
    made_on: date

    @property
    def fingerprint(self) -> str:
        """By which toezicht recognises it."""
        return sealed_file.fingerprint(self.public)


def current(engine: Engine) -> BackupKey | None:
    """The key in use; None while there is none that this program stored itself."""
    with reading(engine) as connection:
        rows = genuine(connection, backup_key)
    keys = [BackupKey(row.public_key, row.made_on) for row in rows]
    return keys[0] if len(keys) == 1 else None


def choose(engine: Engine, public: bytes, typed: str, actor: str, now: datetime) -> None:
    """Seal backups to `public` from now on.

    Parameters
    ----------
    typed
        The private key as its keeper kept it: proof that it was kept.

    Raises
    ------
    InputRefused
        When what was typed is another key, or no key.
    """
    if sealed_file.public_of(typed) != public:
        raise InputRefused("backup.other_key")
    with writing(engine) as connection:
        connection.execute(delete(backup_key))
        connection.execute(insert(backup_key).values(public_key=public, made_on=local_day(now)))
        audit.note(connection, actor, "backup.key", sealed_file.fingerprint(public), now)
