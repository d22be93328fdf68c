"""How many people answered per unit, kept beside the round's key and so out of the store.

Before a batch of answers is committed its counts are written here as *pending*, synced, under a
random id that the same transaction puts in the store (`ballot_batch`). After the commit, before
anybody is thanked, they are written as counted. When the process dies in between, the id tells: is
it in the store, the batch was committed. An id is taken out of the store only by a later batch,
whose own entry here is on the disk by then and counts the earlier one.

Each process that takes in answers at the same time has a file of its own; what counts is their
sum. The first is made with the round's key.
"""

from __future__ import annotations

import hmac
import secrets
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from monitor.errors import RoundRefused, StoreBusy, StoreFailing
from monitor.pulse.ballot.envelope import RoundKey, key_name
from monitor.store import db_errors, slot_file
from monitor.store.key_folder import KeyFolder
from monitor.store.slot_file import DamagedFile, SlotFile
from monitor.store.tables import ballot_batch

PREFIX = "answered-"
MOST_FILES = 64
ID_BYTES = 16
NO_BATCH = b"\0" * ID_BYTES
_HEAD = struct.Struct(f">II{ID_BYTES}s{ID_BYTES}s")
"""Numbers of units and of pending counts; the last id counted, and the pending one."""
_PAIR = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a file holds. ``counted`` has a number per unit, ``pending`` one per unit concerned."""

    counted: tuple[int, ...]
    last: bytes = NO_BATCH
    batch: bytes = NO_BATCH
    pending: Mapping[int, int] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        head = _HEAD.pack(len(self.counted), len(self.pending), self.last, self.batch)
        counted = struct.pack(f">{len(self.counted)}I", *self.counted)
        return head + counted + b"".join(_PAIR.pack(*pair) for pair in self.pending.items())

    @staticmethod
    def from_bytes(raw: bytes) -> _Entry:
        units, pending, last, batch = _HEAD.unpack_from(raw)
        counted = struct.unpack_from(f">{units}I", raw, _HEAD.size)
        pairs = _PAIR.iter_unpack(raw[_HEAD.size + 4 * units :][: _PAIR.size * pending])
        return _Entry(counted, last, batch, dict(pairs))

    def settled(self, *, committed: bool) -> _Entry:
        """The entry once it is known whether the pending batch was committed."""
        if not committed:
            return _Entry(self.counted, self.last)
        counted = tuple(n + self.pending.get(unit, 0) for unit, n in enumerate(self.counted))
        return _Entry(counted, self.batch)


@dataclass(frozen=True, slots=True)
class AnsweredCounts:
    """The counts of one round in the key folder."""

    keys: KeyFolder
    name: str
    """What the names of the files begin with."""
    key: bytes = field(repr=False)

    @staticmethod
    def of(keys: KeyFolder, round_key: RoundKey) -> AnsweredCounts:
        """The counts beside that key."""
        key = hmac.digest(round_key.code_key, b"answered counts\0", "sha256")
        return AnsweredCounts(keys, names_begin(round_key.public), key)

    @property
    def exist(self) -> bool:
        """Whether anything was ever counted here: then the round's ballots carry their codes."""
        return self._file(0).exists()

    def create(self, counted: tuple[int, ...]) -> bool:
        """Begin with these counts, one per unit; False when another process was first."""
        entry = _Entry(counted)
        most = _HEAD.size + (4 + _PAIR.size) * len(counted)
        return slot_file.create(self._file(0), self.key, entry.to_bytes(), most)

    @contextmanager
    def counting(
        self, connection: Connection, period: str, people: Mapping[int, int]
    ) -> Iterator[None]:
        """Count `people` per unit; the block commits the transaction of `connection`.

        An exception in the block leaves the counts pending, for `settle`.

        Raises
        ------
        StoreBusy, StoreFailing
            When they cannot be written; then nothing may be committed.
        """
        with _named_errors(), self._free() as file:
            before = _entry(file)
            batch = secrets.token_bytes(ID_BYTES)
            file.write(replace(before, batch=batch, pending=people).to_bytes(), sync=True)
            connection.execute(delete(ballot_batch).where(ballot_batch.c.id == before.last))
            connection.execute(insert(ballot_batch).values(id=batch, period=period))
            yield
            with suppress(OSError):  # the id in the store tells as much
                file.write(_entry(file).settled(committed=True).to_bytes(), sync=False)

    def total(self, connection: Connection) -> Counter[int]:
        """How many answered per unit; only once nobody can commit a batch of this round any more.

        Raises
        ------
        RoundRefused
            When a file is damaged.
        """
        total: Counter[int] = Counter()
        for file in self._files():
            try:
                entry = _Entry.from_bytes(slot_file.read(file, self.key))
            except FileNotFoundError:
                break  # another process has closed the round meanwhile
            except DamagedFile:
                raise RoundRefused("round.count_damaged", name=file) from None
            if entry.pending:
                entry = entry.settled(committed=_is_stored(connection, entry.batch))
            total.update({unit: n for unit, n in enumerate(entry.counted) if n})
        return total

    @property
    def pending(self) -> bool:
        """Whether a process seems to have died, or to be at work, in the middle of a batch."""
        return any(entry.pending for entry in self._entries())

    def settle(self, connection: Connection) -> None:
        """Write down which pending batches were committed; nobody may commit one meanwhile."""
        for path in self._files():
            with slot_file.locked(path, self.key) as file:
                if file is None:
                    continue
                entry = _entry(file)
                if entry.pending:
                    committed = _is_stored(connection, entry.batch)
                    file.write(entry.settled(committed=committed).to_bytes(), sync=True)

    def destroy(self) -> None:
        """Remove all files of the round."""
        destroy_files(self.keys, self.name)

    @contextmanager
    def _free(self) -> Iterator[SlotFile]:
        """A file that nobody holds and in which nothing is pending; made when there is none."""
        for number in range(MOST_FILES):
            if number and not self._file(number).exists():
                self._create_another(number)
            with slot_file.locked(self._file(number), self.key) as file:
                if file is not None and not _entry(file).pending:
                    yield file
                    return
        raise StoreBusy(db_errors.BUSY)

    def _create_another(self, number: int) -> None:
        units = len(_Entry.from_bytes(slot_file.read(self._file(0), self.key)).counted)
        entry = _Entry((0,) * units)
        most = _HEAD.size + (4 + _PAIR.size) * units
        slot_file.create(self._file(number), self.key, entry.to_bytes(), most)

    def _entries(self) -> Iterator[_Entry]:
        for file in self._files():
            try:
                yield _Entry.from_bytes(slot_file.read(file, self.key))
            except (DamagedFile, OSError):
                continue

    def _files(self) -> Iterator[Path]:
        for number in count():
            file = self._file(number)
            if not file.exists():
                return
            yield file

    def _file(self, number: int) -> Path:
        return self.keys.path / f"{self.name}-{number}"


