"""Whether the store itself is sound: its settings, its content, and free disk space."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, text

from monitor.store.engine import PRAGMAS, is_sqlite, reading

SAFE = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
}
"""Settings PostgreSQL must have, so that an acknowledged answer sheet survives a power cut."""
COMFORTABLE_SPACE = 1000 * 1000 * 1000
"""Bytes below which monitoring reports that space runs short. How much is free is never reported:
it moves with every answer."""
FREE_SPACE = 200 * 1000 * 1000
"""Bytes that should be free: for a round of thousands, its log, and the draft of a backup."""

Finding = tuple[str, dict[str, object]]
"""The key of a sentence, and the words to fill in."""


def findings(engine: Engine) -> Iterator[Finding]:
    """Everything about the store that somebody should mend.

    Raises
    ------
    StoreBusy, StoreFailing
        When it does not answer.
    """
    with reading(engine) as connection:
        if is_sqlite(engine):
            for name, wanted in PRAGMAS.items():
                value = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                if value != wanted:
                    yield "doctor.pragma", {"name": name, "found": value, "wanted": wanted}
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                yield "store.damaged", {}
        else:
            for name, safe in SAFE.items():
                value = connection.execute(text(f"SHOW {name}")).scalar()
                if value not in (safe, "remote_apply", "remote_write", "local"):
                    yield "doctor.pragma", {"name": name, "found": value, "wanted": safe}


def has_space(*folders: Path) -> bool:
    """Whether more than 1 GB is free in each of the folders that exist."""
    return all(
        shutil.disk_usage(folder).free > COMFORTABLE_SPACE for folder in folders if folder.is_dir()
    )


def short_of_space(*folders: Path) -> Iterator[Finding]:
    """The folders in which there is hardly any space left."""
    for folder in folders:
        if folder.is_dir() and shutil.disk_usage(folder).free < FREE_SPACE:
            yield "doctor.room", {"folder": folder, "wanted": FREE_SPACE // 1_000_000}
