"""What a thief does with stolen files: read every byte, and play the write-ahead log back."""

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
Disk = Callable[[], dict[str, bytes]]
"""What lies on disk when it is called, by path."""


def files_in(*folders: Path) -> dict[str, bytes]:
    """Everything that lies in these folders, by path."""
    return {
        str(file): file.read_bytes()
        for folder in folders
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def new_in(files: Mapping[str, bytes], looked_at: dict[str, bytes]) -> dict[str, bytes]:
    """What was not looked at yet as it is now, and is from now on."""
    found = {name: content for name, content in files.items() if looked_at.get(name) != content}
    looked_at.update(found)
    return found


def tables_in(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same without what PostgreSQL remembers of all that ever happened: its log of
    transactions, in which nothing can be deleted, and its messages. SQLite's log stays."""
    archive = ("/pg_wal/", "/log")
    return {
        name: content
        for name, content in files.items()
        if archive[0] not in name and not name.endswith(archive[1])
    }


def rows_in(engine: Engine) -> Rows:
    """Every row of every table of a store, whatever keeps it."""
    found = {}
    with reading(engine) as connection:
        for name in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()
            found[name] = frozenset(tuple(map(_plain, row)) for row in rows)
    return found


def rows_in_dump(dump: str) -> Rows:
    """Every row of every table in what ``pg_dump`` writes."""
    found: dict[str, set[tuple[object, ...]]] = {}
    name = ""
    for line in dump.splitlines():
        if start := re.match(r'COPY public\."?(\w+)"? ', line):
            name = start[1]
            found[name] = set()
        elif line == r"\.":
            name = ""
        elif name:
            found[name].add(tuple(map(_from_dump, line.split("\t"))))
    return {table: frozenset(rows) for table, rows in found.items()}


def _from_dump(value: str) -> object:
    return bytes.fromhex(value[3:]) if value.startswith(r"\\x") else value


def _plain(value: object) -> object:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def spelled(loot: bytes, answers: Mapping[str, Sequence[int]]) -> set[str]:
    """Whose answers stand in it, in any way in which they may be written."""
    raw = {bytes(given): person for person, given in answers.items()}
    (many,) = {len(given) for given in raw}
    found = {
        raw[part] for part in _windows(rb"[\x01-\x05]{%d,}" % many, loot, many, 1) if part in raw
    }
    digits = {"".join(map(str, given)).encode(): person for person, given in answers.items()}
    for joint in (b"", b",", b", ", b";", b"\t", b"|"):
        step = len(joint) + 1
        runs = rb"[1-5](?:%b[1-5]){%d,}" % (re.escape(joint), many - 1)
        length = many * step - len(joint)
        found |= {
            digits[part[::step]]
            for part in _windows(runs, loot, length, step)
            if part[::step] in digits
        }
    return found


def _windows(runs: bytes, loot: bytes, length: int, step: int) -> Iterator[bytes]:
    """Every stretch of that length in the runs that the pattern finds."""
    for run in re.finditer(runs, loot):
        for start in range(0, len(run[0]) - length + 1, step):
            yield run[0][start : start + length]


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


def together(
    history: Iterator[Rows], table: str, other: str
) -> Iterator[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
    """The rows of two tables that appeared or changed in the same transaction, each by its key."""
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
    """Transactions in which exactly one row of each of two tables appeared or changed."""
    for new, others in together(history, table, other):
        if len(new) == len(others) == 1:
            yield new[0], others[0]


def written_together(engine: Engine) -> list[tuple[list[bytes], list[bytes]]]:
    """On PostgreSQL: the marks of used codes and the envelopes of the same transaction, as rows
    tell to whoever reads them or their pages; all in the order in which they lie."""
    moments: dict[str, tuple[list[bytes], list[bytes]]] = {}
    with reading(engine) as connection:
        for place, column in enumerate(("sealed FROM envelope", "fingerprint FROM ballot")):
            rows = connection.execute(text(f"SELECT xmin::text, {column} ORDER BY ctid"))
            for moment, content in rows:
                moments.setdefault(moment, ([], []))[1 - place].append(bytes(content))
    return [(marks, sealed) for marks, sealed in moments.values() if marks and sealed]


def as_they_lie(engine: Engine) -> list[bytes]:
    """On PostgreSQL: the envelopes in the order in which they lie, as a dump has them too."""
    with reading(engine) as connection:
        return list(connection.scalars(text("SELECT sealed FROM envelope ORDER BY ctid")))


def matches(one: Sequence[object], other: Sequence[object]) -> int:
    """In how many places two orders agree. For orders that have nothing to do with each other
    the chance of `m` or more is at most 1/m!."""
    return sum(a == b for a, b in zip(one, other, strict=True))
