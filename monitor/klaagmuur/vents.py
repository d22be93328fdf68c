"""Sending a vent: sealed first, then stored in one transaction; nothing is kept in clear."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from monitor.clock import local_day
from monitor.context import AppContext
from monitor.klaagmuur import (
    envelope,
    key_pinning,
    luisteraars,
    quarters,
    readers,
    receipts,
    shredding,
    themes,
)
from monitor.klaagmuur.content import Vent, check_length
from monitor.klaagmuur.readers import Luisteraar
from monitor.klaagmuur.refusals import KlaagmuurClosed, VentRefused
from monitor.klaagmuur.shredding import ShredKey
from monitor.organisation import preferences
from monitor.store.engine import writing
from monitor.store.klaagmuur_tables import vent as vent_table

DEFAULT_LIFETIME = 14


@dataclass(frozen=True, slots=True)
class Draft:
    """A vent as its sender filled it in.

    Parameters
    ----------
    luisteraar
        The id of who reads it; empty where there is only one.
    lifetime
        How many days it may exist: 7, 14 or 30.
    countable
        Whether its theme may be counted for the quarter.
    once
        A random text that came with the form: the same form arriving twice is one vent.
    """

    vent: Vent = field(default_factory=Vent)
    luisteraar: str = ""
    lifetime: int = DEFAULT_LIFETIME
    countable: bool = False
    once: str = field(default="", repr=False)


def send(
    context: AppContext, draft: Draft, now: datetime, known: tuple[Luisteraar, ...] | None = None
) -> str:
    """Seal and store a vent; returns the receipt code, which exists nowhere else.

    Parameters
    ----------
    known
        Every luisteraar as :func:`witness.believed`, where the caller has just read them.

    Raises
    ------
    VentRefused
        When nothing was said, it is too long, or a choice in it is not on the form.
    WallClosed
        When there is nobody who can read it.
    StoreBusy
        When the store is locked for too long.
    """
    if draft.vent.blank:
        raise VentRefused("vent.blank")
    check_length(draft.vent.text)
    if draft.lifetime not in quarters.LIFETIMES:
        raise VentRefused("vent.lifetime")
    today = local_day(now)
    everyone = known or key_pinning.believed(
        context.keys, luisteraars.everyone(context.engine), today
    )
    to = addressee(everyone, draft.luisteraar, today)
    code = _code(context, draft)
    receipt = envelope.receipt_of(code.encode("ascii"))
    shred = shredding.take(context.keys, now)
    sealed = envelope.seal_vent(draft.vent.to_page(), receipt, to.public, shred.key)
    token = themes.new_token(draft.vent.theme if draft.countable else None, to)
    works = preferences.read(context.engine).works
    extra = secrets.randbelow(quarters.MOST_EXTRA + 1)
    expires = quarters.expires_on(now, draft.lifetime, extra, works)
    try:
        with writing(context.engine) as connection:
            _store(connection, receipt.id, to, shred, sealed, today, expires)
            themes.drop(connection, token, to, today)
    except IntegrityError:
        shredding.destroy(context.keys, [shred.name])
        if not _is_there(context, receipt.id):
            raise
    return code


def addressee(known: tuple[Luisteraar, ...], wanted: str, today: date) -> Luisteraar:
    """Who a vent is sealed to.

    Raises
    ------
    WallClosed
        When there is no active luisteraar.
    VentRefused
        When the one picked is not (or no longer) a luisteraar, or none was picked out of more.
    """
    present = readers.active(known, today)
    if not present:
        raise KlaagmuurClosed("wall.closed")
    if not wanted and len(present) == 1:
        return present[0]
    found = readers.find(present, wanted)
    if found is None:
        raise VentRefused("vent.luisteraar")
    return found


def _code(context: AppContext, draft: Draft) -> str:
    if not draft.once:
        return receipts.new_receipt()
    told = (draft.once, draft.luisteraar, str(draft.lifetime), str(draft.countable))
    page = draft.vent.to_page().hex()
    return receipts.from_material(envelope.material(context.secret, "vent", *told, page))


def _store(
    connection: Connection,
    vent: bytes,
    to: Luisteraar,
    shred: ShredKey,
    sealed: bytes,
    today: date,
    expires: date,
) -> None:
    connection.execute(
        insert(vent_table).values(
            id=vent,
            luisteraar=to.id,
            shred=shred.name,
            sealed=sealed,
            day=today,
            expires_on=expires,
        )
    )


def _is_there(context: AppContext, vent: bytes) -> bool:
    with context.engine.connect() as connection:
        found = connection.scalar(select(vent_table.c.id).where(vent_table.c.id == vent))
    return found is not None
