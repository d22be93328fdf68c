"""Key pinning: a record outside the store of the day on which each luisteraar's key was first seen.

Who can write in the store can add a key and date it back, or replace one. So the key folder holds,
for every key, the day on which this installation first saw it; the two weeks of announcement count
from that day, whatever the row says.
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


def look(context: AppContext, now: datetime) -> None:
    """Pin the keys that were not seen before."""
    rows = luisteraars.everyone(context.engine)
    if not rows:
        return
    today = local_day(now)
    watching = context.keys.read(WATCHING) is not None
    for row in rows:
        if _first_seen(context.keys, row) is None:
            day = max(row.announced_on, today) if watching else row.announced_on
            _write(context.keys, _file_name(row), day.isoformat())
    if not watching:
        _write(context.keys, WATCHING, today.isoformat())


def everyone(context: AppContext, today: date) -> tuple[Luisteraar, ...]:
    """Every key in the store, as :func:`believed`."""
    return believed(context.keys, luisteraars.everyone(context.engine), today)


def believed(keys: KeyFolder, rows: Sequence[Luisteraar], today: date) -> tuple[Luisteraar, ...]:
    """The luisteraars with the dates that the pins confirm."""
    if keys.read(WATCHING) is None:
        return tuple(rows)
    return tuple(_as_seen(row, _first_seen(keys, row) or today) for row in rows)


def _as_seen(row: Luisteraar, first_seen: date) -> Luisteraar:
    if first_seen <= row.announced_on:
        return row
    # The day in a signed row is part of what was signed; what it says is checked there.
    active = row.active_from if row.signed_by else max(row.active_from, first_seen + ANNOUNCED)
    return replace(row, announced_on=first_seen, active_from=active)


def _first_seen(keys: KeyFolder, row: Luisteraar) -> date | None:
    try:
        return date.fromisoformat((keys.read(_file_name(row)) or b"").decode("ascii"))
    except ValueError:
        return None


def _file_name(row: Luisteraar) -> str:
    # With the account: moving a pinned key to somebody else's row makes it a new key.
    identity = row.account.encode() + b"\0" + row.public
    return PREFIX + hashlib.sha256(identity).hexdigest()[:32]


def _write(keys: KeyFolder, name: str, content: str) -> None:
    try:
        keys.write(name, content.encode("ascii"))
    except FileExistsError:
        return  # another process saw it too
