"""A small file that is overwritten many times and survives a power failure at any moment.

It has two slots, each with a number, a seal (HMAC-SHA256) and its content; the valid one with the
highest number counts. A slot that must survive is synced before anything relies on it, and is not
written over until the other one has been synced: of a slot torn by a power failure nothing is
believed, and the other one is whole. The file has its full size from the start, so that a write
needs one sync and no room on the disk.
"""

from __future__ import annotations

import fcntl
import hmac
import os
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_HEAD = struct.Struct(">32sQ?I")
"""The seal, the number, whether it was synced, and the length of the content."""
_PAGE = 4096
"""What a disk writes at once, at most: two slots never share one."""


class DamagedFile(Exception):
    """Neither slot is whole."""


@dataclass(frozen=True, slots=True)
class Content:
    """What the file holds, with the number of the slot and whether that was synced."""

    payload: bytes = field(repr=False)
    number: int
    synced: bool
    slot: int


class SlotFile:
    """An open, locked slot file; made by `create`, opened by `locked` or `read`."""

    def __init__(self, handle: int, key: bytes) -> None:
        self._handle = handle
        self._key = key
        self._size = os.fstat(handle).st_size // 2

    def content(self) -> Content:
        """What it holds now.

        Raises
        ------
        DamagedFile
            When neither slot is whole.
        """
        whole = [content for slot in (0, 1) if (content := self._slot(slot)) is not None]
        if not whole:
            raise DamagedFile
        return max(whole, key=lambda content: content.number)

    def write(self, payload: bytes, *, sync: bool) -> None:
        """Put `payload` in the place of what the file holds.

        Without `sync` it survives the end of the process, but a power failure may bring back what
        the last synced write left.
        """
        last = self.content()
        slot = 1 - last.slot if last.synced else last.slot
        raw = _sealed(self._key, payload, last.number + 1, synced=sync)
        if len(raw) > self._size:
            raise ValueError("the content does not fit in a slot")
        os.pwrite(self._handle, raw, slot * self._size)
        if sync:
            os.fdatasync(self._handle)

    def _slot(self, slot: int) -> Content | None:
        raw = os.pread(self._handle, self._size, slot * self._size)
        if len(raw) < _HEAD.size:
            return None
        seal, number, synced, length = _HEAD.unpack_from(raw)
        payload = raw[_HEAD.size : _HEAD.size + length]
        if not hmac.compare_digest(seal, _seal(self._key, payload, number, synced=synced)):
            return None
        return Content(payload, number, synced, slot)


def create(file: Path, key: bytes, payload: bytes, most: int) -> bool:
    """Make the file, durably, for contents of at most `most` bytes; False when it is there."""
    size = -(-(_HEAD.size + most) // _PAGE) * _PAGE
    first = _sealed(key, payload, 1, synced=True)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(first.ljust(2 * size, b"\0"))
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


@contextmanager
def locked(file: Path, key: bytes) -> Iterator[SlotFile | None]:
    """The file, held by nobody else until the block ends; None while another holds it.

    Raises
    ------
    FileNotFoundError
        When there is none.
    """
    with _opened(file, os.O_RDWR) as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # until the handle is closed
        except BlockingIOError:
            yield None
            return
        yield SlotFile(handle, key)


def read(file: Path, key: bytes) -> bytes:
    """What the file holds, whoever has it.

    Raises
    ------
    DamagedFile
        When neither slot is whole.
    """
    with _opened(file, os.O_RDONLY) as handle:
        return SlotFile(handle, key).content().payload


@contextmanager
def _opened(file: Path, flags: int) -> Iterator[int]:
    handle = os.open(file, flags | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


def _sealed(key: bytes, payload: bytes, number: int, *, synced: bool) -> bytes:
    seal = _seal(key, payload, number, synced=synced)
    return _HEAD.pack(seal, number, synced, len(payload)) + payload


def _seal(key: bytes, payload: bytes, number: int, *, synced: bool) -> bytes:
    return hmac.digest(key, struct.pack(">Q?", number, synced) + payload, "sha256")