def names_begin(public: bytes) -> str:
    """What the names of the files beside the key with that public half begin with."""
    return PREFIX + key_name(public).partition("-")[2]


def holds_counts(name: str) -> bool:
    """Whether a file in the key folder is one of counts."""
    return name.startswith(PREFIX)


def key_beside(name: str) -> str:
    """The name of the key that a file with counts lies beside; any other name as it is."""
    if not holds_counts(name):
        return name
    return "round-" + name.removeprefix(PREFIX).partition("-")[0]


def destroy_files(keys: KeyFolder, name: str) -> None:
    """Remove the files whose names begin with that, the first one first: then none counts."""
    first = f"{name}-0"
    others = [file for file in keys.names() if file.startswith(f"{name}-") and file != first]
    for file in (first, *others):
        keys.destroy(file)


def _entry(file: SlotFile) -> _Entry:
    return _Entry.from_bytes(file.content().payload)


def _is_stored(connection: Connection, batch: bytes) -> bool:
    of_batch = select(ballot_batch.c.id).where(ballot_batch.c.id == batch)
    return connection.execute(of_batch).first() is not None


@contextmanager
def _named_errors() -> Iterator[None]:
    """Turn errors of the files into those of the store, so that whoever answers may try again."""
    try:
        yield
    except (OSError, DamagedFile):
        raise StoreFailing(db_errors.DISK) from None
