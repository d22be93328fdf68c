"""A backup to download: written, compared, and sealed to the key that toezicht keeps."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.errors import InputRefused
from monitor.operations import backup_key, pings
from monitor.operations.pings import Work
from monitor.store import audit, backup, sealed_file
from monitor.store.engine import writing

Report = Callable[[int, int], None]
"""Told how many steps are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class SealedBackup:
    """A sealed backup in a folder of its own, and the name under which it is downloaded."""

    folder: tempfile.TemporaryDirectory[str]
    name: str

    @property
    def file(self) -> Path:
        """Where it lies."""
        return Path(self.folder.name) / self.name


def make(context: AppContext, actor: str, now: datetime, report: Report) -> SealedBackup:
    """Make a backup that only the keeper of the key can open.

    Raises
    ------
    InputRefused
        While toezicht has made no key.
    """
    key = backup_key.current(context.engine)
    if key is None:
        raise InputRefused("backup.no_key")
    folder = tempfile.TemporaryDirectory(prefix="teamklimaat-")
    sealed = SealedBackup(folder, f"teamklimaat-{local_day(now).isoformat()}.backup")
    try:
        plain = Path(folder.name) / "plain.db"
        backup.write(context.engine, plain, report)
        with plain.open("rb") as source, sealed.file.open("xb") as target:
            sealed_file.seal(source, target, key.public)
        plain.unlink()
        backup.note_made(context.engine, now)
        with writing(context.engine) as connection:
            audit.note(connection, actor, "backup.download", key.fingerprint, now)
    except BaseException:
        folder.cleanup()
        pings.ping_in_background(context.settings.ping_url, Work.BACKUP, ok=False)
        raise
    pings.ping_in_background(context.settings.ping_url, Work.BACKUP)
    return sealed
