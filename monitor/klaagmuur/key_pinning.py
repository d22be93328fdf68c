"""Key pinning: what this installation has seen of each luisteraar's key, kept outside the store.

Who can write in the store can add a key and date it back, replace one, or take back that one was
turned down. Such rows are not authentic (`store/signed_rows`) and are left out. Besides that the
key folder holds, for every key, the day on which it was first seen, whether it came after the
first ones, and the day on which it ended; the two weeks of announcement count from that first day,
and an ending stays, whatever the rows say: also those of an earlier backup, or rows that somebody
signed by mistake.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import luisteraars
from monitor.klaagmuur.quarters import ANNOUNCED
from monitor.klaagmuur.readers import Luisteraar
from monitor.store.key_folder import KeyFolder

WATCHING = "readers-watched"
"""Exists from the first key on; without it (a new key folder) the rows are believed once."""
PREFIX = "reader-"
LATER = "reader-later-"
"""Begins the name of a file of a key that came when there were others: it is never the first."""
ENDED = "reader-ended-"
"""Begins the name of a file with the day on which a key ended or was turned down."""


def look(context: AppContext, now: datetime) -> None:
    """Pin the keys that were not seen before, and note which keys have ended."""
    rows = luisteraars.everyone(context.engine)
    if not rows:
        return
    today = local_day(now)
    watching = context.keys.read(WATCHING) is not None
    for row in rows:
        if _first_seen(context.keys, row) is None:
            day = max(row.announced_on, today) if watching else row.announced_on
            if watching:
                _write(context.keys, _file_name(row, LATER), day.isoformat())
            _write(context.keys, _file_name(row), day.isoformat())
        if row.ended_on is not None:
            _write(context.keys, _file_name(row, ENDED), row.ended_on.isoformat())
    if not watching:
        _write(context.keys, WATCHING, today.isoformat())


def everyone(context: AppContext, today: date) -> tuple[Luisteraar, ...]:
    """Every key in the store, as :func:`believed`."""
    return believed(context.keys, luisteraars.everyone(context.engine), today)


def believed(keys: KeyFolder, rows: Sequence[Luisteraar], today: date) -> tuple[Luisteraar, ...]:
    """The luisteraars with the dates that the pins confirm."""
    if keys.read(WATCHING) is None:
        return tuple(rows)
    return tuple(_as_seen(keys, row, today) for row in rows)


def _as_seen(keys: KeyFolder, row: Luisteraar, today: date) -> Luisteraar:
    first_seen = _first_seen(keys, row) or today
    ended = _day(keys, _file_name(row, ENDED))
    if ended is not None:
        row = replace(row, ended_on=min(ended, row.ended_on or ended))
    if first_seen <= row.announced_on and not _came_later(keys, row):
        return row
    # The day in a signed row is part of what was signed; what it says is checked there.
    active = row.active_from if row.signed_by else max(row.active_from, first_seen + ANNOUNCED)
    return replace(row, announced_on=max(row.announced_on, first_seen), active_from=active)


def _came_later(keys: KeyFolder, row: Luisteraar) -> bool:
    return keys.read(_file_name(row, LATER)) is not None or _first_seen(keys, row) is None


def _first_seen(keys: KeyFolder, row: Luisteraar) -> date | None:
    return _day(keys, _file_name(row))


def _day(keys: KeyFolder, name: str) -> date | None:
    try:
        return date.fromisoformat((keys.read(name) or b"").decode("ascii"))
    except ValueError:
        return None


def _file_name(row: Luisteraar, prefix: str = PREFIX) -> str:
    # With the account: moving a pinned key to somebody else's row makes it a new key.
    identity = row.account.encode() + b"\0" + row.public
    return prefix + hashlib.sha256(identity).hexdigest()[:32]


def _write(keys: KeyFolder, name: str, content: str) -> None:
    try:
        keys.write(name, content.encode("ascii"))
    except FileExistsError:
        return  # another process saw it too
