"""Which rows were signed as they were at an upgrade, kept until an operator has looked at them.

It lies in the key folder, where nobody who can write in the store alone takes a row off the list. A
row is there under its name in the manifest, which tells nothing of it; the store says whose it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress

from monitor.store.key_folder import KeyFolder
from monitor.store.signed_rows.row_mac import BYTES

FOLDER = "adopted"
"""A folder in the key folder, with a file per table."""


def keep(keys: KeyFolder, rows: Iterable[tuple[str, bytes]]) -> None:
    """Keep the tables and names of these rows, in the place of what is kept of their tables.

    A key folder that cannot be written is named by `doctor`, and does not stop a start.
    """
    by_table: dict[str, list[bytes]] = defaultdict(list)
    for table, name in rows:
        by_table[table].append(name)
    folder = _folder(keys)
    with suppress(OSError):
        keys.path.mkdir(parents=True, exist_ok=True, mode=0o700)  # for its owner only
        for table, names in by_table.items():
            folder.destroy(table)
            folder.write(table, b"".join(sorted(names)))


def read(keys: KeyFolder) -> Mapping[str, frozenset[bytes]]:
    """The names of the rows on the list, by table."""
    folder = _folder(keys)
    return {table: _names(folder.read(table) or b"") for table in folder.names()}


def forget(keys: KeyFolder) -> None:
    """An operator has looked at the list."""
    folder = _folder(keys)
    for table in folder.names():
        folder.destroy(table)


def _folder(keys: KeyFolder) -> KeyFolder:
    return KeyFolder(keys.path / FOLDER)


def _names(content: bytes) -> frozenset[bytes]:
    return frozenset(content[at : at + BYTES] for at in range(0, len(content), BYTES))
