"""What a thief can do with stolen files: read every byte and replay the write-ahead log."""

from __future__ import annotations

import json
import re
import sqlite3
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Engine, inspect, text

from monitor.store.engine import reading

Rows = dict[str, frozenset[tuple[object, ...]]]
"""Every row of every table."""
BLOCK = 8192
"""Bytes."""
Disk = Callable[[], dict[str, bytes]]
"""Reads what is on disk at the moment of the call, by path."""


def files_in(*folders: Path) -> dict[str, bytes]:
    """The contents of all files in these folders, by path."""
    return {
        str(file): file.read_bytes()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def new_in(files: Mapping[str, bytes], searched: dict[str, bytes]) -> dict[str, bytes]:
    """The files that are new or changed since they were `searched`; they are added to it."""
    new = {name: content for name, content in files.items() if searched.get(name) != content}
    searched.update(new)
    return new


def tables_in(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files without PostgreSQL's write-ahead log, in which nothing can be deleted, and
    without its messages. SQLite's write-ahead log stays."""
    archive = ("/pg_wal/", "/log")
    return {
        name: content
        for name, content in files.items()
        if archive[0] not in name and not name.endswith(archive[1])
    }


def rows_in(engine: Engine) -> Rows:
    """Every row of every table of a store on either database."""
    tables = {}
    with reading(engine) as connection:
        for name in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()
            tables[name] = frozenset(tuple(map(_plain, row)) for row in rows)
    return tables


def rows_in_dump(dump: str) -> Rows:
    """Every row of every table in what ``pg_dump`` writes."""
    tables: dict[str, set[tuple[object, ...]]] = {}
    name = ""
    for line in dump.splitlines():
        if start := re.match(r'COPY public\."?(\w+)"? ', line):
            name = start[1]
            tables[name] = set()
        elif line == r"\.":
            name = ""
        elif name:
            tables[name].add(tuple(map(_from_dump, line.split("\t"))))
    return {table: frozenset(rows) for table, rows in tables.items()}


def _from_dump(value: str) -> object:
    return bytes.fromhex(value[3:]) if value.startswith(r"\\x") else value


def _plain(value: object) -> object:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def spelled(loot: bytes, answers: Mapping[str, Sequence[int]]) -> set[str]:
    """The people whose answers stand in `loot`, in any way in which they may be written."""
    raw = {bytes(sheet): person for person, sheet in answers.items()}
    (questions,) = {len(sheet) for sheet in raw}
    people = {raw[part] for part in _runs(loot, bytes(range(1, 6)), b"", questions) if part in raw}
    digits = {"".join(map(str, sheet)).encode(): person for person, sheet in answers.items()}
    for separator in (b"", b",", b", ", b";", b"\t", b"|"):
        for part in _runs(loot, b"12345", separator, questions):
            if (sheet := part[:: len(separator) + 1]) in digits:
                people.add(digits[sheet])
    return people


def _runs(loot: bytes, values: bytes, separator: bytes, length: int) -> Iterator[bytes]:
    """Every part of the loot with `length` of these values and this separator between them.

    First all values become the same: to search for a string is far quicker than for a pattern.
    """
    same = loot.translate(bytes.maketrans(values, values[:1] * len(values)))
    wanted = separator.join([values[:1]] * length)
    place = same.find(wanted)
    while place >= 0:
        yield loot[place : place + len(wanted)]
        place = same.find(wanted, place + 1)


def without_empty_blocks(content: bytes) -> bytes:
    """The content without the blocks of zeros that a database keeps ready."""
    blocks = (content[start : start + BLOCK] for start in range(0, len(content), BLOCK))
    return b"".join(block for block in blocks if block.strip(b"\0"))


def commits(database: bytes, log: bytes) -> Iterator[Rows]:
    """The rows after each transaction that is still in SQLite's write-ahead log.

    The layout is described at https://www.sqlite.org/fileformat2.html#the_write_ahead_log
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
    # Bytes 18 and 19 say that a write-ahead log belongs to the file; here there is none.
    connection.deserialize(database[:18] + b"\1\1" + database[20:])
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    tables = {
        name: frozenset(connection.execute(f'SELECT * FROM "{name}"').fetchall())
        for (name,) in names
    }
    connection.close()
    return tables


def together(
    history: Iterator[Rows], table: str, other: str
) -> Iterator[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
    """The rows of two tables that appeared or changed in the same transaction, each sorted."""
    before: Rows = {}
    for after in history:
        new, others = (
            sorted(after.get(name, frozenset()) - before.get(name, frozenset()), key=repr)
            for name in (table, other)
        )
        if before and new and others:
            yield new, others
        before = after


def changes(history: Iterator[Rows], table: str, other: str) -> Iterator[tuple[object, object]]:
    """The pairs of rows of transactions that changed exactly one row of each of two tables."""
    for new, others in together(history, table, other):
        if len(new) == len(others) == 1:
            yield new[0], others[0]


def written_together(engine: Engine) -> list[tuple[list[bytes], list[bytes]]]:
    """On PostgreSQL: the fingerprints of used codes and the envelopes of each transaction that
    is still recorded in the rows, both in the order of the rows."""
    transactions: dict[str, tuple[list[bytes], list[bytes]]] = {}
    with reading(engine) as connection:
        for place, column in enumerate(("sealed FROM envelope", "fingerprint FROM ballot")):
            rows = connection.execute(text(f"SELECT xmin::text, {column} ORDER BY ctid"))
            for transaction, content in rows:
                transactions.setdefault(transaction, ([], []))[1 - place].append(bytes(content))
    return [(marks, sealed) for marks, sealed in transactions.values() if marks and sealed]


def in_row_order(engine: Engine) -> list[bytes]:
    """On PostgreSQL: the envelopes in the order of their rows, which is also that of a dump."""
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT sealed FROM envelope ORDER BY ctid")))


def matches(first: Sequence[object], second: Sequence[object]) -> int:
    """The number of places in which two orders agree. For two unrelated orders the probability of
    `m` or more is at most 1/m!."""
    return sum(a == b for a, b in zip(first, second, strict=True))
