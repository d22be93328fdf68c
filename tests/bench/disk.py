"""The speed of the disk, which limits how fast a submission can be acknowledged."""

from __future__ import annotations

import sqlite3
import statistics
import time
from pathlib import Path


def sync_milliseconds(folder: Path) -> float:
    """The median time to write one record durably, in milliseconds."""
    connection = sqlite3.connect(folder / "sync.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("PRAGMA synchronous=full")
    connection.execute("CREATE TABLE t (x)")
    times = []
    for _ in range(200):
        start = time.perf_counter()
        connection.execute("INSERT INTO t VALUES (1)")
        times.append(time.perf_counter() - start)
    connection.close()
    return 1000 * statistics.median(times)
