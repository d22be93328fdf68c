"""Who may read SQLite's files: the app's own account and nobody else.

They hold everybody's address. SQLite gives the files beside the database (write-ahead log, shared
memory) the permissions of the database itself, so it is made private before SQLite makes it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite adds to the name of the database for the files it keeps."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
PRIVATE = 0o600


def make_private(database: Path) -> None:
    """Create the database file for its owner alone, or take it and those beside it from others.

    What cannot be changed, because it is another account's, is left for ``doctor`` to tell.
    """
    with suppress(OSError):  # there is one already, or SQLite will say what stands in the way
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE))
    for file in open_to_others(database):
        with suppress(OSError):
            file.chmod(stat.S_IMODE(file.stat().st_mode) & ~OTHERS)


def open_to_others(database: Path) -> Iterator[Path]:
    """The files of the database that other accounts can reach."""
    for end in BESIDE:
        file = database.with_name(database.name + end)
        with suppress(FileNotFoundError):
            if file.is_file() and file.stat().st_mode & OTHERS:
                yield file
