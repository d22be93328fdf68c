"""Shred keys: the files whose removal makes a vent unreadable in every copy.

The dates of a file say when it was made. So keys are made ahead, in batches, and a vent takes one
of them at random: the key folder does not say when somebody wrote.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from monitor.klaagmuur.envelope import new_key
from monitor.klaagmuur.reader_key import KEY_BYTES
from monitor.store.key_folder import KeyFolder

PREFIX = "vent-"
READY = 240
"""Unused keys this process holds in stock."""
AT_ONCE = 16
"""Keys made together when the stock is used up."""
KEPT_READY = timedelta(days=1)
ORPHAN_AGE = timedelta(days=2)
"""A key of no vent is removed when older than this; until then a process may have it in stock."""


@dataclass(frozen=True, slots=True)
class ShredKey:
    """A shred key, and the random name of its file."""

    name: bytes
    key: bytes = field(repr=False)


@dataclass(slots=True)
class _Stock:
    made_at: datetime
    names: list[bytes] = field(default_factory=list)


_stocks: dict[Path, _Stock] = {}
_lock = threading.Lock()


def file_name(name: bytes) -> str:
    """The file in the key folder."""
    return PREFIX + name.hex()


def take(keys: KeyFolder, now: datetime) -> ShredKey:
    """A random key from the stock; no key is taken twice."""
    with _lock:
        stock = _stocks.setdefault(keys.path, _Stock(now))
        while True:
            if not stock.names:
                stock.names += [_make(keys) for _ in range(AT_ONCE)]
            name = stock.names.pop(secrets.randbelow(len(stock.names)))
            shred = read(keys, name)
            if shred is not None:
                return shred


def read(keys: KeyFolder, name: bytes) -> ShredKey | None:
    """The key of this name; None once it is shredded."""
    content = keys.read(file_name(name))
    if content is None or len(content) != KEY_BYTES or not any(content):
        return None
    return ShredKey(name, content)


def destroy(keys: KeyFolder, names: Collection[bytes]) -> None:
    """Remove keys for good."""
    for name in names:
        keys.destroy(file_name(name))


def restock(keys: KeyFolder, now: datetime) -> None:
    """Fill up the stock when it is half empty; once a day, replace it."""
    with _lock:
        stock = _stocks.get(keys.path)
        old: list[bytes] = []
        if stock is None or now - stock.made_at > KEPT_READY:
            old = stock.names if stock else []
            stock = _stocks[keys.path] = _Stock(now)
        ready = len(stock.names)
    for _ in range(READY - ready if ready < READY // 2 else 0):
        name = _make(keys)  # outside the lock: no sender waits for a whole batch
        with _lock:
            stock.names.append(name)
    destroy(keys, old)


def sweep(keys: KeyFolder, used: Collection[bytes], now: datetime) -> int:
    """Remove the keys that no vent uses and no process has in stock; returns how many."""
    wanted = {file_name(name) for name in used}
    oldest = (now - ORPHAN_AGE).timestamp()
    orphans = [
        name
        for name in keys.names()
        if name.startswith(PREFIX) and name not in wanted and keys.written_before(name, oldest)
    ]
    for name in orphans:
        keys.destroy(name)
    return len(orphans)


def _make(keys: KeyFolder) -> bytes:
    name = secrets.token_bytes(16)
    keys.write(file_name(name), new_key())
    return name
