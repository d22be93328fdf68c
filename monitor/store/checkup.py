"""Whether the store itself is sound: its settings, its files, and room to go on."""

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
"""What PostgreSQL must say, so that an acknowledged sheet survives a power cut."""
ROOM = 200 * 1000 * 1000
"""Bytes that should be free: a round of thousands, its log, and a backup's draft."""

Found = tuple[str, dict[str, object]]
"""The key of a sentence, and the words in it."""


def findings(engine: Engine) -> Iterator[Found]:
    """Everything about the store that somebody should mend.

    Raises
    ------
    StoreBusy, StoreFailing
        When it cannot even be asked.
    """
    with reading(engine) as connection:
        if is_sqlite(engine):
            for name, wanted in PRAGMAS.items():
                found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                if found != wanted:
                    yield "doctor.pragma", {"name": name, "found": found, "wanted": wanted}
            if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
                yield "store.damaged", {}
        else:
            for name, safe in SAFE.items():
                found = connection.execute(text(f"SHOW {name}")).scalar()
                if found not in (safe, "remote_apply", "remote_write", "local"):
                    yield "doctor.pragma", {"name": name, "found": found, "wanted": safe}


def room(*folders: Path) -> Iterator[Found]:
    """The folders in which there is hardly any room left."""
    for folder in folders:
        if folder.is_dir() and shutil.disk_usage(folder).free < ROOM:
            yield "doctor.room", {"folder": folder, "wanted": ROOM // 1_000_000}
