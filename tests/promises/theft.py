"""What a thief does with stolen files: read every byte, and play the write-ahead log back."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

Rows = dict[str, frozenset[tuple[object, ...]]]
"""Every row of every table."""


def files_in(*folders: Path) -> dict[str, bytes]:
    """Everything that lies in these folders, by path."""
    return {
        str(file): file.read_bytes()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def spellings(answers: Sequence[int]) -> tuple[bytes, ...]:
    """The ways in which somebody's answers may stand in a file."""
    digits = [str(answer) for answer in answers]
    written = [joint.join(digits) for joint in ("", ",", ", ", ";", "\t", "|")]
    return (bytes(answers), *(text.encode() for text in written))


def commits(database: bytes, log: bytes) -> Iterator[Rows]:
    """The store as it was after each transaction that is still in the write-ahead log.

    The layout is that of https://www.sqlite.org/fileformat2.html#the_write_ahead_log
    """
    (size,) = struct.unpack_from(">I", log, 8)
    salts = log[16:24]
    pages = {
        number + 1: database[number * size : (number + 1) * size]
        for number in range(len(database) // size)
    }
    for start in range(32, len(log), size + 24):
        number, total = struct.unpack_from(">II", log, start)
        if log[start + 8 : start + 16] != salts:
            return
        pages[number] = log[start + 24 : start + 24 + size]
        if total:
            yield rows_of(b"".join(pages[place] for place in range(1, total + 1)))


def rows_of(database: bytes) -> Rows:
    """Every row of every table of a database file."""
    connection = sqlite3.connect(":memory:")
    # Byte 18 and 19 say that a log belongs to the file; here there is none any more.
    connection.deserialize(database[:18] + b"\1\1" + database[20:])
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    found = {
        name: frozenset(connection.execute(f'SELECT * FROM "{name}"').fetchall())
        for (name,) in names
    }
    connection.close()
    return found


def changes(history: Iterator[Rows], table: str, other: str) -> Iterator[tuple[object, object]]:
    """Transactions in which exactly one row of each of two tables appeared or changed."""
    before: Rows = {}
    for after in history:
        new = [
            list(after.get(name, frozenset()) - before.get(name, frozenset()))
            for name in (table, other)
        ]
        if before and len(new[0]) == len(new[1]) == 1:
            yield new[0][0], new[1][0]
        before = after


def matches(one: Sequence[object], other: Sequence[object]) -> int:
    """In how many places two orders agree. For orders that have nothing to do with each other
    the chance of `m` or more is at most 1/m!."""
    return sum(a == b for a, b in zip(one, other, strict=True))
