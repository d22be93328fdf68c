"""A witness outside the store: since when this installation knows each luisteraar's key.

Who can write in the store can add a key and date it back, or put another in the place of one.
So the key folder holds, for every key, the day on which it was first seen; a key's two weeks
count from that day, whatever its row says.
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
    """Note the keys that were not seen before."""
    known = luisteraars.everyone(context.engine)
    if not known:
        return
    today = local_day(now)
    watching = context.keys.read(WATCHING) is not None
    for one in known:
        if _seen(context.keys, one) is None:
            since = max(one.announced_on, today) if watching else one.announced_on
            _write(context.keys, _name(one), since.isoformat())
    if not watching:
        _write(context.keys, WATCHING, today.isoformat())


def believed(keys: KeyFolder, known: Sequence[Luisteraar], today: date) -> tuple[Luisteraar, ...]:
    """The luisteraars with the dates this installation can vouch for."""
    if keys.read(WATCHING) is None:
        return tuple(known)
    return tuple(_as_seen(one, _seen(keys, one) or today) for one in known)


def _as_seen(one: Luisteraar, since: date) -> Luisteraar:
    if since <= one.announced_on:
        return one
    # The day in a signed row is part of what was signed; what it says is checked there.
    active = one.active_from if one.signed_by else max(one.active_from, since + ANNOUNCED)
    return replace(one, announced_on=since, active_from=active)


def _seen(keys: KeyFolder, one: Luisteraar) -> date | None:
    try:
        return date.fromisoformat((keys.read(_name(one)) or b"").decode("ascii"))
    except ValueError:
        return None


def _name(one: Luisteraar) -> str:
    # With the account: moving a known key to somebody else's row is a new key too.
    told = one.account.encode() + b"\0" + one.public
    return PREFIX + hashlib.sha256(told).hexdigest()[:32]


def _write(keys: KeyFolder, name: str, content: str) -> None:
    try:
        keys.write(name, content.encode("ascii"))
    except FileExistsError:
        return  # another process saw it too
